import { randomUUID } from 'node:crypto';
import type { ApiResult } from '../../shared/api/api.ts';
import { keyOfBulkItem } from '../../shared/api/apiModel.ts';
import type { Bulk, BulkPlanItem, BulkApiRequest, BulkShown, MachineKey } from '../../shared/api/apiModel.ts';
import { toWire } from '../../shared/errors.ts';
import { passphraseBytes } from '../../shared/secrets/passphrase.ts';
import { failedVerdict } from '../../shared/verdict.ts';
import { runBulk, wipe } from '../engine/bulk/runBulk.ts';
import type { BulkTask, Passphrases } from '../engine/bulk/runBulk.ts';
import { previewBulk } from '../engine/bulk/bulkSurvey.ts';
import type { Clock } from '../engine/clock.ts';
import type { Engine } from '../engine/engine.ts';
import type { MachineReference } from '../engine/machineReference.ts';
import type { Remembered } from './passphrases.ts';
import type { RememberedPassphrases } from './remembered.ts';
import { asShown, changedSince, surveyMachines } from './bulkSurveys.ts';

/** The dependencies of the bulk verbs. */
interface BulkOptions {
  readonly engine: Engine;
  readonly clock: Clock;
  readonly resolve: (machine: MachineKey) => Promise<MachineReference>;
  readonly changed: (bulk: Bulk) => void;
  readonly remembered: Pick<RememberedPassphrases, 'find'>;
}

/** An item of the preview, and the passphrase that a person typed for it alone. */
type BulkTyped = BulkShown & { readonly passphrase?: string | undefined };

/** The preview that a person agreed to, and the passphrases that they typed. */
interface BulkStart {
  /** The items of the preview, each with its own passphrase; without them, everything there is to do is done. */
  readonly shown?: readonly BulkTyped[] | undefined;
  readonly passphrase?: string | undefined;
}

/** The bulk verbs that run or have run. They go on when no window is open. */
export interface Bulks {
  plan(request: BulkApiRequest): Promise<ApiResult<'bulk.plan'>>;
  start(request: BulkApiRequest, given: BulkStart): Promise<{ bulk: string }>;
  cancel(bulk: string): void;
  list(): Bulk[];
  /** Stops watching. Operations on machines go on. */
  close(): void;
}

interface BulkRun {
  /** Replaced with every change. */
  bulk: Bulk;
  readonly cancel: AbortController;
}

/** Makes the runner of bulk verbs, which also remembers those that have ended. */
export function createBulks(options: BulkOptions): Bulks {
  const runs = new Map<string, BulkRun>();
  const leave = new AbortController();

  return {
    plan: (request) => planBulk(options, request),
    start: async (request, given) => {
      const survey = await surveyMachines(options, request);
      const { tasks, gone } = asShown(survey.tasks, given.shown);
      const passphrases = await passphrasesFor(tasks, given, options.remembered);
      const bulk: Bulk = {
        bulk: randomUUID(),
        request,
        startedAt: options.clock.now(),
        cancelled: false,
        items: [...tasks.map((task): Item => ({ ...itemOf(task), state: 'waiting' })), ...gone.map(goneItem)],
        failures: [...survey.failures],
      };
      const started: BulkRun = { bulk, cancel: new AbortController() };
      runs.set(bulk.bulk, started);
      options.changed(bulk);
      void run(options, started, tasks, passphrases, leave.signal);
      return { bulk: bulk.bulk };
    },
    cancel: (id) => {
      const known = runs.get(id);
      if (!known || known.bulk.endedAt !== undefined) return;
      known.bulk = { ...known.bulk, cancelled: true };
      options.changed(known.bulk);
      known.cancel.abort();
    },
    list: () => [...runs.values()].map(({ bulk }) => bulk),
    close: () => leave.abort(),
  };
}

