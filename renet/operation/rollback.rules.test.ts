// On true bash: functions run on pseudo-terminals in true control groups; a folder stands for the volume.

import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { OperationEvent, Verdict } from '../../shared/model.ts';
import type { WireNotice } from '../../shared/notices.ts';
import type { OptionsOf } from '../../shared/verbs.ts';
import { cgroupRoot, makeRepository } from '../../tests/support/nativeRepository.ts';
import type { Finished, NativeRepository } from '../../tests/support/nativeRepository.ts';
import { verifyAutostart } from '../boot/autostart.ts';
import { start } from '../serve/handlers.ts';
import { awaitVerdict } from './log/logReader.ts';
import { EVENTS_FILE } from './log/events.ts';
import { cancelOperation } from './knownOperations.ts';
import { mountsFolder, operationFolder, repositoriesFolder } from '../paths.ts';
import { arrival } from '../../tests/support/arrival.ts';

const repositories: NativeRepository[] = [];
/** Makes a closed repository "shop" that starts at boot. */
async function closedRepository(files: Record<string, string> = {}): Promise<NativeRepository> {
  const made = makeRepository(files);
  repositories.push(made);
  made.flags.mounted = false;
  await made.run('autostart-enable');
  return made;
}
afterEach(() => {
  for (const made of repositories.splice(0)) made.remove();
});

const STEPS = ['allocate', 'format', 'open', 'makeFileSystem', 'mount', 'handOver', 'commit'] as const;
type StepName = (typeof STEPS)[number];

/** Calls `before` and `after` around a step of a volume's creation. */
function around({ machine }: NativeRepository, name: StepName, before: () => unknown, after?: () => unknown) {
  const { volumes } = machine;
  const steps: Record<StepName, (...words: never[]) => Promise<unknown>> = volumes;
  const step = steps[name].bind(volumes) as (...words: unknown[]) => Promise<unknown>;
  const wrapped = async (...words: unknown[]): Promise<unknown> => {
    await before();
    const result = await step(...words);
    await after?.();
    return result;
  };
  machine.volumes = { ...volumes, [name]: wrapped };
}

const no = (): never => {
  throw new Error('the disk says no');
};

async function create(
  { agent, machine }: NativeRepository,
  operation = randomUUID(),
): Promise<{ verdict: Verdict | undefined; notices: WireNotice[] }> {
  const secret = Buffer.from('secret');
  const options = { size: 64 * 1024 ** 2 };
  await start(agent, { operation, verb: 'create', repository: 'second', options, secret, by: 'test' });
  const folder = operationFolder(machine.paths, operation);
  const verdict = await awaitVerdict(machine.paths, folder, new AbortController().signal);
  const lines = readFileSync(join(folder, EVENTS_FILE), 'utf8').trimEnd().split('\n');
  return { verdict, notices: noticesIn(lines.map((line) => JSON.parse(line) as OperationEvent)) };
}

function noticesIn(events: readonly OperationEvent[]): WireNotice[] {
  return events.flatMap((event) => (event.type === 'notice' ? [event.notice] : []));
}

function codes({ events }: Pick<Finished, 'events'>): string[] {
  return noticesIn(events).map(({ code }) => code);
}

/** Returns all that a creation can change on the machine. */
function standing({ machine: { paths }, flags }: NativeRepository) {
  const { mounted, open } = flags;
  return {
    ...{ mounted, open },
    stored: readdirSync(repositoriesFolder(paths)).sort(),
    mounts: readdirSync(mountsFolder(paths)).sort(),
  };
}

const root = cgroupRoot();
const skipped = root === undefined ? ' (SKIPPED: needs root and a writable cgroup v2 tree)' : '';

describe.skipIf(root === undefined)(`a create that does not come to its end, natively${skipped}`, () => {
  it.each(STEPS.flatMap((step) => [[step, 'before'] as const, [step, 'after'] as const]))(
    'leaves nothing when %s fails %s its work',
    async (step, when) => {
      const repository = await closedRepository();
      const before = standing(repository);
      if (when === 'before') around(repository, step, no);
      else around(repository, step, () => undefined, no);
      const { verdict, notices } = await create(repository);
      expect([verdict?.kind, verdict?.error?.details, notices.map(({ code }) => code)]).toEqual([
        ...['failed', { reason: 'the disk says no' }],
        ['rolled-back'],
      ]);
      expect(standing(repository)).toEqual(before);
    },
  );

  it.each(STEPS.slice(0, -1))('leaves nothing when it is cancelled during %s', async (step) => {
    const repository = await closedRepository();
    const before = standing(repository);
    const operation = randomUUID();
    around(repository, step, async () => {
      const asked = once(process, 'SIGTERM');
      await cancelOperation(repository.machine.paths, operation);
      await arrival('SIGTERM', asked);
    });
    const { verdict, notices } = await create(repository, operation);
    expect([verdict?.kind, notices.map(({ code }) => code)]).toEqual(['cancelled', ['rolled-back']]);
    expect(standing(repository)).toEqual(before);
  });

  it('makes a repository where nothing fails', async () => {
    const repository = await closedRepository();
    expect((await create(repository)).verdict?.kind).toBe('succeeded');
    const { mounted, stored, mounts } = standing(repository);
    expect([mounted, stored.length, mounts.includes('second')]).toEqual([true, 4, true]);
  });

  it('says why it failed, also when it cannot be taken back', async () => {
    const repository = await closedRepository();
    around(repository, 'handOver', no);
    const { volumes } = repository.machine;
    const busy = (): Promise<never> => Promise.reject(new Error('somebody holds it'));
    repository.machine.volumes = { ...volumes, unmount: busy };
    const { verdict, notices } = await create(repository);
    expect([verdict?.kind, verdict?.error?.details, verdict?.failures.length]).toEqual([
      ...['failed', { reason: 'the disk says no' }, 1],
    ]);
    expect(verdict?.notRun.map(({ kind }) => kind)).toEqual(['commit']);
    expect(notices).toMatchObject([{ code: 'not-removed', details: { name: 'second' } }]);
    expect(notices[0]?.details['reason']).toContain('somebody holds it');
  });
});

