import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../../../shared/errors.ts';
import { otherAddressesAnswering } from '../../../tests/support/otherAddresses.ts';
import type { SshSession } from '../../ssh/types.ts';
import type { MachineReference } from '../machineReference.ts';
import { openTunnel } from './tunnel.ts';
import type { Tunnel, TunnelOptions } from './tunnel.ts';
import { arrival } from '../../../tests/support/arrival.ts';

const machine = {} as MachineReference;
const open: Tunnel[] = [];
const servers: Server[] = [];
let asked: unknown[];
let refusals: string[];
/** The error that the next forward fails with; undefined lets it succeed. */
let failure: AppError | undefined;

async function listening(server: Server): Promise<number> {
  servers.push(server.listen(0, '127.0.0.1'));
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** Opens a tunnel whose far end is a server of this test, whatever host was asked for. */
async function tunnel(
  options: Partial<TunnelOptions>,
  answer: (socket: Socket) => void = () => undefined,
): Promise<Tunnel> {
  const far = await listening(createServer({ allowHalfOpen: true }, answer));
  const session = {
    forward: (host: string, port: number) => {
      asked.push([host, port]);
      if (failure !== undefined) return Promise.reject(failure);
      return Promise.resolve(connect({ port: far, host: '127.0.0.1', allowHalfOpen: true }));
    },
  } as unknown as SshSession;
  const access = { session: () => Promise.resolve(session) };
  const made = await openTunnel(access, machine, {
    host: '127.0.11.2',
    port: 1,
    onRefused: ({ code }) => refusals.push(code),
    ...options,
  });
  open.push(made);
  return made;
}

async function say(port: number, words: string): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  socket.on('error', () => undefined);
  socket.end(words);
  let heard = '';
  socket.on('data', (chunk: Buffer) => (heard += chunk.toString()));
  await arrival('the end of the connection', once(socket, 'close'));
  return heard;
}

const answering = (socket: Socket): void => {
  socket.on('data', (chunk: Buffer) => socket.write(`heard ${chunk.toString()}`));
  socket.on('end', () => socket.end());
};

describe('a tunnel', () => {
  beforeEach(() => {
    [asked, refusals, failure] = [[], [], undefined];
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((made) => made.close()));
    for (const server of servers.splice(0)) server.close();
  });

  it('carries every connection to the address, and only when there is one', async () => {
    const { port } = await tunnel({ local: 0 }, answering);
    expect(asked).toEqual([]);
    expect(await Promise.all([say(port, 'one'), say(port, 'two')])).toEqual(['heard one', 'heard two']);
    expect(asked).toEqual([
      ['127.0.11.2', 1],
      ['127.0.11.2', 1],
    ]);
  });

  it('goes on after a connection that could not be carried', async () => {
    const { port } = await tunnel({ local: 0 }, answering);
    failure = new AppError('nothing-listens');
    expect(await say(port, 'one')).toBe('');
    failure = undefined;
    expect(await say(port, 'two')).toBe('heard two');
    expect(refusals).toEqual(['nothing-listens']);
  });

  it('is reached on the loopback only, also where the port that it wants is taken', async () => {
    const taken = await listening(createServer());
    for (const options of [{ local: 0 }, { port: taken }]) {
      const { port } = await tunnel(options, answering);
      expect(await say(port, 'one')).toBe('heard one');
      expect(await otherAddressesAnswering(port)).toEqual([]);
    }
  });

  it('takes the port of the service, another when that is taken, and never another than was asked for', async () => {
    const free = await listening(createServer());
    servers.pop()?.close();
    expect((await tunnel({ port: free })).port).toBe(free);
    expect((await tunnel({ port: free })).port).not.toBe(free);
    await expect(tunnel({ local: free })).rejects.toMatchObject({
      code: 'port-in-use',
      details: { port: free },
    });
  });

  it('ends the connections through it when it is closed', async () => {
    const made = await tunnel({ local: 0 }, (socket) => void socket.write('hello'));
    const socket = connect({ port: made.port, host: '127.0.0.1' });
    await arrival('a word through the tunnel', once(socket, 'data'));
    const closed = once(socket, 'close');
    await open.pop()?.close();
    await arrival('the end of the connection', closed);
    const again = connect({ port: made.port, host: '127.0.0.1' });
    expect(await arrival('a refusal', once(again, 'error'))).toMatchObject([{ code: 'ECONNREFUSED' }]);
  });
});