async function planBulk(options: BulkOptions, request: BulkApiRequest): Promise<ApiResult<'bulk.plan'>> {
  const { tasks, leftOut, failures } = await surveyMachines(options, request);
  const previews = await previewBulk(options.engine, tasks, concurrencyOf(request));
  const planned = previews.map(async (preview): Promise<BulkPlanItem> => {
    const { task } = preview;
    const kept = task.needsPassphrase ? await rememberedFor(task, options.remembered) : undefined;
    return {
      ...itemOf(task),
      needsPassphrase: kept !== undefined && kept.state !== 'kept',
      ...(kept?.state === 'withheld' && { withheld: kept.because }),
      ...('plan' in preview
        ? { plan: preview.plan, digest: preview.digest }
        : { error: toWire(preview.refusal) }),
    };
  });
  const skipped = leftOut.map((left): BulkPlanItem => ({
    ...itemOf(left),
    skipped: left.reason === 'fork' ? 'fork' : 'nothing-to-do',
    needsPassphrase: false,
  }));
  return { items: [...(await Promise.all(planned)), ...skipped], failures: [...failures] };
}

/** Returns how many operations run at once on one machine: one, unless the request says otherwise. */
function concurrencyOf({ concurrency = 1 }: BulkApiRequest): number {
  return concurrency;
}

type Item = Bulk['items'][number];

/** Returns the item of a repository that was shown in the preview and has no task any more: it has failed. */
function goneItem(shown: BulkShown): Item {
  const { machine, guid, repository } = shown;
  const verdict = failedVerdict(changedSince(shown));
  return { machine, guid, repository, state: 'ended', verdict, milliseconds: 0 };
}

function itemOf(of: { machine: MachineReference; guid: string; name: string }): {
  machine: MachineKey;
  guid: string;
  repository: string;
} {
  const { context, machine } = of.machine;
  return { machine: { context, name: machine.name }, guid: of.guid, repository: of.name };
}

/**
 * Returns the passphrases by task: the repository's own, else the one typed for all, else the remembered one. Each is
 * given to its own machine alone, as another's repository may have the same GUID (a copied volume).
 */
async function passphrasesFor(
  tasks: readonly BulkTask[],
  { passphrase, shown = [] }: BulkStart,
  remembered: BulkOptions['remembered'],
): Promise<Passphrases> {
  const own = new Map(shown.map((item) => [keyOfBulkItem(item), item.passphrase]));
  const found = new Map<BulkTask, Uint8Array>();
  const find = async (task: BulkTask): Promise<void> => {
    if (!task.needsPassphrase) return;
    const typed = own.get(keyOfBulkItem(itemOf(task))) ?? passphrase;
    const kept = typed === undefined ? await rememberedFor(task, remembered) : undefined;
    const text = typed ?? (kept?.state === 'kept' ? kept.passphrase : undefined);
    if (text !== undefined) found.set(task, passphraseBytes(text));
  };
  try {
    for (const task of tasks) await find(task);
    return found;
  } catch (error) {
    wipe(found);
    throw error;
  }
}

/** Returns what is remembered for a task: nothing where its machine cannot be asked for its host key. */
async function rememberedFor(
  { machine, guid }: BulkTask,
  remembered: Pick<RememberedPassphrases, 'find'>,
): Promise<Remembered> {
  return remembered.find(machine, guid).catch((): Remembered => ({ state: 'none' }));
}

async function run(
  { engine, clock, changed }: BulkOptions,
  started: BulkRun,
  tasks: readonly BulkTask[],
  passphrases: Passphrases,
  leave: AbortSignal,
): Promise<void> {
  const update = (next: (bulk: Bulk) => Bulk): void => {
    started.bulk = next(started.bulk);
    changed(started.bulk);
  };
  const updateItem = (task: BulkTask, change: Partial<Item>): void => {
    const at = tasks.indexOf(task);
    update((bulk) => ({
      ...bulk,
      items: bulk.items.map((item, index) => (index === at ? { ...item, ...change } : item)),
    }));
  };
  const limit = concurrencyOf(started.bulk.request);
  await runBulk(
    engine,
    { tasks, limit, passphrases },
    {
      cancel: started.cancel.signal,
      leave,
      now: () => clock.now(),
      onStarted: (task, operation) => {
        updateItem(task, { state: 'running', operation });
        return { onEvent: () => undefined, onOutput: () => undefined };
      },
      onEnded: ({ verdict, milliseconds, operation }, task) =>
        updateItem(task, {
          state: 'ended',
          verdict,
          milliseconds,
          ...(operation !== undefined && { operation }),
        }),
    },
  );
  update((bulk) => ({
    ...bulk,
    endedAt: clock.now(),
    items: bulk.items.map((item) => (item.state === 'waiting' ? { ...item, state: 'not-begun' } : item)),
  }));
}
