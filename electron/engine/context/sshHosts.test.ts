import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createContextStore } from './contexts.ts';
import type { ContextStore } from './contexts.ts';
import { importSshHosts, listSshHosts } from './sshHosts.ts';
import type { ImportedHost, SshHost } from './sshHosts.ts';

let home: string;
let store: ContextStore;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'rediacc-ssh-'));
  mkdirSync(join(home, '.ssh', 'more.d'), { recursive: true });
});
afterEach(() => rmSync(home, { recursive: true }));

const write = (name: string, ...lines: string[]): void =>
  writeFileSync(join(home, '.ssh', name), lines.join('\n'));
const list = (): Promise<SshHost[]> => listSshHosts({ home, account: 'ann' });

test('hosts as ssh would reach them; patterns give settings and are no hosts', async () => {
  write(
    'config',
    '# mine',
    'Host prod-1 prod-2',
    '  HostName %h.example.org',
    '  Port 2222',
    'Host db',
    '  hostname=203.0.113.7',
    '  IdentityFile "~/.ssh/db key"',
    '  IdentityFile ~/.ssh/second',
    'Host inner',
    '  ProxyJump db',
    'Host !inner 10.*',
    '  User nobody',
    'Host *',
    '  User deploy',
    '  IdentityFile ~/.ssh/id_ed25519',
    '  ProxyCommand none',
  );
  const usual = join(home, '.ssh', 'id_ed25519');
  const plain = { user: 'deploy', throughOther: false };
  expect(await list()).toEqual([
    { ...plain, alias: 'prod-1', host: 'prod-1.example.org', port: 2222, sshKey: usual },
    { ...plain, alias: 'prod-2', host: 'prod-2.example.org', port: 2222, sshKey: usual },
    { ...plain, alias: 'db', host: '203.0.113.7', port: 22, sshKey: join(home, '.ssh', 'db key') },
    { ...plain, alias: 'inner', host: 'inner', port: 22, sshKey: usual, throughOther: true },
  ]);
});

test('includes at the top are read, with patterns', async () => {
  write('config', 'Include more.d/*.conf ~/.ssh/absent', 'Host last');
  write('more.d/b.conf', 'Host b');
  write('more.d/a.conf', 'Host a');
  write('more.d/other', 'Host not-this');
  const aliases = (await list()).map(({ alias }) => alias);
  expect(aliases.sort()).toEqual(['a', 'b', 'last']);
});

test('a circle of includes is named, however many files go in it', async () => {
  write('config', 'Include more.d/*.conf');
  for (let at = 0; at < 20; at += 1) write(`more.d/${at}.conf`, 'Include more.d/*.conf', `Host h${at}`);
  const [config, first] = ['config', 'more.d/0.conf'].map((name) => join(home, '.ssh', name));
  await expect(list()).rejects.toMatchObject({
    code: 'ssh-config-includes',
    details: { files: `${first} → ${first}` },
  });
  write('config', 'Include ~/.ssh/config');
  await expect(list()).rejects.toMatchObject({ details: { files: `${config} → ${config}` } });
});

test('seventeen files that include each other are too deep, sixteen are not', async () => {
  for (let at = 0; at < 17; at += 1) write(`${at}`, `Include ${at + 1}`, `Host h${at}`);
  write('17', 'Host h17');
  write('config', 'Include 2', 'Host last');
  await expect(list()).resolves.toHaveLength(17);
  write('config', 'Include 0', 'Host last');
  await expect(list()).rejects.toMatchObject({ code: 'ssh-config-includes' });
});

test('a pipe is no configuration, and a huge one is refused', async () => {
  execFileSync('mkfifo', [join(home, '.ssh', 'config')]);
  expect(await list()).toEqual([]);
  rmSync(join(home, '.ssh', 'config'));
  write('config', `Host a${' b'.repeat(3_000_000)}`);
  await expect(list()).rejects.toMatchObject({ code: 'ssh-config-too-large' });
  write('config', ...Array.from({ length: 1001 }, () => 'Include more.d/empty'));
  write('more.d/empty', '');
  await expect(list()).rejects.toMatchObject({ code: 'ssh-config-too-large' });
});

