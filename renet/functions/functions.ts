import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { FunctionName } from '../../shared/model.ts';
import { readTextIfThere } from '../host.ts';
import { createInputWatch, readsTerminal } from './inputWatch.ts';
import type { Scope, ScopedProcess } from './scope.ts';
import { functionText, quote } from './shellText.ts';

/** The call of one function of a Rediaccfile. */
interface FunctionCall {
  /** The absolute path of the Rediaccfile; its folder is the working directory. */
  file: string;
  name: FunctionName;
  environment: Readonly<Record<string, string>>;
  /** The folder for small files of this call; only root can read it. */
  workFolder: string;
  scope: Scope;
  /** Receives the bytes of the function's terminal, as they come. */
  onOutput: (bytes: Uint8Array) => void;
  /** Called once when the function is seen waiting for input, which nobody can give it. */
  onWaitingForInput: () => void;
  /** Cancels the function: SIGTERM, and ten seconds later the end of everything in its scope. */
  signal: AbortSignal;
}

/** The end of a function. */
export interface FunctionResult {
  /** Whether the Rediaccfile defines the function. */
  defined: boolean;
  exitCode: number;
  cancelled: boolean;
  /** The processes that the function left running outside containers; they were ended. */
  leftovers: ScopedProcess[];
}

/** The time between a cancelled function's SIGTERM and its SIGKILL. */
const GRACE_MILLISECONDS = 10_000;
const ASK_AGAIN_MILLISECONDS = 100;
const INPUT_CHECK_MILLISECONDS = 2_000;

/**
 * Runs a function in a new bash on a terminal of its own (made by util-linux `script`, so that no native module is
 * needed). Bash leads the session and the foreground group; standard input, output and error are the terminal. Resolves
 * when the function has ended and nothing of it is left.
 */
export async function runFunction(call: FunctionCall): Promise<FunctionResult> {
  await mkdir(call.workFolder, { recursive: true, mode: 0o700 });
  const mark = join(call.workFolder, 'mark');
  const inner = join(call.workFolder, 'inner');
  await writeFile(inner, functionText(call.file, call.name, mark), { mode: 0o600 });
  const command = [...call.scope.enter, 'script', '-qefc', `exec bash ${quote(inner)}`, '/dev/null'];
  const [program = '', ...words] = command;
  // Standard input is a pipe that stays open and silent: `script` would pass an end of file on to the terminal.
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
    // Without a mark the Rediaccfile itself ended the shell while it was being read, which counts as a failure.
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

/** Cancels a function when its signal aborts. Returns a function that stops waiting for that. */
function cancelOnSignal(call: FunctionCall, script: ChildProcess): () => void {
  let grace: NodeJS.Timeout | undefined;
  let again: NodeJS.Timeout | undefined;
  const ask = (): void => {
    // `script` gets no SIGTERM: it would stop passing output on, and kill its shell two seconds later. Until it has
    // started the shell there is no other process, so this is tried again.
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

/** Ends the processes that a function left behind: SIGTERM, and SIGKILL a second later. */
async function endAll(scope: Scope): Promise<void> {
  scope.terminate();
  const until = performance.now() + 1000;
  while (scope.processes().length > 0 && performance.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  scope.kill();
}

/**
 * Looks at a function every two seconds until it is seen waiting for input. `written` returns the bytes that it has
 * written so far. Returns a function that stops the looking.
 */
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
