import { createSocket } from 'node:dgram';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { exists, hasCode, readTextIfThere, removeIfThere, writeAtomically } from '../host.ts';
import type { RunCommand } from '../host.ts';
import { containerdUnit, dockerUnit } from '../paths.ts';
import type { Paths } from '../paths.ts';
import { UNIT_FOLDER } from './daemonConfig.ts';

/**
 * What keeps the containers of a running daemon from other repositories' addresses. `kernel`: nothing, as this machine
 * cannot; `older`: nothing, as an earlier version started the daemon.
 */
export type NeighbourWall = 'kept' | 'kernel' | 'older';

/** The folder in which systemd keeps what was set for a running unit, until the next boot. */
const RUNTIME_FOLDER = '/run/systemd/system.control';

/** An address that no repository ever has, beyond the last network id: whoever is kept from others is kept from it. */
const NOBODYS = '127.255.255.250';
/** The port "discard", in case somebody listens everywhere. */
const DISCARD = 9;

const resultFile = (paths: Paths): string => join(paths.run, 'neighbours');

/**
 * Notes whether this machine keeps a unit's processes from addresses that are denied to it. systemd only warns where it
 * cannot, so an operation tries it: its own unit has the property, and the kernel refuses a datagram (EPERM) or not.
 */
export async function noteWall(paths: Paths): Promise<void> {
  if (!readFileSync('/proc/self/cgroup', 'utf8').includes('/rediacc-op-')) return;
  const refused = await isRefused();
  if (refused === undefined) return;
  await writeAtomically(resultFile(paths), refused ? 'kept\n' : 'open\n', { mode: 0o644 });
}

/** Tells whether the kernel refuses a datagram to an address that is denied; undefined for another error. */
async function isRefused(): Promise<boolean | undefined> {
  const socket = createSocket('udp4');
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.send('', DISCARD, NOBODYS, (error) => (error === null ? resolve() : reject(error)));
    });
    return false;
  } catch (error) {
    return hasCode(error, 'EPERM') ? true : undefined;
  } finally {
    socket.close();
  }
}

/** Returns what keeps the containers of a daemon from other repositories' addresses. */
export async function wallOf(paths: Paths, networkId: number): Promise<NeighbourWall> {
  if ((await notedWall(paths)) === 'open') return 'kernel';
  const unit = await readTextIfThere(join(UNIT_FOLDER, dockerUnit(networkId)));
  const set = join(runtimeFolder(dockerUnit(networkId)), '50-IPAddressDeny.conf');
  return unit?.includes('IPAddressDeny=') === true || (await exists(set)) ? 'kept' : 'older';
}

/** Tells whether an operation since the boot has seen that this machine keeps processes from addresses. */
export async function isWallSeen(paths: Paths): Promise<boolean> {
  return (await notedWall(paths)) === 'kept';
}

async function notedWall(paths: Paths): Promise<string | undefined> {
  return (await readTextIfThere(resultFile(paths)))?.trim();
}

/** Changes what the containers of a running daemon reach, at once. `reach`: the properties of its units. */
export async function setReach(run: RunCommand, networkId: number, reach: readonly string[]): Promise<void> {
  // An empty value first: systemd adds to a list, and never takes anything away from it.
  const words = reach.flatMap((property) => [property.replace(/=.*/, '='), property]);
  for (const unit of [containerdUnit(networkId), dockerUnit(networkId)])
    await run(['systemctl', 'set-property', '--runtime', unit, ...words]);
}

/** Removes what was set for daemons' units while they ran: their next start takes it from the metadata. */
export async function forgetReach(networkId: number): Promise<void> {
  for (const unit of [containerdUnit(networkId), dockerUnit(networkId)])
    await removeIfThere(runtimeFolder(unit));
}

function runtimeFolder(unit: string): string {
  return join(RUNTIME_FOLDER, `${unit}.d`);
}
