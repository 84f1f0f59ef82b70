import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Writable } from 'node:stream';
import type { FunctionName } from '../../shared/model.ts';
import { readTextIfThere } from '../host.ts';
import { createInputWatch, readsTerminal } from './inputWatch.ts';
import type { Scope, ScopedProcess } from './scope.ts';
import { endOf, functionText, leaderText, quote } from './shellText.ts';
import type { FileEnd } from './shellText.ts';

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
  /** Set when the Rediaccfile ended the shell while it was read. */
  fileEnd?: FileEnd | undefined;
}

/** The time between a cancelled function's SIGTERM and its SIGKILL. */
const GRACE_MILLISECONDS = 10_000;
const ASK_AGAIN_MILLISECONDS = 100;
const INPUT_CHECK_MILLISECONDS = 2_000;
/** The time that processes have to end by themselves after their function, such as a `tee` that writes the last line. */
const MOMENT_MILLISECONDS = 1_000;
const LOOK_AGAIN_MILLISECONDS = 20;

/**
 * Runs a function in a new bash on a terminal of its own (made by util-linux `script`, so that no native module is
 * needed). Standard input, output and error are the terminal, and bash is in its foreground group. Another bash leads the
 * session and ends last: its end hangs up all others, a `tee` before its last line too. Resolves when the function has
 * ended and nothing of it is left.
 */
export async function runFunction(call: FunctionCall): Promise<FunctionResult> {
  await mkdir(call.workFolder, { recursive: true, mode: 0o700 });
  const mark = join(call.workFolder, 'mark');
  const inner = join(call.workFolder, 'inner');
  await writeFile(inner, functionText(call.file, call.name, mark), { mode: 0o600 });
  const leader = `exec bash -c ${quote(leaderText(inner))}`;
  const command = [...call.scope.enter, 'script', '-qefc', leader, '/dev/null'];
  const [program = '', ...words] = command;
  // Standard input is a pipe that stays open and silent: `script` would pass an end of file on to the terminal. The
  // fourth and fifth are the leader's: it says when the function has ended, and is told to end.
  const child = spawn(program, words, {
    cwd: dirname(call.file),
    env: call.environment,
    stdio: ['pipe', 'pipe', 'pipe', 'pipe', 'pipe'],
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
  const scriptEnd = ended(child);
  const leaderPid = await Promise.race([functionEnded(child), scriptEnd.then(() => undefined)]);
  stopWatching();
  const leftovers = await endLeftovers(call.scope, [child.pid, leaderPid]);
  const release = child.stdio[4];
  if (release instanceof Writable) release.on('error', () => undefined).end('\n');
  const exitCode = await scriptEnd;
  stopCancelling();
  if (call.scope.processes().length > 0) call.scope.kill();
  await call.scope.remove();
  const marked = await readTextIfThere(mark);
  const fileEnd = endOf(marked, await readTextIfThere(call.file));
  return {
    defined: marked !== 'undefined',
    // A Rediaccfile that ends the shell while it is being read counts as a failure.
    exitCode: fileEnd !== undefined && exitCode === 0 ? 1 : exitCode,
    cancelled: call.signal.aborted,
    leftovers,
    fileEnd,
  };
}

/** Resolves with the process id of the session's leader once the leader says that the function has ended. */
async function functionEnded(child: ChildProcess): Promise<number> {
  return new Promise((resolve) => {
    let said = '';
    child.stdio[3]
      ?.on('error', () => undefined)
      .on('data', (bytes: Uint8Array) => {
        said += Buffer.from(bytes).toString();
        if (said.endsWith('\n')) resolve(Number(said));
      });
  });
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
    if (!call.scope.signal('SIGTERM', [script.pid])) again = setTimeout(ask, ASK_AGAIN_MILLISECONDS);
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

/**
 * Waits a moment for the processes that a function left behind, and then ends them: SIGTERM, and SIGKILL a second later.
 * `kept` are the terminal's own processes. Returns the processes that did not end by themselves.
 */
async function endLeftovers(scope: Scope, kept: readonly (number | undefined)[]): Promise<ScopedProcess[]> {
  const left = (): ScopedProcess[] => scope.processes().filter(({ pid }) => !kept.includes(pid));
  await waitUntil(() => left().length === 0);
  const leftovers = left();
  if (leftovers.length === 0) return [];
  scope.signal('SIGTERM', kept);
  await waitUntil(() => left().length === 0);
  // What forks faster than it is killed is left to the end of the whole group.
  await waitUntil(() => !scope.signal('SIGKILL', kept));
  return leftovers;
}

/** Looks again and again until `isSo`, for a moment at most. */
async function waitUntil(isSo: () => boolean): Promise<void> {
  const until = performance.now() + MOMENT_MILLISECONDS;
  while (!isSo() && performance.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MILLISECONDS));
  }
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
