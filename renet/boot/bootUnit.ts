import { join } from 'node:path';
import { AUTOSTART_UNIT, autostartUnitText } from '../../shared/autostart.ts';
import { AppError } from '../../shared/errors.ts';
import { ensureFolder, exists, readTextIfThere, removeIfThere, writeAtomically } from '../host.ts';
import type { RunCommand } from '../host.ts';
import { bootFolder } from '../paths.ts';
import type { Paths } from '../paths.ts';

const UNIT_FILE = join('/etc/systemd/system', AUTOSTART_UNIT);
/** Stands from the end of a boot to the end of the shutdown: a supervisor that starts in between boots nothing. */
const DONE = 'done';

/** The service that boots and shuts down the machine's repositories. */
export interface BootUnit {
  /** What keeps it from doing so at the next boot or shutdown. */
  problem(): Promise<AppError | undefined>;
  /** Installs, enables and starts it; false when all that was so. `restart`: also when it runs already. */
  ensure(options?: { restart: boolean }): Promise<boolean>;
}

/** Makes the service by systemd. */
export function createBootUnit(paths: Paths, run: RunCommand): BootUnit {
  const states = async (): Promise<{ enabled: boolean; active: boolean; found: string }> => {
    const shown = await run([
      'systemctl',
      'show',
      '-p',
      'ActiveState',
      '-p',
      'UnitFileState',
      AUTOSTART_UNIT,
    ]);
    const value = (name: string): string => new RegExp(`^${name}=(.*)$`, 'm').exec(shown.stdout)?.[1] ?? '';
    const [file, active] = [value('UnitFileState'), value('ActiveState')];
    return {
      enabled: file === 'enabled',
      active: active === 'active',
      found: `${file || 'not installed'}, ${active}`,
    };
  };
  return {
    problem: async () => {
      const { enabled, active, found } = await states();
      return enabled && active ? undefined : new AppError('autostart-unit', { unit: AUTOSTART_UNIT, found });
    },
    ensure: async ({ restart } = { restart: false }) => {
      const text = autostartUnitText(paths.datastore);
      const stale = (await readTextIfThere(UNIT_FILE)) !== text;
      if (stale) {
        await writeAtomically(UNIT_FILE, text, { mode: 0o644 });
        await run(['systemctl', 'daemon-reload']);
      }
      const { enabled, active } = await states();
      if (!enabled) await run(['systemctl', 'enable', AUTOSTART_UNIT]);
      if (!active) {
        // Starting it now is not a boot: what is closed was closed by somebody.
        await noteBooted(paths);
        await run(['systemctl', 'start', AUTOSTART_UNIT]);
      } else if (stale || restart) await run(['systemctl', 'restart', AUTOSTART_UNIT]);
      return stale || !enabled || !active;
    },
  };
}

/** Tells whether the boot of this machine is over. */
export async function isBooted(paths: Paths): Promise<boolean> {
  return exists(join(bootFolder(paths), DONE));
}

/** Notes that the boot is over. */
export async function noteBooted(paths: Paths): Promise<void> {
  await noteInBoot(paths, DONE, '');
}

/** Returns the operation that boots a repository; undefined when this boot has not come to it. */
export async function bootOperationOf(paths: Paths, guid: string): Promise<string | undefined> {
  return readTextIfThere(join(bootFolder(paths), guid));
}

/** Notes it, so that a supervisor that is started again does not start it twice. */
export async function noteBootOperation(paths: Paths, guid: string, operation: string): Promise<void> {
  await noteInBoot(paths, guid, operation);
}

/** Forgets this boot: /run outlives a soft reboot. */
export async function forgetBoot(paths: Paths): Promise<void> {
  await removeIfThere(bootFolder(paths));
}

async function noteInBoot(paths: Paths, name: string, text: string): Promise<void> {
  await ensureFolder(paths.run, 0o755);
  await ensureFolder(bootFolder(paths), 0o700);
  await writeAtomically(join(bootFolder(paths), name), text, { mode: 0o600 });
}
