import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';

/**
 * Returns the addresses of this computer, other than 127.0.0.1, at which something answers on a port: none when the
 * port's listener is bound to 127.0.0.1 alone.
 */
export async function otherAddressesAnswering(port: number): Promise<string[]> {
  const answers = await Promise.all(otherAddresses().map((host) => isAnswering(host, port)));
  return otherAddresses().filter((_, at) => answers[at]);
}

function otherAddresses(): string[] {
  const addresses = Object.values(networkInterfaces()).flatMap((found = []) =>
    // A link-local address needs the name of its interface too.
    found.map(({ address }) => address).filter((address) => !address.startsWith('fe80:')),
  );
  // All of 127.0.0.0/8 is this computer's own, but not on macOS.
  const loopback = process.platform === 'darwin' ? [] : ['127.0.0.2'];
  return [...loopback, ...addresses].filter((address) => address !== '127.0.0.1');
}

function isAnswering(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
