import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { join } from 'node:path';
import ssh2 from 'ssh2';
import { describe, expect, it, onTestFinished } from 'vitest';
import { cannotRun, startSshd } from '../../tests/support/sshd.ts';
import type { Sshd } from '../../tests/support/sshd.ts';
import { createHostKeys } from './hostKeys.ts';
import { withFileLock } from '../engine/store/fileLock.ts';
import { scanHostKey } from './scan.ts';
import { connect } from './session.ts';

async function serverWith(...lines: string[]): Promise<Sshd> {
  const sshd = await startSshd(lines);
  onTestFinished(() => sshd.stop());
  return sshd;
}

/** Connects to a server with its key trusted. Resolves with its first words, or rejects. */
async function greet(
  sshd: Pick<Sshd, 'port' | 'user' | 'key' | 'folder'>,
  { keyFile = sshd.key, agentSocket }: { keyFile?: string; agentSocket?: string } = {},
): Promise<string> {
  const target = { host: '127.0.0.1', port: sshd.port, user: sshd.user, keyFile, machine: 'm' };
  const session = await connect(target, {
    hostKeys: createHostKeys([], join(sshd.folder, 'own'), withFileLock),
    onUnknownHostKey: () => Promise.resolve(true),
    agentSocket,
  });
  const { stdout } = await session.exec(['echo', 'in']);
  const [bytes] = (await once(stdout, 'data')) as [Buffer];
  session.end();
  return bytes.toString();
}

/** Makes an RSA key that the server accepts; with a passphrase only when one is given. */
function rsaKey(sshd: Sshd, passphrase = ''): string {
  const file = join(sshd.folder, `rsa-${passphrase}`);
  execFileSync('ssh-keygen', ['-q', '-t', 'rsa', '-b', '2048', '-N', passphrase, '-C', '', '-f', file]);
  appendFileSync(join(sshd.folder, 'authorized'), readFileSync(`${file}.pub`));
  return file;
}

/**
 * Starts a server from before 2016, which does not say that it knows signatures over SHA-2: the library then takes to
 * SHA-1. It accepts every key and every signature.
 */
async function oldServer(hostKey: Buffer): Promise<number> {
  const server = new ssh2.Server({ hostKeys: [hostKey] }, (client) => {
    const { _protocol: protocol } = client as unknown as { _protocol: { _kex?: object } };
    let kex: object | undefined;
    Object.defineProperty(protocol, '_kex', {
      get: () => kex,
      set: (exchange: object | undefined) => {
        kex =
          exchange &&
          Object.defineProperty(exchange, 'remoteExtInfoEnabled', { get: () => false, set: () => undefined });
      },
    });
    client.on('error', () => undefined);
    client.on('authentication', (context) =>
      context.method === 'publickey' ? context.accept() : context.reject(),
    );
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

const tooOld = (option: string): object => ({
  code: 'ssh-too-old',
  exitCode: 3,
  details: { host: '127.0.0.1', option },
});

describe.skipIf(cannotRun !== undefined)(
  `algorithms, with a true sshd${cannotRun === undefined ? '' : ` (${cannotRun})`}`,
  () => {
    it.each([
      ['HostKeyAlgorithms', 'ssh-rsa'],
      ['KexAlgorithms', 'diffie-hellman-group14-sha1,diffie-hellman-group-exchange-sha1'],
      ['Ciphers', 'aes128-cbc,3des-cbc'],
      // The ciphers that check packets themselves would need none of these.
      ['MACs', 'hmac-sha1,hmac-md5,hmac-sha1-etm@openssh.com\nCiphers aes128-ctr'],
    ])('a server that has only old %s is refused by its name', async (option, old) => {
      const sshd = await serverWith(`${option} ${old}`);
      await expect(greet(sshd)).rejects.toMatchObject(tooOld(option));
      await expect(scanHostKey('127.0.0.1', sshd.port)).rejects.toMatchObject(tooOld(option));
    });

    it('an RSA key logs in with a signature over SHA-2', async () => {
      const sshd = await serverWith();
      expect(await greet(sshd, { keyFile: rsaKey(sshd) })).toBe('in\n');
    });

    it('an RSA key gives no signature over SHA-1, from its file or from an agent', async () => {
      const sshd = await serverWith();
      const keyFile = rsaKey(sshd);
      const port = await oldServer(readFileSync(join(sshd.folder, 'host_rsa')));
      const asked = { ...sshd, port };
      await expect(greet(asked, { keyFile })).rejects.toMatchObject(tooOld('PubkeyAcceptedAlgorithms'));
      const agentSocket = join(sshd.folder, 'agent');
      const agent = spawn('ssh-agent', ['-D', '-a', agentSocket], { stdio: 'ignore' });
      onTestFinished(() => void agent.kill());
      await expect.poll(() => existsSync(agentSocket)).toBe(true);
      const environment = { ...process.env, SSH_AUTH_SOCK: agentSocket };
      execFileSync('ssh-add', [keyFile], { env: environment, stdio: 'ignore' });
      // With a passphrase the file itself is of no use any more, so the agent is asked.
      execFileSync('ssh-keygen', ['-q', '-p', '-P', '', '-N', 'secret', '-f', keyFile]);
      await expect(greet(asked, { keyFile, agentSocket })).rejects.toMatchObject(
        tooOld('PubkeyAcceptedAlgorithms'),
      );
      expect(await greet(sshd, { keyFile, agentSocket })).toBe('in\n');
    });
  },
);

it('offers nothing weak, whatever the library would offer by itself', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const scanned = scanHostKey('127.0.0.1', port).catch(() => undefined);
  const [socket] = (await once(server, 'connection')) as [Socket];
  socket.write('SSH-2.0-test\r\n');
  const chunks: Buffer[] = [];
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    // The client's list of algorithms ends with those for compression, twice.
    if (/zlib.*zlib/s.test(Buffer.concat(chunks).toString('latin1'))) break;
  }
  socket.destroy();
  server.close();
  await scanned;
  const offered = Buffer.concat(chunks).toString('latin1');
  expect(offered).toContain('rsa-sha2-512');
  expect(
    offered.match(/[\w@.-]*(sha1|ssh-rsa|ssh-dss|md5|-cbc|arcfour|3des|-96|none-|ripemd)[\w@.-]*/g),
  ).toBe(null);
});
