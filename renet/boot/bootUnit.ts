import { join } from 'node:path';
import { AUTOSTART_UNIT, autostartUnitText } from '../../shared/autostart.ts';
import { AppError } from '../../shared/errors.ts';
import { ensureFolder, exists, readTextIfThere, removeIfThere, syncPath, writeAtomically } from '../host.ts';
import type { RunCommand } from '../host.ts';
import { bootFolder } from '../paths.ts';
import type { Paths } from '../paths.ts';

const UNIT_FILE = join('/etc/systemd/system', AUTOSTART_UNIT);
/** The folder of the link that `systemctl enable` makes. */
const WANTED_FOLDER = '/etc/systemd/system/multi-user.target.wants';
/**
 * The file that exists from the end of a boot to the end of the shutdown. A supervisor that starts in between starts no
 * repository.
 */
const DONE = 'done';

/** The service that boots and shuts down the machine's repositories. */
export interface BootUnit {
  /** Returns what would keep the service from working at the next boot or shutdown; undefined when nothing would. */
  problem(): Promise<AppError | undefined>;
  /**
   * Installs, enables and starts the service. Returns false when that was done already. `restart`: restarts it when it
   * runs.
   */
  ensure(options?: { restart: boolean }): Promise<boolean>;
}

/** Makes the boot service, by systemd. */
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
      if (!enabled) {
        await run(['systemctl', 'enable', AUTOSTART_UNIT]);
        await syncPath(WANTED_FOLDER);
      }
      if (!active) {
        // This start is no boot: repositories that are closed now were closed by somebody.
        await noteBooted(paths);
        await run(['systemctl', 'start', AUTOSTART_UNIT]);
      } else if (stale || restart) await run(['systemctl', 'restart', AUTOSTART_UNIT]);
      return stale || !enabled || !active;
    },
  };
}

/** Tells whether the starts of this boot are over. */
export async function isBooted(paths: Paths): Promise<boolean> {
  return exists(join(bootFolder(paths), DONE));
}

/** Notes that the starts of this boot are over. */
export async function noteBooted(paths: Paths): Promise<void> {
  await noteInBoot(paths, DONE, '');
}

/** Reads the id of the operation that starts a repository in this boot; undefined when there is none yet. */
export async function bootOperationOf(paths: Paths, guid: string): Promise<string | undefined> {
  return readTextIfThere(join(bootFolder(paths), guid));
}

/**
 * Notes the operation that starts a repository, so that a supervisor that is started again does not start the
 * repository twice.
 */
export async function noteBootOperation(paths: Paths, guid: string, operation: string): Promise<void> {
  await noteInBoot(paths, guid, operation);
}

/** Forgets all notes of this boot, because /run outlives a soft reboot. */
export async function forgetBoot(paths: Paths): Promise<void> {
  await removeIfThere(bootFolder(paths));
}

async function noteInBoot(paths: Paths, name: string, text: string): Promise<void> {
  await ensureFolder(paths.run, 0o755);
  await ensureFolder(bootFolder(paths), 0o700);
  await writeAtomically(join(bootFolder(paths), name), text, { mode: 0o600 });
}