test('a thousand hosts are listed in no time', async () => {
  const hosts = Array.from({ length: 1000 }, (_, at) => [`Host h${at}`, `  HostName 10.0.0.${at % 250}`]);
  write('config', ...hosts.flat(), 'Host *', '  User deploy');
  const begun = process.cpuUsage();
  expect(await list()).toHaveLength(1000);
  // It is a fifth of a second, and was ten with the library's own search.
  expect(process.cpuUsage(begun).user / 1_000_000).toBeLessThan(1);
});

test('wildcards of many stars and lines of blanks take no time', async () => {
  const stars = `${'*a'.repeat(20)}*b`;
  write(
    'config',
    `Host${' '.repeat(50_000)}x${' '.repeat(50_000)}y`,
    `Host ${stars} ${'a'.repeat(200)}`,
    `Match host ${stars}`,
    'Host *',
    '  User deploy',
  );
  // A regular expression would not come back within the test's time.
  const found = await list();
  expect(found.map(({ host, user }) => [host, user])).toEqual([
    ['x', 'deploy'],
    ['y', 'deploy'],
    ['a'.repeat(200), 'deploy'],
  ]);
});

test('nothing in the file is executed', async () => {
  const trace = join(home, 'ran');
  write('config', `Match exec "touch ${trace}"`, '  User evil', 'Host web', '  HostName 203.0.113.9');
  const [web] = await list();
  expect([web?.user, existsSync(trace)]).toEqual(['ann', false]);
});

test('without a file there are none', async () => {
  expect(await list()).toEqual([]);
});

/** Makes a context whose key is `sshKey`, and imports into it, like `rdc context import-ssh`. */
async function importInto(sshKey: string, aliases: readonly string[]): Promise<ImportedHost[]> {
  writeFileSync(sshKey, '-----BEGIN OPENSSH PRIVATE KEY-----\n');
  store = createContextStore(join(home, 'config'));
  await store.createLocal('work', sshKey);
  return importSshHosts(store, 'work', { home, account: 'ann' }, aliases);
}

test('what can become a machine of a context does, and why another one does not', async () => {
  write(
    'config',
    ...['Host Prod_1.example', '  IdentityFile ~/.ssh/id', 'Host other.', '  IdentityFile ~/.ssh/other'],
    ...[
      'Host web',
      '  HostName 203.0.113.9',
      'Host web.',
      'Host …',
      'Host inner',
      '  ProxyJump web',
      'Host other',
    ],
  );
  const imported = await importInto(join(home, '.ssh', 'id'), []);
  expect(imported.map(({ alias, name, reason }) => [alias, name, reason])).toEqual([
    ['Prod_1.example', 'prod-1-example', undefined],
    ['other.', 'other', 'other-key'],
    ['web', 'web', undefined],
    ['web.', 'web', 'already'],
    ['…', '', 'bad-name'],
    ['inner', 'inner', 'through-other'],
    ['other', 'other', undefined],
  ]);
  const { machines } = await store.machines('work');
  expect(machines.map(({ name, host, user }) => [name, host, user])).toEqual([
    ['prod-1-example', 'Prod_1.example', 'ann'],
    ['web', '203.0.113.9', 'ann'],
    ['other', 'other', 'ann'],
  ]);
});

test('an import adds all that it can in one change, or nothing', async () => {
  write('config', 'Host web db', 'Host odd', '  Port 99999');
  const key = join(home, '.ssh', 'id');
  await expect(importInto(key, [])).rejects.toMatchObject({ code: 'bad-port' });
  expect((await store.machines('work')).machines).toEqual([]);
  const owner = { home, account: 'ann' };
  await expect(importSshHosts(store, 'work', owner, ['web', 'no'])).rejects.toMatchObject({
    code: 'ssh-host-not-found',
  });
  expect((await store.machines('work')).machines).toEqual([]);
  await importSshHosts(store, 'work', owner, ['db']);
  expect((await store.machines('work')).machines).toMatchObject([{ name: 'db' }]);
});
