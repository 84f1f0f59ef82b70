import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createApplication } from './application.ts';
import type { Application } from './application.ts';
import { noKeychain } from './noKeychain.ts';

const contexts = { current: 'work', contexts: [{ name: 'work', sshKey: '/keys/id', machines: [] }] };
const whole = JSON.stringify(contexts);

let root: string;
let config: string;
let file: string;
let application: Application | undefined;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'rediacc-application-'));
  config = join(root, 'config');
  file = join(config, 'contexts.json');
  await mkdir(config);
});
afterEach(async () => {
  await application?.close();
  await rm(root, { recursive: true });
});

/** Starts the program. `told`: the contexts that its window was told of; `ask` calls a method as that window. */
async function start(folder = config) {
  const started = await createApplication({
    folders: { config: folder, state: join(root, 'state') },
    version: '1.0.0',
    mode: 'browser',
    locale: 'en',
    home: root,
    readAgent: () => Promise.reject(new Error('no agent here')),
    passphrases: noKeychain,
  });
  application = started;
  const told: unknown[] = [];
  const session = started.open({
    send: (event, payload) => {
      if (event === 'contexts.changed') told.push(payload);
      return Promise.resolve();
    },
  });
  return {
    told,
    ask: (method: string, parameters: object = {}) => started.dispatch(session, method, parameters),
  };
}

it('a list of contexts that does not parse is named to the window that asks for it, and kept aside', async () => {
  await writeFile(file, '{ "contexts": [');
  const { ask } = await start();
  const answer = await ask('contexts.list');
  const [kept = ''] = await readdir(config);
  expect(answer).toMatchObject({
    ok: false,
    error: { code: 'configuration-damaged', details: { file, kept: join(config, kept) } },
  });
  expect(await readFile(join(config, kept), 'utf8')).toBe('{ "contexts": [');
});

it('one that an editor has written half is waited for', async () => {
  const { told } = await start();
  await writeFile(file, whole);
  await expect.poll(() => told).toContainEqual(contexts);
  await writeFile(file, whole.slice(0, 20));
  told.length = 0;
  await writeFile(file, whole);
  await expect.poll(() => told).toContainEqual(contexts);
  expect(await readdir(config)).toEqual(['contexts.json']);
});

it('imports the hosts of ~/.ssh/config that were chosen, and tells the window', async () => {
  await writeFile(file, whole);
  await mkdir(join(root, '.ssh'));
  await writeFile(join(root, '.ssh/config'), 'Host web db\n  User deploy\n');
  const { told, ask } = await start();
  expect(await ask('contexts.import', { context: 'work', hosts: ['db'] })).toMatchObject({
    ok: true,
    result: [{ alias: 'db', name: 'db' }],
  });
  await expect
    .poll(() => told.at(-1))
    .toMatchObject({ contexts: [{ machines: [{ name: 'db', user: 'deploy' }] }] });
  expect(await ask('contexts.import', { context: 'work', hosts: [] })).toMatchObject({
    ok: true,
    result: [],
  });
  expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({
    contexts: [{ machines: [{ name: 'db' }] }],
  });
});

it('starts where no folder can be watched, and says why when it is asked for the contexts', async () => {
  await writeFile(join(root, 'a file'), '');
  const { ask } = await start(join(root, 'a file', 'config'));
  expect(await ask('app.info')).toMatchObject({ ok: true });
  expect(await ask('contexts.list')).toMatchObject({ ok: false, error: { code: 'not-permitted' } });
});
