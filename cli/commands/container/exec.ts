import { constants } from 'node:os';
import { AppError, EXIT } from '../../../shared/errors.ts';
import type { Reason } from '../../../shared/errors.ts';
import type { Answer, Call } from '../../call.ts';
import { write } from '../../terminal/live.ts';

/**
 * Runs a command for a repository on its machine: `repo exec NAME -- CMD`. Standard streams, terminal and exit code are
 * those of the command. Throws not-mounted, connection-lost.
 */
export async function execute(
  call: Call,
  repository: string,
  command: readonly string[],
  machineName: string | undefined,
): Promise<Answer> {
  const { stdin, stdout, stderr, env } = call.dependencies;
  const machine = await call.machine(machineName);
  const { engine } = await call.remote();
  // Asked first: a refusal by the machine would come in English, mixed into the command's own output.
  const { mounted, name } = await engine.request(machine, 'repository.status', { repository });
  if (!mounted) throw new AppError('not-mounted', { name });
  const onTerminal = stdin.isTTY === true && stdout.isTTY === true;
  const size = (): [number, number] => [stdout.columns ?? 80, stdout.rows ?? 24];
  const [columns, rows] = size();
  const options = onTerminal ? { pty: { term: env['TERM'] ?? 'xterm-256color', columns, rows } } : {};
  const child = await engine.execute(machine, ['exec', repository, '--', ...command], options);

  const resize = (): void => child.resize?.(...size());
  if (onTerminal) {
    stdin.setRawMode?.(true);
    stdout.on('resize', resize);
  }
  const stopped = new AbortController();
  stopped.signal.addEventListener('abort', () => child.kill());
  // On a terminal Ctrl-C is a key like any other, and goes to the command.
  const release = onTerminal ? () => undefined : call.dependencies.onInterrupt(() => stopped.abort());
  // Writing fails when a command ends before it has read all of its input; that is no error.
  child.stdin.on('error', () => undefined);
  stdin.pipe(child.stdin);
  try {
    const copies = [copy(child.stdout, stdout), copy(child.stderr, stderr)];
    const { code, signal } = await child.exit;
    await Promise.all(copies);
    if (stopped.signal.aborted) return { exit: EXIT.cancelled };
    if (code !== null) return { exit: code };
    if (signal !== null) return { exit: exitOfSignal(signal) };
    throw new AppError('connection-lost', { host: machine.machine.host, reason: 'closed' satisfies Reason });
  } finally {
    release();
    stdin.unpipe(child.stdin);
    stdin.pause();
    if (onTerminal) {
      stdout.off('resize', resize);
      stdin.setRawMode?.(false);
    }
  }
}

/**
 * Opens a shell in a repository's folder, with the variables of its daemon and addresses set: `term NAME -m M`. Throws
 * terminal-needed.
 */
export function runTerminal(call: Call, name: string, machineName: string | undefined): Promise<Answer> {
  const { stdin, stdout } = call.dependencies;
  if (stdin.isTTY !== true || stdout.isTTY !== true) throw new AppError('terminal-needed', { name });
  return execute(call, name, ['bash', '-i'], machineName);
}

async function copy(from: AsyncIterable<Uint8Array>, to: Call['dependencies']['stdout']): Promise<void> {
  for await (const bytes of from) await write(to, bytes);
}

/** Returns the exit code that a shell gives for a signal: 128 plus its number. SSH names signals without `SIG`. */
function exitOfSignal(name: string): number {
  const numbers: Readonly<Record<string, number>> = constants.signals;
  return 128 + (numbers[`SIG${name.replace(/^SIG/, '')}`] ?? 0);
}
