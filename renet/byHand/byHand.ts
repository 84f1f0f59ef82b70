import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { AppError, assertNever, describeError, EXIT, fill, fromWire } from '../../shared/errors.ts';
import type { OperationEvent, Verdict } from '../../shared/model.ts';
import { noticeText } from '../../shared/text/noticeText.ts';
import { escaped } from '../../shared/plain.ts';
import { takePassphrase } from '../../shared/secrets/passphrase.ts';
import { wipeSecrets } from '../../shared/secrets/secretJson.ts';
import { readTypedLine } from '../../shared/secrets/typedLine.ts';
import { exitOfVerdict } from '../../shared/verdict.ts';
import { stepText } from '../../shared/text/stepText.ts';
import { percentOf, progressText } from '../../shared/text/progressText.ts';
import type { VerbRequest } from '../../shared/verbs.ts';
import type { Text } from '../../shared/text/text.ts';
import { start } from '../serve/handlers.ts';
import type { Agent } from '../agent.ts';
import { stateOf } from '../observe/inventory.ts';
import { readLog } from '../operation/log/logReader.ts';
import { cancelOperation, findOperation } from '../operation/knownOperations.ts';

/** A verb that a person asked for in a shell on the machine. */
interface HandRequest {
  request: VerbRequest;
  passphraseFile: string | undefined;
  /** The file of the new passphrase, for passphrase-change. */
  newPassphraseFile?: string | undefined;
  /** The passphrase, when it was read already. It is overwritten once the operation has it. */
  passphrase?: Uint8Array | undefined;
}

/**
 * Runs a verb as an operation, as the engine does, and shows its log until the verdict. Ctrl-C cancels the operation.
 * Resolves with the exit code.
 */
export async function runByHand(agent: Agent, byHand: HandRequest, text: Text): Promise<number> {
  const request = await withKey(agent, byHand);
  const secret = byHand.passphrase ?? (await passphraseFor(agent, { ...byHand, request }));
  const newSecret =
    request.verb === 'passphrase-change' ? await readReplacement({ ...byHand, request }, text) : undefined;
  const operation = await start(agent, {
    ...request,
    operation: randomUUID(),
    by: hostname(),
    ...(secret === undefined ? {} : { secret }),
    ...(newSecret === undefined ? {} : { newSecret }),
  }).finally(() => wipeSecrets({ secret, newSecret }));
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
        // One line for each tenth of a copy; one for each second would be hundreds.
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
  await readLog(agent.machine.paths, folder, { event: 0, output: 0 }, sink, new AbortController().signal);
  return verdict === undefined ? EXIT.lost : exitOfVerdict(verdict);
}

function lineOf(event: OperationEvent, text: Text): string | undefined {
  switch (event.type) {
    case 'step-started':
      return `== ${escaped(stepText(event.step, text))}`;
    case 'step-ended':
      return event.result.error === undefined ? undefined : sentence(fromWire(event.result.error), text);
    case 'notice':
      return escaped(noticeText(event.notice, text));
    case 'progress':
      return progressText(event, text);
    case 'verdict':
      return `== ${text.verdicts[event.verdict.kind]}`;
    case 'plan':
      return event.plan.notices.map((notice) => escaped(noticeText(notice, text))).join('\n') || undefined;
    case 'started':
      return undefined;
  }
}

/**
 * Returns an error as two sentences: what happened, and what to do. Whatever a repository's owner may have named or written
 * is escaped; only what a program said keeps its lines.
 */
export function sentence(error: AppError, text: Text): string {
  const details = Object.entries(error.details).map(([name, value]) => {
    if (typeof value === 'number') return [name, value];
    const lines = SAID.includes(name) ? value.split('\n') : [value];
    return [name, lines.map(escaped).join('\n')];
  });
  const shown = new AppError(error.code, Object.fromEntries(details) as AppError['details']);
  const { message, next } = describeError(shown, text);
  return `${message} ${next}`;
}

/** The details that hold what a program said, in lines. */
const SAID = ['output', 'reason'];

/**
 * Returns the request to send. A resize of a repository with autostart uses its key, unless a passphrase file is given.
 */
async function withKey({ machine }: Agent, { request, passphraseFile }: HandRequest): Promise<VerbRequest> {
  if (request.verb !== 'resize' || passphraseFile !== undefined) return request;
  const { autostart } = await stateOf(machine, request.repository);
  return autostart.enabled ? { ...request, options: { ...request.options, byKey: true } } : request;
}

/** Reads the passphrase if the verb needs one now; undefined if not. */
async function passphraseFor(
  agent: Agent,
  { request, passphraseFile }: HandRequest,
): Promise<Uint8Array | undefined> {
  const { repository } = request;
  const needs = passphraseNeed(request);
  if (needs === 'never') return undefined;
  if (needs === 'closed' && (await stateOf(agent.machine, repository)).mounted) return undefined;
  return readPassphraseByHand(passphraseFile, repository);
}

/** Tells when a verb needs the passphrase. `closed`: only while its repository is closed. */
function passphraseNeed({ verb, options }: VerbRequest): 'always' | 'closed' | 'never' {
  switch (verb) {
    case 'create':
    case 'autostart-enable':
    case 'passphrase-change':
      return 'always';
    case 'resize':
      return options.byKey === true ? 'never' : 'always';
    case 'mount':
      return 'closed';
    case 'up':
      return options.mount === true ? 'closed' : 'never';
    case 'unmount':
    case 'down':
    case 'delete':
    case 'autostart-disable':
    case 'rename':
    case 'renumber':
    case 'allow':
    case 'release-slot':
    case 'fork':
    case 'header-restore':
      return 'never';
    default:
      return assertNever(verb);
  }
}

/** Reads the new passphrase: from its file, or twice from the terminal. Throws new-passphrase-missing. */
async function readReplacement(
  { request: { repository: name }, newPassphraseFile }: HandRequest,
  text: Text,
): Promise<Uint8Array> {
  if (newPassphraseFile !== undefined) return takePassphrase(await readFile(newPassphraseFile));
  if (!process.stdin.isTTY) throw new AppError('new-passphrase-missing', { name });
  for (;;) {
    const first = takePassphrase(await askHidden(fill(text.cli.newPassphrasePrompt, { name })));
    const second = takePassphrase(await askHidden(text.cli.passphraseAgain));
    const same = Buffer.compare(first, second) === 0;
    second.fill(0);
    if (same) return first;
    first.fill(0);
    process.stderr.write(`${text.cli.passphrasesDiffer}\n`);
  }
}

/** Reads a passphrase, from a file or from the terminal. `name` is what it opens. Throws passphrase-missing. */
export async function readPassphraseByHand(file: string | undefined, name: string): Promise<Uint8Array> {
  if (file !== undefined) return takePassphrase(await readFile(file));
  if (!process.stdin.isTTY) throw new AppError('passphrase-missing', { name });
  return takePassphrase(await askHidden(`${name}: `));
}

/** Asks a question on the terminal and reads the answer without showing it. The caller overwrites it. Throws cancelled. */
async function askHidden(question: string): Promise<Uint8Array> {
  const { stdin, stderr } = process;
  stdin.setRawMode(true);
  // Asked only once the terminal no longer shows what is typed.
  stderr.write(question);
  try {
    return await readTypedLine(stdin, () => undefined);
  } finally {
    stdin.setRawMode(false);
    stderr.write('\n');
  }
}
