import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { listensElsewhere } from './listening.ts';
import type { Listener } from './listening.ts';
import type { Service } from '../../shared/model.ts';
import type { NoticeOf } from '../../shared/notices.ts';
import { hasCode } from '../host.ts';
import { parseListeners } from './procfs.ts';
import { processesOf } from './usage.ts';

/** Returns what listens on this machine, TCP and UDP; containers do so on its own network. */
export function readListeners(folder = '/proc/net'): Listener[] {
  return (['tcp', 'udp'] as const).flatMap((protocol) =>
    // Without IPv6 the files with the 6 are not there.
    ['', '6'].flatMap((family) => parseListeners(read(`${folder}/${protocol}${family}`), protocol)),
  );
}

/**
 * Returns what listens at addresses such as repositories have, as text to compare: TCP alone, since UDP sockets come
 * and go with every question to a name server.
 */
export function loopbackListeners(folder = '/proc/net'): string {
  return parseListeners(read(`${folder}/tcp`), 'tcp')
    .filter(({ address }) => address.startsWith('127.') && address !== '127.0.0.1')
    .map(({ address, port }) => `${address}:${port}`)
    .sort()
    .join(' ');
}

/** `listens-elsewhere` of the services that have running containers. Looks at every open file of their processes. */
export function lookElsewhere(
  networkId: number,
  services: readonly Service[],
  listeners: readonly Listener[],
): NoticeOf<'listens-elsewhere'>[] {
  return services.flatMap((service) => {
    const running = service.containers.filter(({ state }) => state === 'running');
    const processes = running.flatMap(({ id }) => processesOf(networkId, id));
    return listensElsewhere(service, socketsOf(processes), listeners);
  });
}

/** Returns the inodes of the sockets that these processes hold; of one that has ended, none. */
export function socketsOf(processes: readonly string[]): Set<string> {
  const sockets = new Set<string>();
  for (const pid of processes) {
    for (const file of ifThere(() => readdirSync(`/proc/${pid}/fd`), [])) {
      const target = ifThere(() => readlinkSync(`/proc/${pid}/fd/${file}`), '');
      const inode = /^socket:\[(\d+)\]$/.exec(target)?.[1];
      if (inode !== undefined) sockets.add(inode);
    }
  }
  return sockets;
}

function read(path: string): string {
  return ifThere(() => readFileSync(path, 'utf8'), '');
}

/** Returns what a look gives; `otherwise` when what it looks at is not there, or is gone by now. */
function ifThere<Found>(look: () => Found, otherwise: Found): Found {
  try {
    return look();
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ESRCH')) return otherwise;
    throw error;
  }
}
