import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lock } from 'proper-lockfile';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { AppError, describeError } from '../../../shared/errors.ts';
import { en } from '../../../shared/text/en/en.ts';
import { fr } from '../../../shared/text/fr/fr.ts';
import { createContextStore } from './contexts.ts';
import type { ContextStore } from './contexts.ts';

let folder: string;
let key: string;
let store: ContextStore;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rediacc-contexts-'));
  key = join(folder, 'id_ed25519');
  await writeFile(key, '-----BEGIN OPENSSH PRIVATE KEY-----\n');
  store = createContextStore(join(folder, 'deep', 'config'));
});
afterEach(() => rm(folder, { recursive: true }));

const contextsFile = () => join(folder, 'deep', 'config', 'contexts.json');
const server = { name: 'prod-1', host: '203.0.113.50', user: 'deploy' };

/** Returns the code of the AppError that a promise is refused with. */
async function refusal(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return error instanceof AppError ? error.code : 'no AppError';
}

describe('contexts', () => {
  test('create-local, add-machine and resolve work as in the manual', async () => {
    await store.createLocal('production', key);
    await store.addMachine(server);
    const machine = { ...server, port: 22, datastore: '/mnt/rediacc' };
    const resolved = { context: 'production', machine, sshKey: key };
    expect(await store.resolve('prod-1')).toEqual(resolved);
    expect(await store.resolve()).toEqual(resolved);
    expect(await store.list()).toEqual({
      current: 'production',
      contexts: [{ name: 'production', sshKey: key, machines: [machine] }],
    });
  });

  test('the newest context is current, use goes back, and deleting the current one leaves none', async () => {
    await store.createLocal('one', key);
    await store.createLocal('two', key);
    await store.addMachine(server);
    await store.use('one');
    expect((await store.machines()).machines).toEqual([]);
    expect(await refusal(store.resolve('prod-1'))).toBe('machine-not-found');
    expect((await store.resolve('prod-1', 'two')).context).toBe('two');
    await store.delete('one');
    expect(await refusal(store.machines())).toBe('no-context');
    expect((await store.list()).contexts.map(({ name }) => name)).toEqual(['two']);
  });

  test('without a name a machine is resolved only when there is exactly one', async () => {
    await store.createLocal('one', key);
    expect(await refusal(store.resolve())).toBe('machine-not-named');
    await store.addMachine(server);
    await store.addMachine({ ...server, name: 'prod-2', port: 2222, datastore: '/srv/data' });
    expect(await refusal(store.resolve())).toBe('machine-not-named');
    expect((await store.resolve('prod-2')).machine).toEqual({
      ...server,
      name: 'prod-2',
      port: 2222,
      datastore: '/srv/data',
    });
  });

  test('what is wrong is refused by name and changes nothing', async () => {
    await store.createLocal('one', key);
    await store.addMachine(server);
    const before = await readFile(contextsFile(), 'utf8');
    expect(
      await Promise.all([
        refusal(store.createLocal('one', key)),
        refusal(store.createLocal('Bad Name', key)),
        refusal(store.createLocal('11111111-1111-4111-8111-111111111111', key)),
        refusal(store.createLocal('two', join(folder, 'absent'))),
        refusal(store.createLocal('two', contextsFile())),
        refusal(store.use('two')),
        refusal(store.delete('two')),
        refusal(store.addMachine(server)),
        refusal(store.addMachine({ ...server, name: '$(id)' })),
        refusal(store.addMachine({ ...server, name: 'm', port: 70000 })),
        refusal(store.addMachine({ ...server, name: 'm', datastore: 'relative' })),
        refusal(store.addMachine({ ...server, name: 'm', host: '' })),
        refusal(store.addMachine({ ...server, name: 'm' }, 'two')),
      ]),
    ).toEqual([
      'context-exists',
      'bad-name',
      'bad-name',
      'key-unreadable',
      'key-not-private',
      'context-not-found',
      'context-not-found',
      'machine-exists',
      'bad-name',
      'bad-port',
      'bad-arguments',
      'bad-arguments',
      'context-not-found',
    ]);
    expect(await readFile(contextsFile(), 'utf8')).toBe(before);
  });

  test.each([
    [{ datastore: 'data' }, en, 'The datastore "data" is not an absolute path.'],
    [{ datastore: 'data' }, fr, 'Le datastore «\u00a0data\u00a0» n’est pas un chemin absolu.'],
    [{ user: '' }, en, 'A machine needs an address and a user.'],
    [{ user: '' }, fr, 'Il faut à une machine une adresse et un utilisateur.'],
  ])('what a machine lacks is said in whole sentences: %o', async (change, text, message) => {
    await store.createLocal('one', key);
    const error: unknown = await store
      .addMachine({ ...server, ...change })
      .catch((reason: unknown) => reason);
    expect(describeError(error as AppError, text).message).toBe(message);
  });
});

