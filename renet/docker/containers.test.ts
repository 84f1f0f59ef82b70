import { createServer } from 'node:http';
import { mkdtempSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { containersOf, healthOf } from './containers.ts';
import { createLogDecoder, daemonAnswers } from './engineApi.ts';

describe('the Engine API on a socket', () => {
  it('lists containers as our model has them', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'rediacc-api-'));
    const socket = join(folder, 'docker.sock');
    expect(await daemonAnswers(socket)).toBe(false);
    const loose = { Names: ['/loose'], Image: 'x', Labels: {} };
    const listed = [
      {
        Id: 'abc',
        Names: ['/shop-api-1'],
        Image: 'api:1',
        State: 'running',
        Status: 'Up 2 minutes (unhealthy)',
        Labels: { 'com.docker.compose.service': 'api' },
      },
      { ...loose, Id: 'def', State: 'exited', Status: 'Exited (0) 3 hours ago' },
      { ...loose, Id: 'ghi', State: 'exited', Status: 'Exited (137) 2 minutes ago' },
      { ...loose, Id: 'jkl', State: 'restarting', Status: 'Restarting (1) 4 seconds ago' },
      { ...loose, Id: 'mno', State: 'created', Status: 'Created' },
    ];
    const server = createServer((request, response) => {
      response.end(request.url === '/_ping' ? 'OK' : JSON.stringify(listed));
    }).listen(socket);
    await once(server, 'listening');
    expect(await daemonAnswers(socket)).toBe(true);
    const shown = { name: 'loose', image: 'x', health: 'none' };
    expect(await containersOf(socket)).toEqual([
      {
        id: 'abc',
        name: 'shop-api-1',
        image: 'api:1',
        state: 'running',
        status: 'Up 2 minutes (unhealthy)',
        health: 'unhealthy',
        service: 'api',
      },
      { ...shown, id: 'def', state: 'exited', status: 'Exited (0) 3 hours ago', exitCode: 0 },
      { ...shown, id: 'ghi', state: 'exited', status: 'Exited (137) 2 minutes ago', exitCode: 137 },
      { ...shown, id: 'jkl', state: 'restarting', status: 'Restarting (1) 4 seconds ago' },
      { ...shown, id: 'mno', state: 'created', status: 'Created' },
    ]);
    server.close();
    rmSync(folder, { recursive: true });
  });

  it('is asked on a new connection each time, as the last daemon may have ended since', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'rediacc-api-'));
    const socket = join(folder, 'docker.sock');
    const server = createServer((_, response) => response.end('[]')).listen(socket);
    let connections = 0;
    server.on('connection', () => (connections += 1));
    await once(server, 'listening');
    for (let asked = 1; asked <= 5; asked += 1) await containersOf(socket);
    expect(connections).toBe(5);
    server.close();
    rmSync(folder, { recursive: true });
  });

  it.each([
    ['Up 1 second (health: starting)', 'starting'],
    ['Up 3 hours (healthy)', 'healthy'],
    ['Up 3 hours (unhealthy)', 'unhealthy'],
    ['Up 3 hours', 'none'],
  ])('reads the health in "%s"', (status, health) => {
    expect(healthOf(status)).toBe(health);
  });

  it('takes log frames apart, however they are cut', () => {
    const frame = (text: string): Buffer => {
      const header = Buffer.from([1, 0, 0, 0, 0, 0, 0, 0]);
      header.writeUInt32BE(Buffer.byteLength(text), 4);
      return Buffer.concat([header, Buffer.from(text)]);
    };
    const whole = Buffer.concat([frame('hello\n'), frame(''), frame('world\n')]);
    for (let cut = 0; cut <= whole.length; cut += 1) {
      const decode = createLogDecoder();
      const parts = [...decode(whole.subarray(0, cut)), ...decode(whole.subarray(cut))];
      expect(Buffer.concat(parts.map(({ bytes }) => bytes)).toString()).toBe('hello\nworld\n');
    }
  });
});
