import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { AppError, describeError, EXIT, fill, fromWire } from '../../shared/errors.ts';
import type { OperationEvent, Verdict } from '../../shared/model.ts';
import { noticeText } from '../../shared/noticeText.ts';
import type { Verb } from '../../shared/verbs.ts';
import { exitOfVerdict, passphraseBytes } from '../../shared/verdict.ts';
import { percentOf, progressText } from '../../shared/progressText.ts';
import type { VerbOptions } from '../../shared/protocol/protocol.ts';
import type { Text } from '../../shared/text/text.ts';
import { start } from '../serve/handlers.ts';
import type { Agent } from '../agent.ts';
import { stateOf } from '../observe/inventory.ts';
import { readLog } from '../operation/log/logReader.ts';
import { cancelOperation, findOperation } from '../operation/knownOperations.ts';

/** A verb that a person asked for in a shell on the machine. */
export interface HandRequest {
  verb: Verb;
  repository: string;
  options: VerbOptions;
  passphraseFile: string | undefined;
  /** passphrase-change: the file of the new one. */
  newPassphraseFile?: string | undefined;
  /** One that was read already. */
  passphrase?: Uint8Array | undefined;
}

/**
 * Runs a verb as an operation like any other and shows its log until the verdict. Resolves with the exit code.
 * Ctrl-C cancels it.
 */
export async function runByHand(agent: Agent, request: HandRequest, text: Text): Promise<number> {
  const { verb, repository } = request;
  const options = await withKey(agent, request);
  const secret = request.passphrase ?? (await passphraseFor(agent, { ...request, options }));
  const newSecret = verb === 'passphrase-change' ? await readReplacement(request, text) : undefined;
  const operation = await start(agent, {
    operation: randomUUID(),
    verb,
    repository,
    options,
    by: hostname(),
    ...(secret === undefined ? {} : { secret: Buffer.from(secret).toString('base64') }),
    ...(newSecret === undefined ? {} : { newSecret: Buffer.from(newSecret).toString('base64') }),
  });
  const cancel = (): void => void cancelOperation(agent.machine.paths, operation);
  process.on('SIGINT', cancel);
  try {
    return await showLog(agent, operation, text);
  } finally {
    process.off('SIGINT', cancel);
  }
}

/** Shows an operation's log from its beginning to its end. Resolves with the exit code of its verdict. */
export async function showLog(agent: Agent, operation: string, text: Text): Promise<number> {
  const folder = await findOperation(agent.machine.paths, operation);
  let verdict: Verdict | undefined;
  let tenths = 0;
  const sink = {
    event: async (event: OperationEvent) => {
      if (event.type === 'verdict') verdict = event.verdict;
      if (event.type === 'progress') {
        // A line for each tenth of a copy; one for each second would be hundreds.
        if (percentOf(event) < (tenths + 1) * 10) return;
        tenths = Math.floor(percentOf(event) / 10);
      }
      const line = lineOf(event, text);
      if (line !== undefined) process.stderr.write(`${line}\n`);
      return Promise.resolve();
    },
    output: async (bytes: Uint8Array) => {
      process.stdout.write(bytes);
      return Promise.resolve();
    },
  };
  await readLog(folder, { event: 0, output: 0 }, sink, new AbortController().signal);
  return verdict === undefined ? EXIT.lost : exitOfVerdict(verdict);
}

function lineOf(event: OperationEvent, text: Text): string | undefined {
  switch (event.type) {
    case 'step-started': {
      const { kind, file = '', function: name = '' } = event.step;
      return `== ${fill(text.steps[kind], { file, function: name })}`;
    }
    case 'step-ended':
      return event.result.error === undefined ? undefined : sentence(fromWire(event.result.error), text);
    case 'notice':
      return noticeText(event.notice, text);
    case 'progress':
      return progressText(event, text);
    case 'verdict':
      return `== ${text.verdicts[event.verdict.kind]}`;
    case 'plan':
      return event.plan.notices.map((notice) => noticeText(notice, text)).join('\n') || undefined;
    case 'started':
      return undefined;
  }
}

/** An error as two sentences on one line. */
export function sentence(error: AppError, text: Text): string {
  const { message, next } = describeError(error, text);
  return `${message} ${next}`;
}

/** A resize of what starts at boot needs nobody's passphrase, unless one is given. */
async function withKey(
  { machine }: Agent,
  { verb, repository, options, passphraseFile }: HandRequest,
): Promise<VerbOptions> {
  if (verb !== 'resize' || passphraseFile !== undefined) return options;
  const { autostart } = await stateOf(machine, repository);
  return autostart.enabled ? { ...options, byKey: true } : options;
}

async function passphraseFor(agent: Agent, request: HandRequest): Promise<Uint8Array | undefined> {
  const { verb, options } = request;
  const always =
    ['create', 'autostart-enable', 'resize', 'passphrase-change'].includes(verb) && options.byKey !== true;
  const opens = request.verb === 'mount' || request.options.mount === true;
  if (!always && !opens) return undefined;
  if (!always && (await stateOf(agent.machine, request.repository)).mounted) return undefined;
  return readPassphrase(request.passphraseFile, request.repository);
}

/** The passphrase that takes the old one's place, from the terminal twice. Throws new-passphrase-missing. */
async function readReplacement(
  { repository: name, newPassphraseFile }: HandRequest,
  text: Text,
): Promise<Uint8Array> {
  if (newPassphraseFile !== undefined) return passphraseBytes(await readFile(newPassphraseFile, 'utf8'));
  if (!process.stdin.isTTY) throw new AppError('new-passphrase-missing', { name });
  for (;;) {
    const first = await askHidden(fill(text.cli.newPassphrasePrompt, { name }));
    if ((await askHidden(text.cli.passphraseAgain)) === first) return passphraseBytes(first);
    process.stderr.write(`${text.cli.passphrasesDiffer}\n`);
  }
}

/** A passphrase out of a file, or from the terminal. `name` is what it is for. Throws passphrase-missing. */
export async function readPassphrase(file: string | undefined, name: string): Promise<Uint8Array> {
  if (file !== undefined) return passphraseBytes(await readFile(file, 'utf8'));
  if (!process.stdin.isTTY) throw new AppError('passphrase-missing', { name });
  return passphraseBytes(await askHidden(`${name}: `));
}

async function askHidden(question: string): Promise<string> {
  // readline writes what is typed to its output; into nothing, it stays unseen.
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const reader = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  // Only once the terminal no longer shows what is typed.
  process.stderr.write(question);
  try {
    return await new Promise((resolve, reject) => {
      // The question of an older Node never ends when its reader does, and the process would end as if all were well.
      const leave = (): void => reject(new AppError('cancelled'));
      reader.once('SIGINT', leave);
      reader.once('close', leave);
      reader.question('').then(resolve, leave);
    });
  } finally {
    reader.close();
    process.stderr.write('\n');
  }
}
