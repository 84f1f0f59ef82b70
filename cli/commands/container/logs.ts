import { constants } from 'node:os';
import { AppError, EXIT } from '../../../shared/errors.ts';
import type { Reason } from '../../../shared/errors.ts';
import type { Answer, Call } from '../../call.ts';
import { createLineModel } from '../../terminal/lineModel.ts';
import { outputEvent, write } from '../../terminal/live.ts';
import { plain } from '../../terminal/plain.ts';

/** The options of `repo logs`. */
export interface LogsOptions {
  readonly machine?: string;
  readonly follow?: boolean;
  readonly tail?: number;
}

/** `repo logs NAME [SERVICE] [-f] [--tail N]`; Ctrl-C ends it. */
export async function showLogs(
  call: Call,
  repository: string,
  service: string | undefined,
  { machine: machineName, follow = false, tail }: LogsOptions,
): Promise<Answer> {
  const { dependencies, live, audience } = call;
  const machine = await call.machine(machineName);
  const { engine } = await call.remote();
  const lines = createLineModel(1, dependencies.stdout.isTTY === true);
  const decoder = new TextDecoder();
  const kept: string[] = [];
  const show = async (): Promise<void> => {
    const finished = lines.takeFinished();
    if (audience === 'document') kept.push(...finished);
    await live.show({ finished, changing: [] });
  };
  const stopped = new AbortController();
  const release = dependencies.onInterrupt(() => stopped.abort());
  const request = { repository, ...(service && { service }), follow, ...(tail !== undefined && { tail }) };
  const onOutput = async (bytes: Uint8Array): Promise<void> => {
    await live.event(outputEvent(bytes));
    lines.write(decoder.decode(bytes, { stream: true }));
    await show();
  };
  try {
    await engine.containerLogs(machine, request, onOutput, stopped.signal);
  } catch (error) {
    if (!stopped.signal.aborted) throw error;
  } finally {
    release();
  }
  lines.finish();
  await show();
  const exit = stopped.signal.aborted ? EXIT.cancelled : EXIT.succeeded;
  return { document: { repository, service, lines: kept.map(plain) }, exit };
}

/** `repo exec NAME -- CMD`: standard streams, terminal and exit code are the command's. Throws not-mounted. */
export async function execute(
  call: Call,
  repository: string,
  command: readonly string[],
  machineName: string | undefined,
): Promise<Answer> {
  const { stdin, stdout, stderr, env } = call.dependencies;
  const machine = await call.machine(machineName);
  const { engine } = await call.remote();
  // Asked first: what the command itself is refused with is the machine's English, on streams that are the command's.
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
  // On a terminal Ctrl-C is a key like any other: the command gets it.
  const release = onTerminal ? () => undefined : call.dependencies.onInterrupt(() => stopped.abort());
  // A command that ends early leaves the rest of its input unread.
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

async function copy(from: AsyncIterable<Uint8Array>, to: Call['dependencies']['stdout']): Promise<void> {
  for await (const bytes of from) await write(to, bytes);
}

/** As a shell tells of a signal: 128 and its number. SSH names signals without SIG. */
function exitOfSignal(name: string): number {
  const numbers: Readonly<Record<string, number>> = constants.signals;
  return 128 + (numbers[`SIG${name.replace(/^SIG/, '')}`] ?? 0);
}
