import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startLink } from '../../tests/support/link.ts';
import type { Link } from '../../tests/support/link.ts';
import { cannotRun, startSshd } from '../../tests/support/sshd.ts';
import type { Sshd } from '../../tests/support/sshd.ts';
import { createHostKeys } from './hostKeys.ts';
import { withFileLock } from '../engine/store/fileLock.ts';
import { scanHostKey } from './scan.ts';
import { connect } from './session.ts';
import type { SshDependencies } from './session.ts';
import type { SshSession, SshTarget } from './types.ts';
import { arrival } from '../../tests/support/arrival.ts';

let sshd: Sshd;
let link: Link;

async function session(
  changes: Partial<SshTarget> = {},
  onUnknownHostKey: SshDependencies['onUnknownHostKey'] = () => Promise.resolve(true),
): Promise<SshSession> {
  return connect(
    { host: '127.0.0.1', port: link.port, user: sshd.user, keyFile: sshd.key, machine: 'm', ...changes },
    {
      hostKeys: createHostKeys([], join(sshd.folder, 'own'), withFileLock),
      onUnknownHostKey,
      agentSocket: undefined,
    },
  );
}

describe.skipIf(cannotRun !== undefined)(
  `over a bad link${cannotRun === undefined ? '' : ` (${cannotRun})`}`,
  () => {
    beforeAll(async () => {
      sshd = await startSshd();
    });
    beforeEach(async () => {
      link = await startLink(sshd.port);
    });
    afterEach(() => link.stop());
    afterAll(() => sshd.stop());

    it('a session ends at once, though the other side never says a word again', async () => {
      const made = await session();
      const child = await made.exec(['cat']);
      child.stdout.resume();
      child.stderr.resume();
      link.freeze();
      made.end();
      expect(await made.closed).toMatchObject({ code: 'connection-lost' });
      expect(await child.exit).toEqual({ code: null, signal: null });
      await expect(made.exec(['true'])).rejects.toMatchObject({ code: 'connection-lost' });
    });

    it('answers a sign of life without a channel, and none once the link is dead', async () => {
      const made = await session();
      await arrival('a sign of life', made.answers());
      link.freeze();
      let answered = false;
      void made.answers().then(() => {
        answered = true;
      });
      made.end();
      await made.closed;
      await new Promise((resolve) => setImmediate(resolve));
      expect(answered).toBe(false);
    });

    it('a command ends with it, although nobody reads yet what it said', async () => {
      const made = await session();
      const child = await made.exec(['sh', '-c', 'echo said; sleep 1000']);
      await arrival('a word of the command', once(child.stdout, 'readable'));
      link.freeze();
      made.end();
      expect(await child.exit).toEqual({ code: null, signal: null });
    });

    it('commands that are being started fail with it, any number of them, without a warning', async () => {
      const warnings: Error[] = [];
      const warn = (warning: Error): void => void warnings.push(warning);
      process.on('warning', warn);
      const made = await session();
      link.freeze();
      const starting = Array.from({ length: 30 }, async () =>
        made.exec(['true']).catch((error: unknown) => error),
      );
      link.cut();
      const ends = await Promise.all(starting);
      expect(ends).toMatchObject(Array.from({ length: 30 }, () => ({ code: 'connection-lost' })));
      await new Promise(setImmediate);
      process.off('warning', warn);
      expect(warnings).toEqual([]);
    });

    it('a yes that came after the server had hung up is good for another connection', async () => {
      let questions = 0;
      const made = await session({}, () => {
        questions += 1;
        link.cut();
        return Promise.resolve(true);
      });
      expect([questions, made.target.port]).toEqual([1, link.port]);
      made.end();
      await made.closed;
    });

    it('what goes wrong while a key is trusted is told as it is', async () => {
      await expect(session({}, () => Promise.reject(new Error('no terminal')))).rejects.toThrow(
        'no terminal',
      );
    });

    it('an attempt that fails leaves no socket, even half a one', async () => {
      // This server never closes its half of the connection.
      const server = createServer({ allowHalfOpen: true }, (socket) => {
        sockets.push(socket.on('error', () => undefined).resume());
        socket.write('this is not SSH\r\n'.repeat(10_000));
      });
      const sockets: Socket[] = [];
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      const { port } = server.address() as AddressInfo;
      for (const attempt of [async () => session({ port }), async () => scanHostKey('127.0.0.1', port)]) {
        await expect(attempt()).rejects.toMatchObject({ code: 'machine-unreachable' });
      }
      // A client that has gone altogether answers with a reset; one that keeps half a socket takes the bytes.
      const gone = (socket: Socket): boolean => {
        socket.write('still there?');
        return socket.destroyed;
      };
      await expect.poll(() => sockets.map(gone)).toEqual([true, true]);
      for (const socket of sockets) socket.destroy();
      server.close();
    });
  },
);
