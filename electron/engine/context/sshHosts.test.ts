import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Context } from '../../../shared/model.ts';
import type { NewMachine } from './contexts.ts';
import { importSshHosts, listSshHosts, machineNameOf, whyNotImported } from './sshHosts.ts';
import type { SshHost } from './sshHosts.ts';

let home: string;
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

test('a thousand hosts, wildcards of many stars and lines of blanks take no time', async () => {
  const stars = `${'*a'.repeat(20)}*b`;
  const hosts = Array.from({ length: 1000 }, (_, at) => [`Host h${at}`, `  HostName 10.0.0.${at % 250}`]);
  write(
    'config',
    `Host${' '.repeat(50_000)}x${' '.repeat(50_000)}y`,
    `Host ${stars} ${'a'.repeat(200)}`,
    ...hosts.flat(),
    `Match host ${stars}`,
    'Host *',
    '  User deploy',
  );
  const begun = process.cpuUsage();
  const found = await list();
  expect([found.length, found[2]?.host, found.at(-1)?.user]).toEqual([1003, 'a'.repeat(200), 'deploy']);
  // It was ten seconds, and years with the stars.
  expect(process.cpuUsage(begun).user / 1_000_000).toBeLessThan(5);
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

test('what can become a machine of a context, and why not', () => {
  const known = { name: 'web', host: 'h', port: 22, user: 'u', datastore: '/mnt/rediacc' };
  const context = { name: 'work', sshKey: '/keys/id', machines: [known] };
  const host = (alias: string, more: Partial<SshHost> = {}): SshHost => ({
    ...{ alias, host: alias, port: 22, user: 'u', throughOther: false },
    ...more,
  });
  const cases = [
    host('Prod_1.example', { sshKey: '/keys/id' }),
    host('free'),
    host('web'),
    host('…'),
    host('other', { sshKey: '/keys/other' }),
    host('inner', { throughOther: true }),
  ];
  expect(cases.map((one) => [machineNameOf(one), whyNotImported(one, context)])).toEqual([
    ['prod-1-example', undefined],
    ['free', undefined],
    ['web', 'already'],
    ['', 'bad-name'],
    ['other', 'other-key'],
    ['inner', 'through-other'],
  ]);
});

test('hosts that can become machines of a context do; an alias that is not there changes nothing', async () => {
  write('config', 'Host web web.', '  HostName 203.0.113.9', 'Host db', '  User ann');
  const context: Context = { name: 'work', sshKey: '/keys/id', machines: [] };
  const store = {
    machines: () => Promise.resolve(context),
    addMachine: ({ name, host, user, port = 22 }: NewMachine) => {
      const machine = { name, host, port, user, datastore: '/mnt/rediacc' };
      context.machines.push(machine);
      return Promise.resolve({ context: context.name, machine, sshKey: context.sshKey });
    },
  };
  const owner = { home, account: 'ann' };
  await expect(importSshHosts(store, 'work', owner, ['web', 'no'])).rejects.toMatchObject({
    code: 'ssh-host-not-found',
  });
  expect(context.machines).toEqual([]);
  const imported = await importSshHosts(store, 'work', owner, ['web', 'web.']);
  expect(imported.map(({ alias, name, reason }) => [alias, name, reason])).toEqual([
    ['web', 'web', undefined],
    ['web.', 'web', 'already'],
  ]);
  expect(context.machines.map(({ name, host }) => [name, host])).toEqual([['web', '203.0.113.9']]);
});
