import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { Server, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Container } from '../../shared/model.ts';
import type { ContainerLogWords, LogPlaces } from '../../shared/protocol/protocol.ts';
import { fr } from '../../shared/text/fr/fr.ts';
import { streamContainerLogs } from './containerLogs.ts';
import type { StreamSink } from './streams.ts';
import { arrival } from '../../tests/support/arrival.ts';

let folder: string;
let daemon: Server;
/** How the daemon keeps logs, and whether the containers run. */
let kept: object;
/** The daemon's answers to a request for a container's log, by the container's id. */
let logs: Record<string, (response: ServerResponse) => void>;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rediacc-logs-'));
  logs = {};
  kept = {};
  daemon = createServer(({ url = '' }, response) => {
    const [, , id = '', what] = url.split(/[/?]/);
    if (what === 'json') response.end(JSON.stringify({ Config: { Tty: false }, ...kept }));
    else logs[id]?.(response);
  }).listen(join(folder, 'docker.sock'));
  await once(daemon, 'listening');
});
afterEach(() => {
  daemon.closeAllConnections();
  daemon.close();
  rmSync(folder, { recursive: true });
});

/** The end of a log that was closed before its end. */
const CUT_OFF = { code: 'connection-lost', details: { reason: 'renet-ending' } };

/** Makes a frame of a log as the Engine API sends it. */
function frame(content: string | Uint8Array, stream = 1): Buffer {
  const bytes = Buffer.from(content);
  const header = Buffer.from([stream, 0, 0, 0, 0, 0, 0, 0]);
  header.writeUInt32BE(bytes.length, 4);
  return Buffer.concat([header, bytes]);
}

/** Follows the logs of these containers into `text`. */
function follow(...ids: string[]) {
  return read(ids, { follow: true });
}

function read(
  ids: readonly string[],
  options: { follow: boolean; tail?: number; words?: ContainerLogWords; from?: LogPlaces },
  onOutput: () => void = () => undefined,
) {
  const containers = ids.map((id): Container => {
    const state = { image: 'x', state: 'running', status: 'Up 1 second', health: 'none' } as const;
    return { id, name: `shop-${id}-1`, service: id, ...state };
  });
  const chunks: Uint8Array[] = [];
  let places = options.from ?? {};
  const controller = new AbortController();
  const sink: StreamSink = {
    signal: controller.signal,
    output: async (bytes) => {
      chunks.push(bytes);
      onOutput();
      return Promise.resolve();
    },
    event: () => Promise.resolve(),
    state: () => Promise.resolve(),
    entry: () => Promise.resolve(),
    notice: () => Promise.resolve(),
    place: (more) => {
      places = { ...places, ...more };
      return Promise.resolve();
    },
  };
  const found = { socket: join(folder, 'docker.sock'), root: folder, containers };
  const ended = streamContainerLogs(found, { repository: 'shop', ...options }, sink);
  ended.catch(() => undefined);
  return {
    ended,
    text: () => Buffer.concat(chunks).toString('utf8'),
    close: () => controller.abort(),
    places: () => places,
  };
}

async function until(isSo: () => boolean): Promise<void> {
  await expect.poll(isSo, { timeout: 40_000, interval: 10 }).toBe(true);
}

