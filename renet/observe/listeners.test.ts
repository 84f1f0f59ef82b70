import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { readListeners, socketsOf } from './listeners.ts';

describe('what listens on this machine', () => {
  it('is read with its address and port, and found again among the sockets of its process', async () => {
    const server = createServer().listen(0, '127.0.77.2');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const found = readListeners().find((one) => one.address === '127.0.77.2' && one.port === port);
    expect(found).toMatchObject({ protocol: 'tcp' });
    expect(socketsOf([String(process.pid)])).toContain(found?.inode);
    server.close();
  });

  it('is nothing where there is no such file, and of a process that has ended', () => {
    expect(readListeners('/nowhere')).toEqual([]);
    expect(socketsOf(['999999999'])).toEqual(new Set());
  });
});
