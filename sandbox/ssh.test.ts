import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { makeKey } from './build.ts';
import { runOnHost } from './run.ts';
import { fingerprint, sshArguments, waitForGreeting } from './ssh.ts';

const folder = mkdtempSync(join(tmpdir(), 'sandbox ssh-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('sshArguments', () => {
  it("is understood by ssh, spaces in the cache's path included", () => {
    const access = { port: 2222, key: join(folder, 'id'), knownHosts: join(folder, 'known_hosts') };
    const said = execFileSync('ssh', ['-G', ...sshArguments(access, 'deploy')], { encoding: 'utf8' });
    expect(said).toContain('\nuser deploy\n');
    expect(said).toContain('\nhostname 127.0.0.1\n');
    expect(said).toContain('\nport 2222\n');
    expect(said).toMatch(/\nstricthostkeychecking (yes|true)\n/);
    expect(said).toContain(`\nuserknownhostsfile ${access.knownHosts}\n`);
  });
});

describe('fingerprint', () => {
  it('is what ssh-keygen says', async () => {
    const key = join(folder, 'key');
    await makeKey('ed25519', key);
    const said = await runOnHost('ssh-keygen', ['-l', '-f', key]);
    expect(said).toContain(` ${fingerprint(readFileSync(`${key}.pub`, 'utf8'))} `);
  });
});

describe('waitForGreeting', () => {
  it('waits past connections that end without a word, as QEMU makes them while the machine boots', async () => {
    let connections = 0;
    const server = createServer((socket) => {
      connections += 1;
      if (connections < 3) socket.destroy();
      else socket.end('SSH-2.0-test\r\n');
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    await waitForGreeting((server.address() as AddressInfo).port, 10);
    expect(connections).toBe(3);
    server.close();
  });

  it('gives up in the end', async () => {
    const server = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    await expect(waitForGreeting(port, 0)).rejects.toThrow(`on port ${port} within 0 s`);
    server.close();
  });
});
