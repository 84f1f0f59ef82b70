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
  /** The port on this computer; without it, the same port as on the machine, or any free one when that is taken. */
  readonly local?: number;
  /** Called when a connection could not be carried through. The tunnel stays open. */
  readonly onRefused: (error: AppError) => void;
}

/** A port on this computer's loopback interface that leads to the machine. */
export interface Tunnel {
  readonly port: number;
  /** Ends the tunnel and every connection through it. */
  close(): Promise<void>;
}

const LOOPBACK = '127.0.0.1';

/**
 * Listens on this computer's loopback interface and carries each connection through SSH. A connection that comes after
 * the link was lost makes a new link. Throws port-in-use when the wanted port cannot be had.
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
    // A browser that closes its connection is no fault.
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
    // The port is taken, or only root may listen on it.
    if (orAny) return listen(server, 0, false);
    const reason = error instanceof Error ? error.message : String(error);
    throw new AppError('port-in-use', { port, reason }, { cause: error });
  }
}