describe('the logs of several containers', () => {
  it('come as whole lines, each after its container, and no character is torn', async () => {
    const bytes = Buffer.from('héé\nlast');
    logs['api'] = (response) => {
      for (const byte of bytes) response.write(frame(Buffer.from([byte])));
      response.end();
    };
    logs['db'] = (response) => response.end(frame('one\ntwo\n'));
    const followed = follow('api', 'db');
    expect(await followed.ended).toBe('closed');
    const lines = followed.text().trimEnd().split('\n');
    expect(lines.sort()).toEqual(['api | héé', 'api | last', 'db | one', 'db | two']);
  });

  it('end together when the log of one breaks off', async () => {
    const open: Record<string, ServerResponse> = {};
    for (const id of ['api', 'db']) {
      logs[id] = (response) => {
        open[id] = response;
        response.write(frame('ready\n'));
      };
    }
    const followed = follow('api', 'db');
    await until(() => followed.text().split('ready').length === 3);
    const left = once(open['db'] ?? daemon, 'close');
    open['api']?.destroy();
    await expect(followed.ended).rejects.toThrow();
    await arrival('the end of the other log', left);
  });

  it('come while a container writes no end of its line', async () => {
    logs['api'] = (response) => {
      for (let part = 0; part < 20; part += 1) response.write(frame('x'.repeat(16 * 1024)));
    };
    logs['db'] = (response) => response.write(frame('ready\n'));
    const followed = follow('api', 'db');
    await until(() => followed.text().length > 250 * 1024);
    followed.close();
    await expect(followed.ended).rejects.toMatchObject(CUT_OFF);
  });

  it('go on beside one that the daemon does not give, and say so', async () => {
    logs['api'] = (response) => {
      response.writeHead(501).end('{"message":"configured logging driver does not support reading"}');
    };
    logs['db'] = (response) => response.end(frame('ready\n'));
    const followed = follow('api', 'db');
    expect(await followed.ended).toBe('closed');
    expect(followed.text()).toMatch(
      /^api \| Docker does not give .*logging driver does not support reading/m,
    );
    expect(followed.text()).toContain('db | ready\n');
  });
});

describe('the log of one container', () => {
  it('passes as it is', async () => {
    logs['api'] = (response) => response.end(frame('no\nprefix'));
    const followed = follow('api');
    await followed.ended;
    expect(followed.text()).toBe('no\nprefix');
  });

  it('is refused with the words of the daemon', async () => {
    logs['api'] = (response) => response.writeHead(404).end('{"message":"No such container: api"}');
    await expect(follow('api').ended).rejects.toMatchObject({
      code: 'log-refused',
      details: { name: 'shop-api-1', reason: expect.stringContaining('No such container') as string },
    });
  });
});

