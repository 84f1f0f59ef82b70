import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { FunctionName } from '../../shared/model.ts';
import { readTextIfThere } from '../host.ts';
import { createInputWatch, readsTerminal } from './inputWatch.ts';
import type { Scope, ScopedProcess } from './scope.ts';
import { functionText, quote } from './shellText.ts';

/** One function of one Rediaccfile to run. */
interface FunctionCall {
  /** Absolute path of the Rediaccfile; its folder is the working directory. */
  file: string;
  name: FunctionName;
  environment: Readonly<Record<string, string>>;
  /** A folder of root's alone for the function's own small files. */
  workFolder: string;
  scope: Scope;
  /** The bytes of its terminal, as they come. */
  onOutput: (bytes: Uint8Array) => void;
  /** Called once when it has been seen waiting for input, which nobody can give. */
  onWaitingForInput: () => void;
  /** Cancels: SIGTERM, ten seconds, then the end of everything in its scope. */
  signal: AbortSignal;
}

/** How a function ended. */
export interface FunctionResult {
  /** False: the file does not define it. */
  defined: boolean;
  exitCode: number;
  cancelled: boolean;
  /** What it left running outside containers; it was ended. */
  leftovers: ScopedProcess[];
}

const GRACE_MILLISECONDS = 10_000;
const ASK_AGAIN_MILLISECONDS = 100;
const INPUT_CHECK_MILLISECONDS = 2_000;

/**
 * Runs a function in a fresh bash on a pseudo-terminal of its own (util-linux `script`, so no native module), as
 * session leader and foreground group, with standard input, output and error all the terminal.
 */
export async function runFunction(call: FunctionCall): Promise<FunctionResult> {
  await mkdir(call.workFolder, { recursive: true, mode: 0o700 });
  const mark = join(call.workFolder, 'mark');
  const inner = join(call.workFolder, 'inner');
  await writeFile(inner, functionText(call.file, call.name, mark), { mode: 0o600 });
  const command = [...call.scope.enter, 'script', '-qefc', `exec bash ${quote(inner)}`, '/dev/null'];
  const [program = '', ...words] = command;
  // Standard input is a pipe that stays open and silent: an end of file would travel into the terminal.
  const child = spawn(program, words, {
    cwd: dirname(call.file),
    env: call.environment,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let written = 0;
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (bytes: Uint8Array) => {
      written += bytes.length;
      call.onOutput(bytes);
    });
  }
  const stopWatching = watchForInput(call, () => written);
  const stopCancelling = cancelOnSignal(call, child);
  const exitCode = await ended(child);
  stopWatching();
  stopCancelling();
  const leftovers = call.scope.processes();
  if (leftovers.length > 0) await endAll(call.scope);
  await call.scope.remove();
  const marked = await readTextIfThere(mark);
  return {
    defined: marked !== 'undefined',
    // Without a mark the file ended the shell while it was being read: that is the function's failure.
    exitCode: marked === undefined && exitCode === 0 ? 1 : exitCode,
    cancelled: call.signal.aborted,
    leftovers,
  };
}

async function ended(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    // `exit`, not `close`: a process left behind may hold the pipe open for ever. What `script` itself passed on is
    // read to its end below.
    child.once('exit', (code, signal) => {
      const finish = (): void => resolve(code ?? (signal === null ? 255 : 137));
      if (child.stdout?.readableEnded !== false) finish();
      else child.stdout.once('end', finish);
    });
  });
}

function cancelOnSignal(call: FunctionCall, script: ChildProcess): () => void {
  let grace: NodeJS.Timeout | undefined;
  let again: NodeJS.Timeout | undefined;
  const ask = (): void => {
    // Not `script`: it would pass nothing on any more, and kill its shell two seconds later. Until it has started the
    // shell there is nobody else.
    if (!call.scope.terminate(script.pid)) again = setTimeout(ask, ASK_AGAIN_MILLISECONDS);
  };
  const cancel = (): void => {
    ask();
    grace = setTimeout(() => call.scope.kill(), GRACE_MILLISECONDS);
  };
  if (call.signal.aborted) cancel();
  else call.signal.addEventListener('abort', cancel, { once: true });
  return () => {
    call.signal.removeEventListener('abort', cancel);
    clearTimeout(grace);
    clearTimeout(again);
  };
}

/** Ends what a function left behind: politely first, at once after a second, and surely. */
async function endAll(scope: Scope): Promise<void> {
  scope.terminate();
  const until = Date.now() + 1000;
  while (scope.processes().length > 0 && Date.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  scope.kill();
}

/** Looks at the function until it has been seen waiting for input. `written`: the bytes it has written so far. */
function watchForInput(call: FunctionCall, written: () => number): () => void {
  const isWaiting = createInputWatch();
  const timer = setInterval(() => {
    const waiting = call.scope
      .processes()
      .map(({ pid }) => pid)
      .filter(readsTerminal);
    if (!isWaiting({ at: performance.now(), output: written(), waiting })) return;
    clearInterval(timer);
    call.onWaitingForInput();
  }, INPUT_CHECK_MILLISECONDS);
  timer.unref();
  return () => clearInterval(timer);
}
