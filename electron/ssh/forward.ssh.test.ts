import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { cannotRun, startSshd } from '../../tests/support/sshd.ts';
import type { Sshd } from '../../tests/support/sshd.ts';
import { createHostKeys } from './hostKeys.ts';
import { withFileLock } from '../engine/store/fileLock.ts';
import { connect } from './session.ts';
import type { SshSession } from './types.ts';

let sshd: Sshd;
let strict: Sshd;
let echo: Server;
const sessions: SshSession[] = [];

async function session({ port, user, key, folder } = sshd): Promise<SshSession> {
  const made = await connect(
    { host: '127.0.0.1', port, user, keyFile: key, machine: 'm' },
    {
      hostKeys: createHostKeys([], join(folder, 'own'), withFileLock),
      onUnknownHostKey: () => Promise.resolve(true),
      agentSocket: undefined,
    },
  );
  sessions.push(made);
  return made;
}

async function all(stream: Readable): Promise<string> {
  let text = '';
  for await (const chunk of stream) text += String(chunk);
  return text;
}

describe.skipIf(cannotRun !== undefined)(
  `what goes through a true sshd${cannotRun === undefined ? '' : ` (${cannotRun})`}`,
  () => {
    beforeAll(async () => {
      [sshd, strict] = await Promise.all([startSshd(), startSshd(['AllowTcpForwarding no'])]);
      // The server sends back all it has heard, once the other side has ended its half.
      echo = createServer({ allowHalfOpen: true }, (socket) => {
        let heard = '';
        socket.on('data', (chunk: Buffer) => (heard += chunk.toString()));
        socket.on('end', () => socket.end(`heard ${heard}`));
      }).listen(0, '127.0.0.1');
      await once(echo, 'listening');
    });
    afterEach(() => {
      for (const made of sessions.splice(0)) made.end();
    });
    afterAll(async () => {
      echo.close();
      await Promise.all([sshd.stop(), strict.stop()]);
    });
    const port = (): number => (echo.address() as AddressInfo).port;

    it('a connection to an address on the other side, each of its ends closed by itself', async () => {
      const channel = await (await session()).forward('127.0.0.1', port());
      channel.end('a word');
      expect(await all(channel)).toBe('heard a word');
    });

    it('names an address where nothing listens', async () => {
      const made = await session();
      const closed = createServer().listen(0, '127.0.0.1');
      await once(closed, 'listening');
      const { port: silent } = closed.address() as AddressInfo;
      closed.close();
      await expect(made.forward('127.0.0.1', silent)).rejects.toMatchObject({
        code: 'nothing-listens',
        details: { host: '127.0.0.1', port: silent },
      });
    });

    it('says when the server carries no other connections, and when there is no link any more', async () => {
      const made = await session(strict);
      await expect(made.forward('127.0.0.1', port())).rejects.toMatchObject({
        code: 'forwarding-not-allowed',
      });
      made.end();
      await made.closed;
      await expect(made.forward('127.0.0.1', port())).rejects.toMatchObject({ code: 'connection-lost' });
    });

    it('a shell on a terminal: its size, a change of it, and how it ended', async () => {
      const pty = { term: 'xterm', columns: 91, rows: 17 };
      const child = await (await session()).exec(['bash', '--norc', '-i'], { pty });
      let shown = '';
      child.stdout.on('data', (chunk: Buffer) => (shown += chunk.toString()));
      const until = (wanted: RegExp): Promise<void> =>
        expect.poll(() => shown, { timeout: 50_000 }).toMatch(wanted);
      child.stdin.write('stty size; tty\n');
      await until(/^17 91\r\n\/dev\/pts\//m);
      child.resize?.(120, 40);
      child.stdin.write('until stty size | grep "^40 120"; do :; done\n');
      await until(/^40 120\r$/m);
      child.stdin.write('exit 7\n');
      expect(await child.exit).toEqual({ code: 7, signal: null });
    });
  },
);
