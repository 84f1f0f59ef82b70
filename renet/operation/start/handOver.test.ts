import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { receiveAssignment, sendAssignment } from './handOver.ts';

let folder: string;
let server: Server | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rediacc-hand-over-'));
});
afterEach(() => {
  server?.close();
  rmSync(folder, { recursive: true });
});

/** Starts a starter that does this with who connects. Returns its socket's path. */
async function starter(gives: (socket: Socket) => void): Promise<string> {
  const path = join(folder, 'socket');
  server = createServer(gives).listen(path);
  await once(server, 'listening');
  return path;
}

const guid = randomUUID();
const about = {
  ...{ operation: randomUUID(), request: { verb: 'mount', repository: guid, options: {} } as const },
  ...{ by: 'ann', origin: 'person' as const, guid, owner: { uid: 0, gid: 0 } },
};
const secrets = { secret: Buffer.from('words of old'), newSecret: Buffer.from('words of the new one') };
const asText = Object.fromEntries(
  Object.entries(secrets).map(([name, bytes]) => [name, bytes.toString('base64')]),
);

describe('an assignment', () => {
  it('is sent as the line that 0.1.0 reads', async () => {
    const path = await starter((socket) => {
      sendAssignment(socket, { ...about, ...secrets });
      socket.end();
    });
    const socket = connect(path);
    let line = '';
    socket.on('data', (text: Buffer) => (line += text.toString()));
    await once(socket, 'end');
    expect(line).toBe(`${JSON.stringify({ ...about, ...asText })}\n`);
  });

  it('is received from 0.1.0, in any pieces', async () => {
    const line = Buffer.from(`${JSON.stringify({ ...about, ...asText })}\n`);
    const path = await starter((socket) => {
      void (async () => {
        for (let at = 0; at < line.length; at += 70) {
          socket.write(line.subarray(at, at + 70));
          await pause(1);
        }
      })();
    });
    const received = await receiveAssignment(path);
    received?.socket.destroy();
    const [secret, newSecret] = [secrets.secret, secrets.newSecret].map((bytes) => Uint8Array.from(bytes));
    expect(received?.assignment).toEqual({ ...about, secret, newSecret });
  });

  it.each(['', '{"operation"', 'flock: 75\n'])(
    'is none where there is no starter that gives one: %j',
    async (text) => {
      const path = await starter((socket) => socket.end(text));
      expect(await receiveAssignment(path)).toBeUndefined();
      expect(await receiveAssignment(`${path}.gone`)).toBeUndefined();
    },
  );
});
