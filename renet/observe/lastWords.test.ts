import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { lastWordsOf } from './lastWords.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rediacc-words-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A frame of a container's log, as Docker sends it. */
function frame(text: string): Buffer {
  const head = Buffer.alloc(8);
  head[0] = 1;
  head.writeUInt32BE(Buffer.byteLength(text), 4);
  return Buffer.concat([head, Buffer.from(text)]);
}

/** Answers as a daemon with one container, and returns its last words. */
async function wordsOf(log: (response: ServerResponse) => void, events: readonly object[] = []) {
  const socket = join(folder, 'docker.sock');
  const server = createServer(({ url = '' }, response) => {
    const { pathname } = new URL(url, 'http://daemon');
    if (pathname === '/containers/c1/json') response.end('{"Config": {"Tty": false}}');
    else if (pathname === '/containers/c1/logs') log(response);
    else response.end(events.map((event) => `${JSON.stringify(event)}\n`).join(''));
  }).listen(socket);
  await once(server, 'listening');
  try {
    return await lastWordsOf(socket, 'c1');
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

const event = (Action: string, exitCode?: string) => ({
  Action,
  Actor: { ID: 'c1', Attributes: exitCode === undefined ? {} : { exitCode } },
});

it('are the last lines of its log, how it ended, and that the kernel killed it', async () => {
  const words = await wordsOf(
    (response) => {
      response.write(frame('one\n\u001b[31mtwo\u001b[0m\n'));
      response.end(frame('50 %\r100 %\n'));
    },
    [event('die', '1'), event('oom'), event('die', '137')],
  );
  expect(words).toEqual({ exitCode: 137, outOfMemory: true, lines: ['one', 'two', '100 %'] });
});

it('are what came of them when the log does not end', async () => {
  const words = await wordsOf((response) => response.write(frame('one\n')), [event('die', '3')]);
  expect(words).toEqual({ exitCode: 3, lines: ['one'] });
});

it('are none where no daemon answers any more', async () => {
  expect(await lastWordsOf(join(folder, 'none.sock'), 'c1')).toEqual({ lines: [] });
});

it('take no more memory than their end, however much a container wrote', async () => {
  const words = await wordsOf((response) => {
    for (let part = 0; part < 200; part += 1) response.write(frame('x'.repeat(100_000)));
    response.end(frame('\nlast\n'));
  });
  expect(words.lines.at(-1)).toBe('last');
  expect(words.lines.join('').length).toBeLessThan(20_000);
});
