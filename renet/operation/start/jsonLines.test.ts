import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readJsonLine } from './jsonLines.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rediacc-line-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Returns what a socket reads whose other side writes this and ends. */
async function read(text: string): Promise<unknown> {
  const path = join(folder, 'socket');
  const server = createServer((socket) => socket.end(text)).listen(path);
  await once(server, 'listening');
  const socket: Socket = connect(path);
  try {
    return await readJsonLine(socket);
  } finally {
    socket.destroy();
    server.close();
  }
}

it.each([
  ['a line', '{"accepted":"id"}\n', { accepted: 'id' }],
  // Thrown by the reader of a socket, it would end the program and every operation that it is starting.
  ['a line that is no JSON', 'flock: 75\n', undefined],
  ['half a line', '{"accepted"', undefined],
  ['nothing', '', undefined],
])('%s is read from a socket, and ends no program', async (_, text, expected) => {
  expect(await read(text)).toEqual(expected);
});
