// On true bash: functions run on pseudo-terminals in true control groups; a folder stands for the volume.

import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { cgroupRoot, makeRepository } from '../../tests/support/nativeRepository.ts';
import type { NativeRepository } from '../../tests/support/nativeRepository.ts';
import { stateOf } from '../observe/inventory.ts';
import { EVENTS_FILE } from '../operation/log/events.ts';
import { PROCESS_FILE } from '../operation/log/logProcess.ts';
import { listOperations } from '../operation/knownOperations.ts';
import { mountPath, operationFolder, partialFile } from '../paths.ts';
import { isBooted } from './bootUnit.ts';
import { supervise } from './supervise.ts';

const rediaccfile = `
prep() { echo prep >> trace; }
up() { echo up >> trace; echo it is up; }
down() { echo down >> trace; }
`;

/** Waits for what a supervision comes to; the limit is only there against what hangs. */
const soon = <Value>(read: () => Value) => expect.poll(read, { timeout: 40_000, interval: 10 });

const repositories: NativeRepository[] = [];
/** Makes a repository that starts at boot and is closed, as after a power cut. */
async function enabled(text = rediaccfile, files: Record<string, string> = {}): Promise<NativeRepository> {
  const made = makeRepository({ Rediaccfile: text, ...files });
  repositories.push(made);
  await made.run('autostart-enable');
  made.flags.mounted = false;
  return made;
}
afterEach(() => {
  for (const made of repositories.splice(0)) made.remove();
});

interface Supervised {
  said: string[];
  /** Asks the supervision to end, as systemd does. */
  end(machineGoesDown: boolean): Promise<void>;
}

