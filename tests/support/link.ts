import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

/** A cable between us and a port on loopback, for cutting. */
export interface Link {
  port: number;
  /** From now on no byte passes, and no end of a connection either: a peer that is gone without a word. */
  freeze(): void;
  /** Ends every connection on it. */
  cut(): void;
  /** Ends every connection, and lets no other through until it is opened again. */
  close(): void;
  open(): void;
  stop(): Promise<void>;
}

/** Lays one to `port`. */
export async function startLink(port: number): Promise<Link> {
  const sockets: Socket[] = [];
  let isOpen = true;
  const server = createServer((near) => {
    if (!isOpen) {
      near.destroy();
      return;
    }
    const far = connect(port, '127.0.0.1');
    for (const socket of [near, far]) {
      sockets.push(socket);
      socket.on('error', () => undefined);
    }
    near.pipe(far).pipe(near);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cut = (): void => {
    for (const socket of sockets.splice(0)) socket.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    freeze: () => {
      for (const socket of sockets) socket.unpipe().pause();
    },
    cut,
    close: () => {
      isOpen = false;
      cut();
    },
    open: () => {
      isOpen = true;
    },
    stop: async () => {
      cut();
      server.close();
      await once(server, 'close');
    },
  };
}