describe('the file', () => {
  test('is 0600 in folders that are 0700', async () => {
    await store.createLocal('one', key);
    const modes = [contextsFile(), join(folder, 'deep', 'config'), join(folder, 'deep')];
    expect(await Promise.all(modes.map(async (path) => (await stat(path)).mode & 0o777))).toEqual([
      0o600, 0o700, 0o700,
    ]);
  });

  test('a folder that was there keeps its mode', async () => {
    await mkdir(join(folder, 'deep'));
    await chmod(join(folder, 'deep'), 0o755);
    await store.createLocal('one', key);
    expect((await stat(join(folder, 'deep'))).mode & 0o777).toBe(0o755);
  });

  test.each([
    ['not JSON', '{ "contexts": [', 'use'],
    ['not the schema', '{ "contexts": [{ "name": "one" }] }', 'use'],
    ['not JSON, met by a reader', 'garbage', 'list'],
  ] as const)('that is %s is kept aside, named, and not overwritten', async (_, damaged, door) => {
    await store.createLocal('one', key);
    await writeFile(contextsFile(), damaged);
    const error = await (door === 'use' ? store.use('one') : store.list()).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'configuration-damaged', details: { file: contextsFile() } });
    const names = await readdir(join(folder, 'deep', 'config'));
    expect(names).toEqual([expect.stringMatching(/^contexts\.json\.damaged-/)]);
    expect(await readFile(join(folder, 'deep', 'config', names[0] ?? ''), 'utf8')).toBe(damaged);
    expect(await store.list()).toEqual({ contexts: [] });
  });

  test('that does not parse is left alone by who only looks, as somebody may be writing it', async () => {
    await store.createLocal('one', key);
    const whole = await readFile(contextsFile(), 'utf8');
    await writeFile(contextsFile(), whole.slice(0, 20));
    expect(await store.look()).toBeUndefined();
    expect(await readdir(join(folder, 'deep', 'config'))).toEqual(['contexts.json']);
    await writeFile(contextsFile(), whole);
    expect(await store.look()).toMatchObject({ current: 'one' });
  });

  test('that another program keeps is waited for, but not for ever', async () => {
    await store.createLocal('one', key);
    const release = await lock(contextsFile(), { realpath: false });
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const ended: { code?: string } = {};
      void refusal(store.use('one')).then((code) => (ended.code = code));
      while (ended.code === undefined) {
        await new Promise(setImmediate);
        vi.runOnlyPendingTimers();
      }
      expect(ended.code).toBe('configuration-busy');
    } finally {
      vi.useRealTimers();
      await release();
    }
    expect(await store.use('one')).toMatchObject({ name: 'one' });
  });

  test('two processes that add machines at once lose none', async () => {
    await store.createLocal('one', key);
    const script = join(folder, 'writer.mts');
    await writeFile(
      script,
      `import { createContextStore } from ${JSON.stringify(join(import.meta.dirname, 'contexts.ts'))};
       const [folder, prefix] = process.argv.slice(2);
       const store = createContextStore(folder);
       await Promise.all(Array.from({ length: 10 }, (_, n) =>
         store.addMachine({ name: prefix + n, host: 'h', user: 'u' })));`,
    );
    const writers = ['a', 'b'].map((prefix) =>
      spawn(process.execPath, ['--import', 'tsx', script, join(folder, 'deep', 'config'), prefix], {
        stdio: 'inherit',
      }),
    );
    expect(await Promise.all(writers.map((writer) => once(writer, 'exit')))).toEqual([
      [0, null],
      [0, null],
    ]);
    const names = (await store.machines()).machines.map(({ name }) => name).sort();
    const wanted = ['a', 'b'].flatMap((prefix) =>
      Array.from({ length: 10 }, (_, n) => `${prefix}${String(n)}`),
    );
    expect(names).toEqual(wanted);
  }, 60_000);
});
