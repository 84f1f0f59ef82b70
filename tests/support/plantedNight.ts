import { createJournalKeeper } from '../../renet/journal/journalKeeper.ts';
import { thisMoment } from '../../renet/journal/journalReader.ts';
import type { Paths } from '../../renet/paths.ts';
import { AppError, toWire } from '../../shared/errors.ts';
import type { JournalObservation, SeenContainer } from '../../shared/journal/observation.ts';
import type { OperationSummary } from '../../shared/model.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const GIBI = 1024 ** 3;

/**
 * Has the keeper of a machine's journal look at a night on it: a crash loop, a process that takes too much memory, a volume that
 * fills up and stays full, a reboot, and a key of autostart that opens nothing any more. The night ends two minutes after the
 * start of this computer. `repository`: the machine's only one.
 */
export async function plantNight(
  paths: Paths,
  repository: { readonly guid: string; readonly name: string; readonly path: string },
): Promise<void> {
  const { guid, name } = repository;
  const own = { guid, name };
  const now = thisMoment();
  const bootedAt = now.at - now.boot.uptime;
  const time = { at: bootedAt - 2 * 60 * MINUTE, boot: { id: 'the day before', uptime: 30 * 60 * MINUTE } };
  const start = () =>
    createJournalKeeper({
      paths,
      clock: () => ({ at: time.at, boot: { ...time.boot } }),
      lastWords: ({ id }) => Promise.resolve({ lines: [`the last words of ${id}`] }),
    });
  let keeper = start();
  const container = (service: string, more: Partial<SeenContainer> = {}): SeenContainer => ({
    ...{ id: service, name: `${name}-${service}-1`, service, state: 'running', health: 'none' },
    ...{ repository: own, restarts: 0 },
    ...more,
  });
  let used = 2;
  let operations: OperationSummary[] = [];
  /** Looks at the machine every 30 seconds, for so many minutes. */
  const pass = async (
    minutes: number,
    containers: readonly SeenContainer[] = [container('api'), container('worker')],
    more: JournalObservation = {},
  ): Promise<void> => {
    for (let passed = 0; passed < minutes; passed += 0.5) {
      time.at += 30 * SECOND;
      time.boot.uptime += 30 * SECOND;
      await keeper.observe({
        inventory: {
          repositories: [
            {
              ...{ ...repository, state: 'running', mounted: true, daemon: true, notices: [] },
              ...{ used: used * GIBI, available: (10 - used) * GIBI, autostart: { enabled: true } },
            },
          ],
          ...{ containers, operations },
        },
        ...more,
      });
    }
  };

  await pass(5);
  for (let restarts = 1; restarts <= 6; restarts += 1) {
    const crashLoop = restarts < 3 ? undefined : { restarts, startedAt: time.at, exitCode: 7 };
    await pass(0.5, [container('api', { restarts, exitCode: 7, crashLoop }), container('worker')]);
  }
  const after = container('api', { restarts: 6 });
  await pass(20, [after, container('worker')]);
  await pass(1, [after, container('worker', { state: 'exited', exitCode: 137, outOfMemory: true })]);
  await pass(20, [after, container('worker')]);
  used = 9.9;
  await pass(20, [after, container('worker')]);
  await keeper.close();

  // The reboot is this computer's own, as what is told of one boot cannot be later than the begin of the next.
  time.at = bootedAt + 10 * SECOND;
  time.boot = { id: now.boot.id, uptime: 10 * SECOND };
  keeper = start();
  operations = [
    {
      ...{ id: '7d3a4c1e-94b8-4f0a-8a3e-3a1b2c3d4e5f', verb: 'up', repository: own, origin: 'boot' },
      ...{ by: 'the machine', state: 'succeeded', startedAt: time.at, endedAt: time.at + 10 * SECOND },
      boot: { ...time.boot },
    },
  ];
  await pass(1);
  const error = toWire(new AppError('autostart-key-refused', { name }));
  await pass(0.5, undefined, { autostart: { unit: {}, repositories: [{ ...own, problems: [error] }] } });
  await keeper.close();
}
