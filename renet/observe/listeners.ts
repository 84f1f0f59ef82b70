import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { listensElsewhere } from './listening.ts';
import type { Listener } from './listening.ts';
import type { Service } from '../../shared/model.ts';
import type { NoticeOf } from '../../shared/notices.ts';
import { hasCode } from '../host.ts';
import { parseListeners } from './procfs.ts';
import { processesOf } from './usage.ts';

/**
 * Reads the TCP and UDP sockets that listen on this machine; containers of repositories are among them, since they use
 * the machine's own network.
 */
export function readListeners(folder = '/proc/net'): Listener[] {
  return (['tcp', 'udp'] as const).flatMap((protocol) =>
    // Without IPv6 the files tcp6 and udp6 do not exist.
    ['', '6'].flatMap((family) => parseListeners(read(`${folder}/${protocol}${family}`), protocol)),
  );
}

/**
 * Returns the TCP sockets that listen at repositories' addresses, as text to compare. UDP is left out because a UDP
 * socket comes and goes with every question to a name server.
 */
export function loopbackListeners(folder = '/proc/net'): string {
  const waiting = [...read(`${folder}/tcp`).matchAll(LOOPBACK_LISTENER)].map(([, place]) => place);
  return waiting.sort().join(' ');
}

/**
 * What listens at 127.0.0.0/8 except 127.0.0.1, in /proc/net/tcp: address and port in hexadecimal, the address backwards. It
 * is looked for every few seconds, among all connections of the machine.
 */
const LOOPBACK_LISTENER = /^ *\d+: ((?!0100007F)[\dA-F]{6}7F:[\dA-F]{4}) \S+ 0A /gm;

/**
 * Returns a notice `listens-elsewhere` for each service whose running containers listen at another address than its
 * own. Reads every open file of their processes.
 */
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

/** Returns the inodes of the sockets that processes hold; none for a process that has ended. */
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

/** Returns the result of `look`; `otherwise` when the file or process that it looks at is gone. */
function ifThere<Found>(look: () => Found, otherwise: Found): Found {
  try {
    return look();
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ESRCH')) return otherwise;
    throw error;
  }
}
