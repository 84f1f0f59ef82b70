import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { AppError, toAppError } from '../../../shared/errors.ts';
import type { MachineAccess } from './machineAccess.ts';
import type { MachineReference } from '../machineReference.ts';

/** An address on a machine that is to be reached from this computer. */
export interface TunnelOptions {
  readonly host: string;
  readonly port: number;
  /** The port on this computer; without it the same as there, or any when that one is taken. */
  readonly local?: number;
  /** A connection could not be carried through; the tunnel goes on. */
  readonly onRefused: (error: AppError) => void;
}

/** A port on this computer's loopback that leads to the machine. */
export interface Tunnel {
  readonly port: number;
  /** Ends it, and every connection through it. */
  close(): Promise<void>;
}

const LOOPBACK = '127.0.0.1';

/**
 * Listens on this computer's loopback and carries each connection through SSH; one that comes after the link was lost
 * makes a new link. Throws port-in-use when the port that was asked for cannot be had.
 */
export async function openTunnel(
  access: Pick<MachineAccess, 'session'>,
  machine: MachineReference,
  { host, port, local, onRefused }: TunnelOptions,
): Promise<Tunnel> {
  const open = new Set<Socket>();
  const carry = async (socket: Socket): Promise<void> => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    // A browser that leaves is no fault.
    socket.on('error', () => undefined);
    try {
      const channel = await (await access.session(machine)).forward(host, port);
      channel.on('error', () => undefined);
      channel.once('close', () => socket.destroy());
      socket.once('close', () => channel.destroy());
      if (socket.destroyed) channel.destroy();
      else socket.pipe(channel).pipe(socket);
    } catch (error) {
      socket.destroy();
      onRefused(toAppError(error));
    }
  };
  // A client that has closed its sending side still gets the rest of the answer.
  const server = createServer({ allowHalfOpen: true }, (socket) => void carry(socket));
  await listen(server, local ?? port, local === undefined);
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
}

async function listen(server: Server, port: number, orAny: boolean): Promise<void> {
  server.listen(port, LOOPBACK);
  try {
    await once(server, 'listening');
  } catch (error) {
    // Taken, or one that only root may have.
    if (orAny) return listen(server, 0, false);
    const reason = error instanceof Error ? error.message : String(error);
    throw new AppError('port-in-use', { port, reason }, { cause: error });
  }
}
