import type { BulkTask, BulkWatch } from '../../../electron/engine/bulk/runBulk.ts';
import { labelOf, sourceOf } from './bulkSummary.ts';
import type { Call } from '../../call.ts';
import { createView, showVerdict } from '../../output/follow.ts';
import type { View } from '../../output/follow.ts';
import { errorText } from '../../output/labels.ts';
import type { Live } from '../../terminal/live.ts';
import { shareLive } from './sharedLive.ts';
import type { Stop } from '../../input/interrupt.ts';

/**
 * Makes the watch that shows the operations of a verb for all repositories. Operations that run one after the other are
 * shown as a single operation is; those that run at once line by line, each line behind its repository's name. For
 * programs each event names its repository in `of`.
 */
export function createBulkWatch(
  call: Call,
  { cancel, leave }: Stop,
  { tasks, limit }: { tasks: readonly BulkTask[]; limit: number },
): BulkWatch {
  const { dependencies, live, text } = call;
  const several = isOverSeveral(tasks);
  const together = tasks.length > 1 && (limit > 1 || several);
  const share = shareLive(call, Math.max(...tasks.map((task) => labelOf(task, several).length)));
  const views = new Map<BulkTask, { live: Live; view?: View }>();

  const liveOf = (task: BulkTask, operation?: string): Live => {
    const source = sourceOf(task, operation);
    if (together) return share(labelOf(task, several), source);
    return { ...live, event: (event) => live.event({ ...event, of: source }) };
  };
  return {
    cancel,
    leave,
    now: () => dependencies.now(),
    onQueued: (task) => void live.event({ type: 'queued', of: sourceOf(task) }),
    onStarted: (task, operation) => {
      const own = liveOf(task, operation);
      const view = createView({ ...call, live: own }, together ? false : undefined);
      views.set(task, { live: own, view });
      return view.options;
    },
    onEnded: async ({ operation, verdict, milliseconds }, task) => {
      const { live: own, view } = views.get(task) ?? { live: liveOf(task) };
      await view?.shown();
      if (operation === undefined || verdict.kind === 'lost') {
        await showVerdict({ ...call, live: own }, verdict);
      }
      await own.event({ type: 'ended', verdict, milliseconds });
      own.end();
    },
    onCancelFailed: (error) => live.note(errorText(error, text)),
  };
}

/** Returns true when the tasks are on more than one machine. */
function isOverSeveral(tasks: readonly BulkTask[]): boolean {
  return new Set(tasks.map(({ machine }) => machine.machine.name)).size > 1;
}