describe.skipIf(root === undefined)(`a volume that was opened, natively${skipped}`, () => {
  type Opener = 'mount' | 'up' | 'resize';
  /** Starts a verb and cancels it while its volume is being opened. */
  async function cancelWhileOpening(
    repository: NativeRepository,
    verb: Opener,
    options: OptionsOf<Opener>,
  ): Promise<Finished> {
    let goOn: () => void = () => undefined;
    const cancelled = new Promise<void>((resolve) => (goOn = resolve));
    const { volumes } = repository.machine;
    around(repository, 'open', () => cancelled);
    const running = await repository.start(verb, options);
    running.cancel();
    goOn();
    const finished = await running.follow();
    repository.machine.volumes = volumes;
    return finished;
  }

  it.each<[Opener, OptionsOf<Opener>]>([
    ['mount', {}],
    ['up', { mount: true }],
    ['up', { boot: true }],
    ['resize', { size: 1024 ** 2 }],
  ])(
    'is closed again when %s %j is cancelled: the next mount wants its passphrase',
    async (verb, options) => {
      const repository = await closedRepository();
      const { verdict } = await cancelWhileOpening(repository, verb, options);
      expect([verdict?.kind, repository.flags.open, repository.flags.mounted]).toEqual([
        ...['cancelled', false, false],
      ]);
      repository.flags.passphrase = 'anything';
      expect((await repository.run('mount')).verdict?.error?.code).toBe('wrong-passphrase');
    },
  );

  it('stays open when it was before', async () => {
    const repository = await closedRepository();
    repository.flags.open = true;
    const { verdict } = await cancelWhileOpening(repository, 'mount', {});
    expect([verdict?.kind, repository.flags.open]).toEqual(['cancelled', true]);
  });

  it('is closed when it cannot be mounted, and stays mounted when something after that fails', async () => {
    const repository = await closedRepository();
    const { volumes } = repository.machine;
    around(repository, 'mount', no);
    expect((await repository.run('mount')).verdict?.kind).toBe('failed');
    expect([repository.flags.open, repository.flags.mounted]).toEqual([false, false]);
    repository.machine.volumes = volumes;
    expect((await repository.run('up', { mount: true })).verdict?.error?.code).toBe('nothing-to-start');
    expect(repository.flags.mounted).toBe(true);
  });

  it('is told of when it cannot be closed again, and the verdict stays what it was', async () => {
    const repository = await closedRepository();
    const close = (): Promise<never> => Promise.reject(new Error('somebody holds it'));
    repository.machine.volumes = { ...repository.machine.volumes, close };
    const result = await cancelWhileOpening(repository, 'up', { mount: true });
    expect([result.verdict?.kind, result.verdict?.notRun.map(({ kind }) => kind), codes(result)]).toEqual([
      ...['cancelled', ['mount', 'discover', 'daemon-start']],
      ['not-closed'],
    ]);
  });

  it('is closed before it is deleted', async () => {
    const repository = await closedRepository();
    repository.flags.open = true;
    expect((await repository.run('delete')).verdict?.kind).toBe('succeeded');
    expect(standing(repository)).toEqual({ mounted: false, open: false, stored: [], mounts: [] });
  });
});

describe.skipIf(root === undefined)(`an autostart key, natively${skipped}`, () => {
  it('is told of when it cannot be taken back', async () => {
    const repository = makeRepository({});
    repositories.push(repository);
    const { keys } = repository.machine;
    const refuse = (): Promise<never> => Promise.reject(new Error('read-only'));
    repository.machine.keys = { ...keys, remove: refuse };
    repository.machine.bootUnit = { ...repository.machine.bootUnit, ensure: refuse };
    const result = await repository.run('autostart-enable');
    expect([result.verdict?.kind, result.verdict?.failures[0]?.step.kind, codes(result)]).toEqual([
      ...['failed', 'enable-unit'],
      ['key-not-removed'],
    ]);
  });

  it.each([
    ['its note in the header cannot be renewed', 'claim', 'succeeded', ['key-not-noted']],
    ['it cannot be looked at', 'facts', 'failed', []],
  ] as const)('that is in order stays when %s', async (_, work, kind, notices) => {
    const repository = await closedRepository();
    const before = [...repository.flags.slots];
    const { keys } = repository.machine;
    repository.machine.keys = { ...keys, [work]: () => Promise.reject(new Error('busy')) };
    const result = await repository.run('autostart-enable', { delay: 5 });
    expect([result.verdict?.kind, codes(result), [...repository.flags.slots]]).toEqual([
      kind,
      notices,
      before,
    ]);
    repository.machine.keys = keys;
    const { problems, delay } = await verifyAutostart(repository.machine, 'shop');
    expect([problems, delay]).toEqual([[], kind === 'succeeded' ? 5 : undefined]);
  });
});