describe('a log with a hole, which Docker cannot read', () => {
  const ID = 'a'.repeat(64);
  const JSON_FILE = { HostConfig: { LogConfig: { Type: 'json-file' } } };
  const entry = (text: string): Buffer => Buffer.from(`${JSON.stringify({ log: `${text}\n` })}\n`);
  const place = (): string => join(folder, '.rediacc/docker/data/containers', ID);
  const file = (suffix = ''): string => join(place(), `${ID}-json.log${suffix}`);
  const lost = (bytes: number): string => `[rediacc: ${bytes} bytes of this log are lost]\n`;
  /** Makes Docker give these lines and then give up. */
  const giveUpAfter = (...lines: string[]): void => {
    logs[ID] = (response) => {
      for (const line of lines) response.write(frame(`${line}\n`));
      response.end(frame("Error grabbing logs: invalid character '\\x00'\n", 3));
    };
  };

  beforeEach(() => {
    kept = { ...JSON_FILE, State: { Running: false } };
    mkdirSync(place(), { recursive: true });
    writeFileSync(
      file(),
      Buffer.concat([entry('1'), entry('2'), Buffer.alloc(4096), entry('3'), entry('4')]),
    );
  });

  it('is given in order from where Docker gave up, and the hole is said', async () => {
    giveUpAfter('1', '2');
    const shown = read([ID], { follow: false });
    expect(await shown.ended).toBe('closed');
    expect(shown.text()).toBe(`1\n2\n${lost(4096)}3\n4\n`);
  });

  it('says the hole in the words of the reader, where they were sent', async () => {
    giveUpAfter('1', '2');
    const shown = read([ID], { follow: false, words: fr.app.containerLog });
    await shown.ended;
    expect(shown.text()).toBe('1\n2\n[rediacc\u00a0: 4096 octets de ce journal sont perdus]\n3\n4\n');
  });

  it('is given whole when Docker refuses it', async () => {
    logs[ID] = (response) => response.writeHead(500).end('{"message":"invalid character"}');
    const shown = read([ID], { follow: false });
    await shown.ended;
    expect(shown.text()).toBe(`1\n2\n${lost(4096)}3\n4\n`);
  });

  it('begins at the tail that was asked for', async () => {
    giveUpAfter('2');
    const shown = read([ID], { follow: false, tail: 3 });
    await shown.ended;
    expect(shown.text()).toBe(`2\n${lost(4096)}3\n4\n`);
  });

  it('has the files before it that were rotated, also packed ones', async () => {
    writeFileSync(file('.2.gz'), gzipSync(entry('-2')));
    writeFileSync(file('.1'), Buffer.concat([entry('-1'), Buffer.alloc(3)]));
    logs[ID] = (response) => response.writeHead(500).end('{}');
    const shown = read([ID], { follow: false });
    await shown.ended;
    expect(shown.text()).toBe(`-2\n-1\n${lost(3)}1\n2\n${lost(4096)}3\n4\n`);
  });

  const REST = '[rediacc: the rest of a file of this log cannot be read]\n';

  it('goes on after a packed file that is cut off', async () => {
    writeFileSync(file('.2.gz'), gzipSync(entry('-2')).subarray(0, -12));
    writeFileSync(file('.1'), entry('-1'));
    logs[ID] = (response) => response.writeHead(500).end('{}');
    const shown = read([ID], { follow: false });
    expect(await shown.ended).toBe('closed');
    expect(shown.text()).toBe(`${REST}-1\n1\n2\n${lost(4096)}3\n4\n`);
  });

  it('outlives a packed file that cannot be read on', async () => {
    const long = Array.from({ length: 1000 }, () => entry(randomBytes(2000).toString('base64')));
    writeFileSync(file('.1.gz'), gzipSync(Buffer.concat(long)));
    logs[ID] = (response) => response.writeHead(500).end('{}');
    const replace = (): void => {
      if (existsSync(`${place()}-2`)) return;
      renameSync(place(), `${place()}-2`);
      symlinkSync(`${place()}-2`, place());
    };
    const shown = read([ID], { follow: false }, replace);
    await expect(shown.ended).rejects.toMatchObject({ code: 'unsafe-path' });
    expect(shown.text().endsWith(REST)).toBe(true);
  });

  it('goes on with what is written later, over a rotation, until the container ends', async () => {
    kept = { ...JSON_FILE, State: { Running: true } };
    giveUpAfter('1', '2');
    const shown = read([ID], { follow: true });
    await until(() => shown.text().endsWith('4\n'));
    appendFileSync(file(), entry('5'));
    await until(() => shown.text().endsWith('5\n'));
    renameSync(file(), file('.1'));
    writeFileSync(file(), entry('6'));
    await until(() => shown.text().endsWith('6\n'));
    appendFileSync(file(), entry('7'));
    kept = { ...JSON_FILE, State: { Running: false } };
    expect(await shown.ended).toBe('closed');
    expect(shown.text()).toBe(`1\n2\n${lost(4096)}3\n4\n5\n6\n7\n`);
  });

  it('ends when nobody reads it any more', async () => {
    kept = { ...JSON_FILE, State: { Running: true } };
    giveUpAfter('1', '2');
    const shown = read([ID], { follow: true });
    await until(() => shown.text().endsWith('4\n'));
    shown.close();
    await expect(shown.ended).rejects.toMatchObject(CUT_OFF);
  });

  it('is refused when its driver keeps it where only Docker reads', async () => {
    kept = { HostConfig: { LogConfig: { Type: 'local' } } };
    giveUpAfter('1');
    await expect(read([ID], { follow: false }).ended).rejects.toMatchObject({ code: 'log-refused' });
  });

  it('is not read through a link that stands in its place', async () => {
    rmSync(file());
    writeFileSync(join(folder, 'secret'), entry('secret'));
    symlinkSync(join(folder, 'secret'), file());
    giveUpAfter('1');
    const shown = read([ID], { follow: false });
    await shown.ended;
    expect(shown.text()).toBe('1\n');
  });
});