function start(repository: NativeRepository): Supervised {
  const said: string[] = [];
  const controller = new AbortController();
  let goesDown = false;
  const supervised = supervise(
    repository.agent,
    (line) => said.push(line.replace(/ \(.*/, '')),
    controller.signal,
    () => Promise.resolve(goesDown),
  );
  return {
    said,
    end: async (machineGoesDown) => {
      goesDown = machineGoesDown;
      controller.abort();
      await supervised;
    },
  };
}

function trace(repository: NativeRepository): string {
  return repository.exists('trace') ? repository.read('trace').trimEnd().replaceAll('\n', ' ') : '';
}

async function verbs({ machine }: NativeRepository): Promise<string[]> {
  const operations = await listOperations(machine.paths, {});
  return operations.map(({ verb, origin, state }) => `${verb} ${origin} ${state}`).reverse();
}

const root = cgroupRoot();
const skipped = root === undefined ? ' (SKIPPED: needs root and a writable cgroup v2 tree)' : '';

describe.skipIf(root === undefined)(`boot and shutdown, natively${skipped}`, () => {
  it('boots without prep, and closes when the machine goes down', async () => {
    const repository = await enabled();
    const first = start(repository);
    await soon(() => first.said).toEqual(['boot: shop begins', 'boot: shop succeeded']);
    expect([trace(repository), repository.flags.daemon]).toEqual(['up', true]);
    await first.end(true);
    expect([trace(repository), repository.flags.mounted]).toEqual(['up down', false]);
    expect(await verbs(repository)).toEqual([
      ...['autostart-enable person succeeded', 'up boot succeeded', 'down shutdown succeeded'],
    ]);
    expect((await stateOf(repository.machine, 'shop')).autostart).toMatchObject({
      enabled: true,
      lastBoot: { state: 'succeeded' },
      lastShutdown: { state: 'succeeded' },
    });
  });

  it('leaves everything as it is when only the service is stopped, and boots nothing a second time', async () => {
    const repository = await enabled();
    const first = start(repository);
    await soon(() => first.said).toContain('boot: shop succeeded');
    await first.end(false);
    expect([trace(repository), repository.flags.mounted]).toEqual(['up', true]);
    await repository.run('down', { unmount: true });
    const second = start(repository);
    await second.end(true);
    const third = start(repository);
    await soon(() => third.said).toContain('boot: shop succeeded');
    await third.end(false);
    expect([second.said, trace(repository)]).toEqual([
      ['shutdown: 0 of 1 repositories are open'],
      // The shutdown ended that boot, so the third supervision begins a new one and starts the repository again.
      'up down up',
    ]);
  });

  it.each([
    ['bash cannot read', 'up() { echo "not closed', 'rediaccfile-syntax'],
    ['is too large', `up() { :; }\n${'#'.repeat(1024 * 1024)}`, 'file-too-large'],
  ])('starts the others when a Rediaccfile of a folder %s, and names it', async (_, broken, code) => {
    const whole = 'up() { echo "$PWD" >> "$REPOSITORY_PATH/trace"; }\n';
    const repository = await enabled(whole, { 'a/Rediaccfile': broken, 'b/Rediaccfile': whole });
    const supervised = start(repository);
    await soon(() => supervised.said.at(-1)).toBe('boot: shop warnings');
    await supervised.end(false);
    expect(trace(repository)).toBe(`${repository.root} ${join(repository.root, 'b')}`);
    const [last] = await listOperations(repository.machine.paths, {});
    expect(last?.verdict).toMatchObject({
      ...{ kind: 'warnings', reason: 'degraded' },
      failures: [{ step: { function: 'up', file: 'a/Rediaccfile' }, error: { code } }],
    });
  });

  it('fails, and starts nothing, when bash cannot read the Rediaccfile of the root', async () => {
    const whole = 'up() { echo up >> "$REPOSITORY_PATH/trace"; }\n';
    const repository = await enabled('up() { echo "not closed', { 'b/Rediaccfile': whole });
    const supervised = start(repository);
    await soon(() => supervised.said.at(-1)).toMatch(/^boot: shop failed: Rediaccfile is not valid bash/);
    await supervised.end(false);
    expect(trace(repository)).toBe('');
    const [last] = await listOperations(repository.machine.paths, {});
    expect(last?.verdict?.failures).toMatchObject([{ step: { function: 'up', file: 'Rediaccfile' } }]);
  });

  it('keeps what failed as an operation, and waits for no function for ever', async () => {
    const repository = await enabled('up() { return 3; }');
    const supervised = start(repository);
    await soon(() => supervised.said.at(-1)).toMatch(/^boot: shop failed: up of Rediaccfile/);
    await supervised.end(false);
    const broken = await enabled();
    broken.flags.slots.set('1', Buffer.from('another'));
    const again = start(broken);
    await soon(() => again.said.length).toBe(2);
    await again.end(false);
    const [last] = await listOperations(broken.machine.paths, {});
    expect(last).toMatchObject({
      origin: 'boot',
      state: 'failed',
      verdict: { error: { code: 'autostart-key-refused' } },
    });
  });

  it('boots although unfinished work cannot be removed, and says so', async () => {
    const repository = await enabled();
    const { paths } = repository.machine;
    const [stuck, other] = [randomUUID(), randomUUID()] as const;
    for (const guid of [stuck, other]) writeFileSync(partialFile(paths, guid), '');
    mkdirSync(join(mountPath(paths, stuck), 'in the way'), { recursive: true });
    const supervised = start(repository);
    await soon(() => supervised.said).toContain('boot: shop succeeded');
    expect(supervised.said[0]).toMatch(/^boot: unfinished work stays: .*not empty/);
    expect([stuck, other].map((guid) => existsSync(partialFile(paths, guid)))).toEqual([true, false]);
    await supervised.end(false);
  });

  it('boots a repository that was put back beside what a deletion left, and says so', async () => {
    const repository = await enabled();
    const { paths } = repository.machine;
    writeFileSync(partialFile(paths, repository.guid), 'stale');
    const supervised = start(repository);
    await soon(() => supervised.said).toContain('boot: shop succeeded');
    expect(supervised.said[0]).toContain(partialFile(paths, repository.guid));
    expect([repository.flags.mounted, existsSync(partialFile(paths, repository.guid))]).toEqual([true, true]);
    await supervised.end(false);
  });

  it('closes although the disk has spoiled a log', async () => {
    const repository = await enabled();
    const supervised = start(repository);
    await soon(() => supervised.said).toContain('boot: shop succeeded');
    const folder = operationFolder(repository.machine.paths, randomUUID());
    mkdirSync(folder);
    writeFileSync(join(folder, PROCESS_FILE), 'spoiled');
    writeFileSync(join(folder, EVENTS_FILE), 'spoiled\n');
    await supervised.end(true);
    expect([trace(repository), repository.flags.mounted]).toEqual(['up down', false]);
  });

  it('starts what it is starting before it ends', async () => {
    const repository = await enabled();
    const { detach } = repository.agent;
    let goOn: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    let asked = false;
    repository.agent.detach = async (...words) => {
      asked = true;
      await gate;
      return detach(...words);
    };
    const supervised = start(repository);
    await soon(() => asked).toBe(true);
    const ended = supervised.end(false);
    goOn();
    await ended;
    // That boot has not come to its end, so the supervision that is started next goes on with it.
    expect(await isBooted(repository.machine.paths)).toBe(false);
    expect((await verbs(repository)).at(-1)).toMatch(/^up boot/);
    await soon(() => verbs(repository)).toContain('up boot succeeded');
  });

  it('ends what runs when the machine goes down, and closes all the same', async () => {
    const repository = await enabled(
      'up() { echo begun >> trace; sleep 1000; }\ndown() { echo down >> trace; }',
    );
    const supervised = start(repository);
    await soon(() => trace(repository)).toBe('begun');
    const running = listOperations(repository.machine.paths, {}).then(([last]) => last?.state);
    expect(await running).toBe('running');
    await supervised.end(true);
    expect([trace(repository), repository.flags.mounted]).toEqual(['begun down', false]);
  });
});
