import type { Service } from '../../shared/model.ts';
import type { NoticeOf } from '../../shared/notices.ts';
import { offsetOf } from '../../shared/network/network.ts';

/** A socket that waits for others: TCP that listens, or UDP that is not connected. */
export interface Listener {
  protocol: 'tcp' | 'udp';
  /** A dotted IPv4 address, or an IPv6 one; 0.0.0.0 and :: stand for every address. */
  address: string;
  port: number;
  /** The kernel's number of the socket, by which the processes that hold it can be found. */
  inode: string;
}

/** Returns the services, each with the ports at exactly its address on which something listens, ascending. */
export function withListening(services: readonly Service[], listeners: readonly Listener[]): Service[] {
  return services.map((service) => {
    const ports = listeners.filter(({ address }) => address === service.address).map(({ port }) => port);
    return { ...service, listening: [...new Set(ports)].sort((a, b) => a - b) };
  });
}

/**
 * Returns a notice `listener-without-service` for each socket at an address of the repository that belongs to no
 * service.
 */
export function strayListeners(
  networkId: number,
  services: readonly Service[],
  listeners: readonly Listener[],
): NoticeOf<'listener-without-service'>[] {
  const owned = new Set(services.map(({ address }) => address));
  return listeners
    .filter(({ address }) => offsetOf(networkId, address) !== undefined && !owned.has(address))
    .map(({ address, port }) => ({ code: 'listener-without-service', details: { address, port } }));
}

/**
 * Returns a notice `listens-elsewhere` when a socket of the service's containers listens at another address than the
 * service's. `sockets` are the inodes of the containers' sockets. Only TCP counts: a UDP socket at another address may
 * as well be a client's.
 */
export function listensElsewhere(
  { name, address: own }: Service,
  sockets: ReadonlySet<string>,
  listeners: readonly Listener[],
): NoticeOf<'listens-elsewhere'>[] {
  const others = listeners.filter(
    ({ protocol, address, inode }) => protocol === 'tcp' && address !== own && sockets.has(inode),
  );
  if (others.length === 0) return [];
  const found = [...new Set(others.map(shown))].join(', ');
  return [{ code: 'listens-elsewhere', details: { service: name, address: own, found } }];
}

function shown({ address, port }: Listener): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}
