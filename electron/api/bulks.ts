import { randomUUID } from 'node:crypto';
import type { Bulk, BulkPlanItem, BulkRequest, MachineKey } from '../../shared/apiModel.ts';
import { selectAutostart } from '../../shared/bulk.ts';
import { AppError, fromWire, toWire } from '../../shared/errors.ts';
import { failedVerdict, passphraseBytes } from '../../shared/verdict.ts';
import { runBulk } from '../engine/bulk.ts';
import type { BulkResult, BulkTask, Passphrases } from '../engine/bulk.ts';
import { previewBulk, surveyBulk } from '../engine/bulkSurvey.ts';
import type { BulkSurvey } from '../engine/bulkSurvey.ts';
import type { Clock } from '../engine/clock.ts';
import type { Engine } from '../engine/engine.ts';
import type { MachineReference } from '../engine/machineReference.ts';

/** What bulk verbs need. */
export interface BulkOptions {
  readonly engine: Engine;
  readonly clock: Clock;
  readonly resolve: (machine: MachineKey) => Promise<MachineReference>;
  readonly changed: (bulk: Bulk) => void;
  /** An operation of a machine began or ended. */
  readonly touched: (machine: MachineReference) => void;
  readonly remembered: (guid: string) => Promise<string | undefined>;
}

export interface GivenPassphrases {
  readonly passphrase?: string | undefined;
  /** By GUID. */
  readonly passphrases?: Readonly<Record<string, string>> | undefined;
}

/** The bulk verbs that run or have run; they go on without a window. */
export interface Bulks {
  plan(request: BulkRequest): Promise<BulkPlanItem[]>;
  start(request: BulkRequest, given: GivenPassphrases): Promise<{ bulk: string }>;
  cancel(bulk: string): void;
  list(): Bulk[];
  /** Stops watching; what runs on machines goes on. */
  close(): void;
}

/** No bulk verb ran yet. */
export function createBulks(options: BulkOptions): Bulks {
  const { engine, resolve } = options;
  const runs = new Map<string, { bulk: Bulk; cancel: AbortController }>();
  const leave = new AbortController();

  const surveyed = async (request: BulkRequest): Promise<BulkSurvey> =>
    survey(options, await Promise.all(request.machines.map(resolve)), request);

  return {
    plan: async (request) => {
      const { tasks, leftOut, unreachable } = await surveyed(request);
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
      const [failed] = unreachable;
      // A preview that leaves a machine out would not be what is done.
      if (failed?.verdict.error && tasks.length === 0 && skipped.length === 0) throw errorOf(failed);
      return [...(await Promise.all(planned)), ...skipped];
    },
    start: async (request, given) => {
      const { tasks, unreachable } = await surveyed(request);
      const bulk: Bulk = {
        bulk: randomUUID(),
        request,
        startedAt: options.clock.now(),
        cancelled: false,
        items: tasks.map((task) => ({ ...itemOf(task), state: 'waiting' })),
        failures: unreachable.map((result, at) => ({
          machine: request.machines.find(({ name }) => name === result.machine) ??
            request.machines[at] ?? { context: '', name: result.machine },
          error: toWire(errorOf(result)),
        })),
      };
      const cancel = new AbortController();
      runs.set(bulk.bulk, { bulk, cancel });
      options.changed(bulk);
      const passphrases = await passphrasesFor(tasks, given, options.remembered);
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

function errorOf({ verdict: { error, kind } }: BulkResult): AppError {
  return error ? fromWire(error) : new AppError('internal', { reason: kind });
}

async function survey(
  { engine, clock }: BulkOptions,
  machines: readonly MachineReference[],
  request: BulkRequest,
): Promise<BulkSurvey> {
  const { verb, includeForks = false, mountOnly = false, unmount = false } = request;
  const now = (): number => clock.now();
  switch (verb) {
    case 'up':
      return surveyBulk(engine, machines, { verb: 'up-all', includeForks, mountOnly }, now);
    case 'down':
      return surveyBulk(engine, machines, { verb: 'down-all', includeForks, unmount }, now);
    case 'autostart-enable':
    case 'autostart-disable': {
      const surveys = await Promise.all(
        machines.map(async (machine): Promise<BulkSurvey> => {
          try {
            const { targets, leftOut } = selectAutostart(
              verb,
              await engine.request(machine, 'autostart.list', {}),
            );
            return {
              tasks: targets.map((target) => ({ ...target, machine })),
              leftOut: leftOut.map((left) => ({ ...left, machine })),
              unreachable: [],
            };
          } catch (error) {
            const failed = {
              machine: machine.machine.name,
              verdict: failedVerdict(error),
              milliseconds: 0,
            };
            return { tasks: [], leftOut: [], unreachable: [failed] };
          }
        }),
      );
      return {
        tasks: surveys.flatMap(({ tasks }) => tasks),
        leftOut: surveys.flatMap(({ leftOut }) => leftOut),
        unreachable: surveys.flatMap(({ unreachable }) => unreachable),
      };
    }
  }
}

/** Each repository's own, else the one for all, else the remembered one; by name, as the engine takes them. */
async function passphrasesFor(
  tasks: readonly BulkTask[],
  { passphrase, passphrases }: GivenPassphrases,
  remembered: BulkOptions['remembered'],
): Promise<Passphrases> {
  const found = new Map<string, Uint8Array>();
  for (const { guid, name, needsPassphrase } of tasks) {
    if (!needsPassphrase) continue;
    const text = passphrases?.[guid] ?? passphrase ?? (await remembered(guid));
    if (text !== undefined) found.set(name, passphraseBytes(text));
  }
  return found;
}

async function run(
  { engine, clock, changed, touched }: BulkOptions,
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
    touched(task.machine);
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
