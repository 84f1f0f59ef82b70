import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rediacc-cli-'));
  await writeFile(join(folder, 'key'), '-----BEGIN OPENSSH PRIVATE KEY-----\n');
});
afterAll(() => rm(folder, { recursive: true }));

/** Runs the true program from its sources, with its configuration in a folder of the test. */
function rdc(...words: string[]): Promise<{ exit: number | null; stdout: string; stderr: string }> {
  return new Promise((resolve, reject) => {
    const main = join(import.meta.dirname, 'main.ts');
    const env = {
      ...process.env,
      REDIACC_CONFIG_DIR: join(folder, 'config'),
      HOME: folder,
      LC_ALL: 'C.UTF-8',
    };
    const child = spawn(process.execPath, ['--import', 'tsx', main, ...words], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (bytes: Buffer) => (stdout += bytes.toString()));
    child.stderr.on('data', (bytes: Buffer) => (stderr += bytes.toString()));
    child.on('error', reject);
    child.on('close', (exit) => resolve({ exit, stdout, stderr }));
  });
}

describe('the program', () => {
  test('contexts, as in the manual', async () => {
    const key = join(folder, 'key');
    expect(await rdc('context', 'machines')).toEqual({
      exit: 5,
      stdout: '',
      stderr: expect.stringContaining('rdc context create-local NAME') as string,
    });
    expect(await rdc('context', 'create-local', 'production', '--ssh-key', key)).toEqual({
      exit: 0,
      stdout: 'The context production is in use now.\n',
      stderr: '',
    });
    const added = await rdc('context', 'add-machine', 'prod-1', '--ip', '203.0.113.50', '--user', 'deploy');
    expect(added.exit).toBe(0);
    expect((await rdc('context', 'machines')).stdout).toBe(
      'NAME    ADDRESS       USER    DATASTORE\nprod-1  203.0.113.50  deploy  /mnt/rediacc\n',
    );
    const machine = {
      name: 'prod-1',
      host: '203.0.113.50',
      port: 22,
      user: 'deploy',
      datastore: '/mnt/rediacc',
    };
    expect(JSON.parse((await rdc('context', 'list', '--output', 'json')).stdout)).toEqual({
      current: 'production',
      contexts: [{ name: 'production', sshKey: key, machines: [machine] }],
    });
    const again = await rdc('context', 'create-local', 'production', '--ssh-key', key, '--output', 'json');
    expect([again.exit, JSON.parse(again.stdout), again.stderr]).toEqual([
      9,
      {
        error: expect.objectContaining({
          code: 'context-exists',
          details: { name: 'production' },
        }) as unknown,
      },
      '',
    ]);
    expect((await rdc('context', 'delete', 'production')).exit).toBe(0);
    expect((await rdc('--lang', 'fr', 'context', 'list')).stdout).toBe('Rien.\n');
    expect(await readdir(join(folder, 'config'))).toEqual(['contexts.json']);
  }, 60_000);

  test('hosts of ~/.ssh/config become machines of the context', async () => {
    await mkdir(join(folder, '.ssh'));
    const lines = [
      'Host web.example',
      '  Port 2222',
      'Host db inner other',
      '  User root',
      'Host inner',
      '  ProxyJump db',
      'Host other',
      '  IdentityFile /other',
      'Host *',
      '  User deploy',
    ];
    await writeFile(join(folder, '.ssh', 'config'), lines.join('\n'));
    await rdc('context', 'create-local', 'imported', '--ssh-key', join(folder, 'key'));
    expect((await rdc('context', 'import-ssh', 'absent')).exit).toBe(5);
    expect(await rdc('context', 'import-ssh')).toEqual({
      exit: 0,
      stdout: [
        'NAME         ADDRESS           USER    RESULT',
        'web.example  web.example:2222  deploy  added',
        'db           db                root    added',
        'inner        inner             root    it is reached through another host, which is not supported',
        'other        other             root    it uses another key than the context: /other',
        '',
      ].join('\n'),
      stderr: '',
    });
    const named = await rdc('context', 'import-ssh', 'db', 'inner', '--output', 'json');
    expect([named.exit, JSON.parse(named.stdout)]).toMatchObject([
      10,
      {
        hosts: [
          { name: 'db', reason: 'already' },
          { name: 'inner', reason: 'through-other' },
        ],
      },
    ]);
    expect((await rdc('context', 'machines')).stdout).toMatch(/^web-example +web.example:2222/m);
  }, 60_000);

  test('a reader that closes the pipe early is no error', async () => {
    const main = join(import.meta.dirname, 'main.ts');
    const child = spawn(process.execPath, ['--import', 'tsx', main, '--help'], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout.destroy();
    const errors = child.stderr.toArray();
    const [exit] = (await once(child, 'close')) as [number | null];
    expect([exit, Buffer.concat(await errors).toString()]).toEqual([0, '']);
  }, 60_000);

  test('a machine that nobody answers on exits 6 and names it', async () => {
    await rdc('context', 'create-local', 'away', '--ssh-key', join(folder, 'key'));
    // Port 1 of this computer refuses at once, and needs no network.
    await rdc('context', 'add-machine', 'gone', '--ip', '127.0.0.1', '--user', 'u', '--port', '1');
    const scanned = await rdc('context', 'scan-keys', 'gone');
    expect([scanned.exit, scanned.stderr]).toEqual([
      6,
      expect.stringContaining('127.0.0.1:1 cannot be reached'),
    ]);
  }, 60_000);
});
