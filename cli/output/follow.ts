import type { ConnectionState, FollowOptions, MachineReference } from '../../electron/engine/engine.ts';
import { AppError, describeError, fill } from '../../shared/errors.ts';
import type { Verdict } from '../../shared/model.ts';
import { lostVerdict } from '../../shared/verdict.ts';
import type { Call } from '../call.ts';
import { errorText } from './labels.ts';
import { outputEvent } from '../terminal/live.ts';
import { createRenderer } from './render.ts';
import type { Stop } from '../input/interrupt.ts';
import { verdictLines } from './verdictLines.ts';

/**
 * Shows an operation from its beginning to its end, and resolves with its verdict. Asks the machine to cancel it when
 * `cancel` is aborted, before or while it is shown. Throws `operation-left` when the person leaves it running.
 */
export async function printOperationLive(
  call: Call,
  machine: MachineReference,
  id: string,
  { cancel, leave }: Pick<Stop, 'cancel' | 'leave'>,
): Promise<Verdict> {
  const { live, text } = call;
  const { engine } = await call.remote();
  const view = createView(call);
  const askToStop = (): void => {
    // The verdict tells whether the operation was cancelled; a request that fails is told as a note.
    engine.cancel(machine, id).catch((error: unknown) => live.note(errorText(error, text)));
  };
  if (cancel.aborted) askToStop();
  else cancel.addEventListener('abort', askToStop);
  try {
    const end = await engine.follow(machine, id, { ...view.options, signal: leave });
    await view.shown();
    if (end.kind === 'verdict') return end.verdict;
    const lost = lostVerdict(id);
    await showVerdict(call, lost);
    return lost;
  } catch (error) {
    if (!leave.aborted) throw error;
    throw new AppError('operation-left', { id });
  } finally {
    cancel.removeEventListener('abort', askToStop);
    live.end();
  }
}

/** The callbacks that show one operation as its log comes in. */
export interface View {
  readonly options: Omit<FollowOptions, 'from' | 'signal'>;
  /** Resolves when all that has come so far is shown. */
  shown(): Promise<void>;
}

/**
 * Makes the view of an operation: events and output are shown one after the other, in the order in which they come,
 * even when showing one takes long. `terminal`: lines may be shown while they still change.
 */
export function createView(call: Call, terminal = call.dependencies.stdout.isTTY === true): View {
  const { text, live, paint } = call;
  const renderer = createRenderer({ text, paint, terminal });
  let shown: Promise<void> = Promise.resolve();
  let position = 0;
  return {
    shown: () => shown,
    options: {
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
      onConnection: connectionNotes(call),
    },
  };
}

/** Makes a listener that says when the connection was lost, and when it is back. */
export function connectionNotes({ text, live }: Call): (state: ConnectionState) => void {
  let connected = true;
  return ({ connected: now, error }) => {
    const reason = error ? describeError(error, text).message : '';
    if (now !== connected) live.note(now ? text.cli.connected : fill(text.cli.disconnected, { reason }));
    connected = now;
  };
}

/** Shows a verdict that did not come as an event of the log. */
export function showVerdict({ text, paint, live }: Call, verdict: Verdict): Promise<void> {
  return live.show({ finished: verdictLines(verdict, { text, paint }), changing: [] });
}
