import type { MachineReference } from '../electron/engine/engine.ts';
import { AppError, describeError, fill } from '../shared/errors.ts';
import type { Verdict } from '../shared/model.ts';
import type { Call } from './call.ts';
import { outputEvent } from './live.ts';
import { createRenderer } from './render.ts';
import { verdictLines } from './verdictText.ts';

/** What the first Ctrl-C does; the second always leaves the operation running. */
export type OnInterrupt = 'cancel' | 'leave';

/**
 * Shows an operation from its beginning to its end. Throws `cancelled` when the person left it running, after saying
 * how to find it again.
 */
export async function followOperation(
  call: Call,
  machine: MachineReference,
  id: string,
  onInterrupt: OnInterrupt,
): Promise<Verdict> {
  const { world, text, live, paint } = call;
  const { engine } = await call.remote();
  const renderer = createRenderer({ text, paint, terminal: world.stdout.isTTY === true });
  const left = new AbortController();
  const release = world.onInterrupt(interrupts(call, machine, id, onInterrupt, left));
  // Events and bytes are shown in the order in which they came, whatever each takes.
  let shown: Promise<void> = Promise.resolve();
  let connected = true;
  let position = 0;
  try {
    const end = await engine.follow(machine, id, {
      signal: left.signal,
      onEvent: (event) => {
        shown = shown.then(() => live.event(event)).then(() => live.show(renderer.event(event)));
      },
      onOutput: (bytes, at) => {
        if (at > position) live.note(fill(text.notices['log-truncated'], { bytes: at - position }));
        position = at + bytes.length;
        shown = shown
          .then(() => live.event(outputEvent(bytes, at)))
          .then(() => live.show(renderer.output(bytes)));
        return shown;
      },
      onConnection: ({ connected: now, error }) => {
        if (now !== connected) live.note(connectionNote(call, now, error));
        connected = now;
      },
    });
    await shown;
    return end.kind === 'verdict' ? end.verdict : await showLost(call, id);
  } catch (error) {
    if (!left.signal.aborted) throw error;
    throw new AppError('operation-left', { id });
  } finally {
    release();
    live.end();
  }
}

function interrupts(
  call: Call,
  machine: MachineReference,
  id: string,
  onInterrupt: OnInterrupt,
  left: AbortController,
): () => void {
  let cancelling = onInterrupt === 'leave';
  return () => {
    if (cancelling) {
      left.abort();
      return;
    }
    cancelling = true;
    call.live.note(fill(call.text.cli.cancelling, { id }));
    // The verdict tells whether it worked; a failed request is worth a word.
    call
      .remote()
      .then(({ engine }) => engine.cancel(machine, id))
      .catch((error: unknown) => call.live.note(error instanceof Error ? error.message : String(error)));
  };
}

function connectionNote({ text }: Call, connected: boolean, error: AppError | undefined): string {
  if (connected) return text.cli.connected;
  return fill(text.cli.disconnected, { reason: error ? describeError(error, text).message : '' });
}

async function showLost({ text, paint, live }: Call, id: string): Promise<Verdict> {
  const error = new AppError('operation-lost', { id });
  const wire = { code: error.code, details: error.details, message: error.message };
  const verdict: Verdict = { kind: 'lost', error: wire, failures: [], notRun: [] };
  await live.show({ finished: verdictLines(verdict, { text, paint }), changing: [] });
  return verdict;
}
