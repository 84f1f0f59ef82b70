import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { AppError } from '../../shared/errors.ts';
import type { RunCommand } from '../host.ts';

const PATIENCE_MILLISECONDS = 20_000;
const AGAIN_MILLISECONDS = 10;

/** systemd's number of the address family, and the bytes of an address, of IPv4. */
const IPV4 = ['2', '4'];

/**
 * Moves this process, and so what it starts from now on, into a systemd scope of its own with these properties
 * (`IPAddressDeny=`, `IPAddressAllow=`). Its terminal, streams and environment stay as they are, which they would not
 * through `systemd-run`. Throws command-failed.
 */
export async function enterOwnScope(run: RunCommand, scope: string, reach: readonly string[]): Promise<void> {
  const properties = [
    ['PIDs', 'au', '1', String(process.pid)],
    // bash answers SIGTERM with nothing when a person sits before it, and would hold up the end of the machine.
    ['SendSIGHUP', 'b', 'true'],
    ['TimeoutStopUSec', 't', '10000000'],
    ['CollectMode', 's', 'inactive-or-failed'],
    ...reach.map(addressProperty),
  ];
  await run([
    ...['busctl', '--system', '--quiet', 'call', 'org.freedesktop.systemd1', '/org/freedesktop/systemd1'],
    ...['org.freedesktop.systemd1.Manager', 'StartTransientUnit', 'ssa(sv)a(sa(sv))', scope, 'fail'],
    ...[String(properties.length), ...properties.flat(), '0'],
  ]);
  // systemd answers before it has moved the process.
  const until = performance.now() + PATIENCE_MILLISECONDS;
  while (!ownGroup().includes(`/${scope}`)) {
    if (performance.now() > until)
      throw new AppError('command-failed', { command: 'busctl', exitCode: 0, output: `no ${scope}` });
    await pause(AGAIN_MILLISECONDS);
  }
}

/** Returns the control groups of this process, as the kernel names them. */
export function ownGroup(): string {
  return readFileSync('/proc/self/cgroup', 'utf8');
}

/** Returns the words by which busctl is told a list of ranges: `IPAddressAllow=127.0.11.0/26 ...` (type a(iayu)). */
export function addressProperty(property: string): string[] {
  const [name = '', value = ''] = property.split('=');
  const ranges = value.split(' ').map((range) => [...IPV4, ...range.split(/[./]/)]);
  return [name, 'a(iayu)', String(ranges.length), ...ranges.flat()];
}
