import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { loopbackListeners, readListeners, socketsOf } from './listeners.ts';

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

  it("is told from what listens elsewhere, and from what is connected, when it is at a repository's address", async () => {
    const [own, usual] = ['127.0.77.3', '127.0.0.1'].map((host) => createServer().listen(0, host));
    if (own === undefined || usual === undefined) throw new Error('there are two');
    await Promise.all([once(own, 'listening'), once(usual, 'listening')]);
    const portOf = (server: typeof own): number => (server.address() as AddressInfo).port;
    const shown = (port: number): string => port.toString(16).toUpperCase().padStart(4, '0');
    const client = connect(portOf(own), '127.0.77.3');
    await once(client, 'connect');
    const found = loopbackListeners().split(' ');
    expect(found.filter((place) => place.startsWith('034D007F:'))).toEqual([
      `034D007F:${shown(portOf(own))}`,
    ]);
    expect(found).not.toContain(`0100007F:${shown(portOf(usual))}`);
    client.destroy();
    for (const server of [own, usual]) server.close();
    expect(loopbackListeners('/nowhere')).toBe('');
  });

  it('is nothing where there is no such file, and of a process that has ended', () => {
    expect(readListeners('/nowhere')).toEqual([]);
    expect(socketsOf(['999999999'])).toEqual(new Set());
  });
});
