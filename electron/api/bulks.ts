import { randomUUID } from 'node:crypto';
import type { ApiResult } from '../../shared/api/api.ts';
import type { Bulk, BulkPlanItem, BulkRequest, BulkShown, MachineKey } from '../../shared/api/apiModel.ts';
import { toWire } from '../../shared/errors.ts';
import { failedVerdict, passphraseBytes } from '../../shared/verdict.ts';
import { runBulk } from '../engine/bulk/runBulk.ts';
import type { BulkTask, Passphrases } from '../engine/bulk/runBulk.ts';
import { previewBulk } from '../engine/bulk/bulkSurvey.ts';
import type { Clock } from '../engine/clock.ts';
import type { Engine } from '../engine/engine.ts';
import type { MachineReference } from '../engine/machineReference.ts';
import { asShown, changedSince, surveyMachines } from './bulkSurveys.ts';

/** What bulk verbs need. */
interface BulkOptions {
  readonly engine: Engine;
  readonly clock: Clock;
  readonly resolve: (machine: MachineKey) => Promise<MachineReference>;
  readonly changed: (bulk: Bulk) => void;
  readonly remembered: (guid: string) => Promise<string | undefined>;
}

/** What a person agreed to, and gave. */
interface BulkStart {
  /** Items of the preview; without them, whatever there is to do. */
  readonly shown?: readonly BulkShown[] | undefined;
  readonly passphrase?: string | undefined;
  /** By GUID. */
  readonly passphrases?: Readonly<Record<string, string>> | undefined;
}

/** The bulk verbs that run or have run; they go on without a window. */
export interface Bulks {
  plan(request: BulkRequest): Promise<ApiResult<'bulk.plan'>>;
  start(request: BulkRequest, given: BulkStart): Promise<{ bulk: string }>;
  cancel(bulk: string): void;
  list(): Bulk[];
  /** Stops watching; what runs on machines goes on. */
  close(): void;
}

/** Makes the runner of bulk verbs, which also remembers those that ran. */
export function createBulks(options: BulkOptions): Bulks {
  const { engine } = options;
  const runs = new Map<string, { bulk: Bulk; cancel: AbortController }>();
  const leave = new AbortController();

  return {
    plan: async (request) => {
      const { tasks, leftOut, failures } = await surveyMachines(options, request);
      const previews = await previewBulk(engine, tasks, request.concurrency ?? 1);
      const planned = previews.map(async (preview): Promise<BulkPlanItem> => {
        const { task } = preview;
        const isMissing = task.needsPassphrase && (await options.remembered(task.guid)) === undefined;
        return {
          ...itemOf(task),
          needsPassphrase: isMissing,
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
    },
    start: async (request, given) => {
      const survey = await surveyMachines(options, request);
      const { tasks, gone } = asShown(survey.tasks, given.shown);
      const passphrases = await passphrasesFor(tasks, given, options.remembered);
      const bulk: Bulk = {
        bulk: randomUUID(),
        request,
        startedAt: options.clock.now(),
        cancelled: false,
        items: [
          ...tasks.map((task): Item => ({ ...itemOf(task), state: 'waiting' })),
          ...gone.map((shown): Item => ({
            ...{ machine: shown.machine, guid: shown.guid, repository: shown.repository },
            ...{ state: 'ended', verdict: failedVerdict(changedSince(shown)), milliseconds: 0 },
          })),
        ],
        failures: [...survey.failures],
      };
      const cancel = new AbortController();
      runs.set(bulk.bulk, { bulk, cancel });
      options.changed(bulk);
      void run(options, runs, bulk.bulk, tasks, passphrases, { cancel: cancel.signal, leave: leave.signal });
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

type Item = Bulk['items'][number];

function itemOf(of: { machine: MachineReference; guid: string; name: string }): {
  machine: MachineKey;
  guid: string;
  repository: string;
} {
  const { context, machine } = of.machine;
  return { machine: { context, name: machine.name }, guid: of.guid, repository: of.name };
}

/** Returns each repository's own, else the one for all, else the remembered one; by GUID. */
async function passphrasesFor(
  tasks: readonly BulkTask[],
  { passphrase, passphrases }: BulkStart,
  remembered: BulkOptions['remembered'],
): Promise<Passphrases> {
  const found = new Map<string, Uint8Array>();
  for (const { guid, needsPassphrase } of tasks) {
    if (!needsPassphrase) continue;
    const text = passphrases?.[guid] ?? passphrase ?? (await remembered(guid));
    if (text !== undefined) found.set(guid, passphraseBytes(text));
  }
  return found;
}

async function run(
  { engine, clock, changed }: BulkOptions,
  runs: Map<string, { bulk: Bulk }>,
  id: string,
  tasks: readonly BulkTask[],
  passphrases: Passphrases,
  signals: { cancel: AbortSignal; leave: AbortSignal },
): Promise<void> {
  const update = (next: (bulk: Bulk) => Bulk): void => {
    const known = runs.get(id);
    if (!known) return;
    known.bulk = next(known.bulk);
    changed(known.bulk);
  };
  const updateItem = (task: BulkTask, change: Partial<Item>): void => {
    const at = tasks.indexOf(task);
    update((bulk) => ({
      ...bulk,
      items: bulk.items.map((item, index) => (index === at ? { ...item, ...change } : item)),
    }));
  };
  const limit = runs.get(id)?.bulk.request.concurrency ?? 1;
  await runBulk(
    engine,
    { tasks, limit, passphrases },
    {
      ...signals,
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
