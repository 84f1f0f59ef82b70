import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

/** A cable between the tests and a port on loopback, which can be cut. */
export interface Link {
  port: number;
  /** Lets no byte pass from now on, and no end of a connection either, as when the peer is gone without a word. */
  freeze(): void;
  /** Ends every connection over the cable. */
  cut(): void;
  /** Ends every connection, and lets no new one through until `open`. */
  close(): void;
  open(): void;
  stop(): Promise<void>;
}

/** Lays a cable to `port`. */
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
