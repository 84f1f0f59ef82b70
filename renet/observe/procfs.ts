import type { Listener } from './listening.ts';

/** The clock ticks of all processors since boot. */
export interface CpuTicks {
  busy: number;
  total: number;
  cpus: number;
}

/** Reads /proc/stat (proc(5)). All but idling and waiting for a disk is busy; guests are already counted in user. */
export function parseCpu(text: string): CpuTicks {
  const line = /^cpu +(.*)$/m.exec(text)?.[1] ?? '';
  const [user = 0, nice = 0, system = 0, idle = 0, wait = 0, irq = 0, softirq = 0, steal = 0] = line
    .split(' ')
    .map(Number);
  const busy = user + nice + system + irq + softirq + steal;
  return { busy, total: busy + idle + wait, cpus: text.match(/^cpu\d/gm)?.length ?? 1 };
}

/** Reads /proc/meminfo. Returns bytes. */
export function parseMemory(text: string): Record<'memory' | 'swap', { total: number; available: number }> {
  const bytes = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text)?.[1] ?? 0) * 1024;
  return {
    memory: { total: bytes('MemTotal'), available: bytes('MemAvailable') },
    swap: { total: bytes('SwapTotal'), available: bytes('SwapFree') },
  };
}

/** The interfaces whose bytes another interface counts too, or that lead nowhere. */
const INNER_INTERFACE = /^(lo|veth.*|docker\d*|br-.*|virbr.*|rediacc\d*)$/;

/**
 * Reads /proc/net/dev. Returns the bytes received and sent since boot over the interfaces that lead out of the machine.
 */
export function parseNetwork(text: string): { in: number; out: number } {
  const sum = { in: 0, out: 0 };
  for (const line of text.split('\n')) {
    const [, name = '', rest = ''] = /^\s*([^:\s]+):\s*(.*)$/.exec(line) ?? [];
    if (rest === '' || INNER_INTERFACE.test(name)) continue;
    const fields = rest.split(/\s+/).map(Number);
    sum.in += fields[0] ?? 0;
    sum.out += fields[8] ?? 0;
  }
  return sum;
}

/** Reads /proc/loadavg. Returns the load of the last 1, 5 and 15 minutes. */
export function parseLoad(text: string): number[] {
  return text.split(' ').slice(0, 3).map(Number);
}

/** The state of a waiting socket in /proc (include/net/tcp_states.h); UDP only has closed and connected. */
const WAITING = { tcp: '0A', udp: '07' } as const;

/** Reads /proc/net/tcp, tcp6, udp or udp6. Returns the sockets that listen. */
export function parseListeners(text: string, protocol: Listener['protocol']): Listener[] {
  return text
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[3] === WAITING[protocol])
    .map((fields) => {
      const [address = '', port = ''] = (fields[1] ?? '').split(':');
      return {
        protocol,
        address: addressOf(address),
        port: Number.parseInt(port, 16),
        inode: fields[9] ?? '',
      };
    });
}

/**
 * Returns an address of /proc/net as text. Each 32-bit word is in the machine's byte order, which is little-endian on
 * all supported processors. An IPv4 address inside an IPv6 one is shown as IPv4.
 */
function addressOf(hex: string): string {
  const words = hex.match(/.{8}/g) ?? [];
  const bytes = words.flatMap((word) =>
    [6, 4, 2, 0].map((at) => Number.parseInt(word.slice(at, at + 2), 16)),
  );
  const mapped = bytes.length === 4 || hex.startsWith('0000000000000000FFFF0000');
  if (mapped) return bytes.slice(-4).join('.');
  const groups = Array.from({ length: 8 }, (_, at) =>
    (((bytes[2 * at] ?? 0) << 8) | (bytes[2 * at + 1] ?? 0)).toString(16),
  );
  return groups.join(':').replace(/(^|:)0(:0)+(:|$)/, '::');
}
