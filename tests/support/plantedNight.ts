import { createJournalKeeper } from '../../renet/journal/journalKeeper.ts';
import type { JournalKeeper } from '../../renet/journal/journalKeeper.ts';
import { thisMoment } from '../../renet/journal/journalReader.ts';
import type { Paths } from '../../renet/paths.ts';
import { AppError, toWire } from '../../shared/errors.ts';
import type { JournalObservation, SeenContainer, SeenRepository } from '../../shared/journal/observation.ts';
import type { OperationSummary } from '../../shared/model.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const GIBI = 1024 ** 3;

/** The machine's only repository, whose services are `api` and `worker`. */
interface NightRepository {
  readonly guid: string;
  readonly name: string;
  readonly path: string;
}

/**
 * Has the keeper of a machine's journal look at a night on it: a crash loop, a process that takes too much memory, a volume that
 * fills up and stays full, a reboot, and a key of autostart that opens nothing any more. The night ends two minutes after the
 * start of this computer.
 */
export async function plantNight(paths: Paths, repository: NightRepository): Promise<void> {
  const { guid, name } = repository;
  const now = thisMoment();
  const bootedAt = now.at - now.boot.uptime;
  const evening = createLooks(paths, repository, {
    at: bootedAt - 120 * MINUTE,
    boot: { id: 'the day before', uptime: 30 * 60 * MINUTE },
  });
  await evening.pass(5, {});
  for (let restarts = 1; restarts <= 6; restarts += 1) {
    const crashLoop = restarts < 3 ? undefined : { restarts, startedAt: evening.time.at, exitCode: 7 };
    await evening.pass(0.5, { api: { restarts, exitCode: 7, crashLoop } });
  }
  const api = { restarts: 6 };
  await evening.pass(20, { api });
  await evening.pass(1, { api, worker: { state: 'exited', exitCode: 137, outOfMemory: true } });
  await evening.pass(20, { api });
  await evening.pass(20, { api, used: 9.9 });
  await evening.keeper.close();

  // The reboot is this computer's own, as what is told of one boot cannot be later than the begin of the next.
  const time = { at: bootedAt + 10 * SECOND, boot: { id: now.boot.id, uptime: 10 * SECOND } };
  const morning = createLooks(paths, repository, time);
  const start: OperationSummary = {
    ...{ id: '7d3a4c1e-94b8-4f0a-8a3e-3a1b2c3d4e5f', verb: 'up', repository: { guid, name }, origin: 'boot' },
    ...{ by: 'the machine', state: 'succeeded', startedAt: time.at, endedAt: time.at + 10 * SECOND },
    boot: { ...time.boot },
  };
  await morning.pass(1, { used: 9.9, operations: [start] });
  const error = toWire(new AppError('autostart-key-refused', { name }));
  const autostart = { unit: {}, repositories: [{ guid, name, problems: [error] }] };
  await morning.pass(0.5, { used: 9.9, operations: [start] }, { autostart });
  await morning.keeper.close();
}

/** Has the keeper look at one thing more, half a minute after the night: `worker` ends by itself. */
export async function plantMorning(paths: Paths, repository: NightRepository): Promise<void> {
  const { at, boot } = thisMoment();
  const uptime = 100 * SECOND;
  const time = { at: at - boot.uptime + uptime, boot: { id: boot.id, uptime } };
  const { pass, keeper } = createLooks(paths, repository, time);
  await pass(0.5, { used: 9.9, worker: { state: 'exited', exitCode: 3 } });
  await keeper.close();
}

/** What a look finds: how its containers are, where they do not just run, and what its volume has of 10 GiB. */
interface Found {
  readonly api?: Partial<SeenContainer>;
  readonly worker?: Partial<SeenContainer>;
  readonly used?: number;
  readonly operations?: OperationSummary[];
}

/** Makes a keeper of the journal with a clock of its own; `pass` looks every half a minute, for so many minutes. */
function createLooks(
  paths: Paths,
  repository: NightRepository,
  time: { at: number; boot: { id: string; uptime: number } },
): {
  readonly keeper: JournalKeeper;
  readonly time: { readonly at: number };
  readonly pass: (minutes: number, found: Found, more?: JournalObservation) => Promise<void>;
} {
  const { guid, name } = repository;
  const keeper = createJournalKeeper({
    paths,
    clock: () => ({ at: time.at, boot: { ...time.boot } }),
    lastWords: ({ id }) => Promise.resolve({ lines: [`the last words of ${id}`] }),
  });
  const container = (service: string, more: Partial<SeenContainer> = {}): SeenContainer => ({
    ...{ id: service, name: `${name}-${service}-1`, service, state: 'running', health: 'none' },
    ...{ repository: { guid, name }, restarts: 0 },
    ...more,
  });
  return {
    keeper,
    time,
    pass: async (minutes, { api, worker, used = 2, operations = [] }, more = {}) => {
      const seen: SeenRepository = {
        ...{ ...repository, state: 'running', mounted: true, daemon: true, notices: [] },
        ...{ used: used * GIBI, available: (10 - used) * GIBI, autostart: { enabled: true } },
      };
      const containers = [container('api', api), container('worker', worker)];
      for (let passed = 0; passed < minutes; passed += 0.5) {
        time.at += 30 * SECOND;
        time.boot.uptime += 30 * SECOND;
        await keeper.observe({ inventory: { repositories: [seen], containers, operations }, ...more });
      }
    },
  };
}
