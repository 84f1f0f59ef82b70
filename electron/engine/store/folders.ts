import { homedir } from 'node:os';
import { posix, win32 } from 'node:path';

/** The folders of Rediacc on the admin's computer: absolute paths, which need not exist yet. */
export interface Folders {
  /** The folder of contexts, known host keys and settings. */
  readonly config: string;
  /** The folder of the history and of logs. */
  readonly state: string;
}

/** The facts that the choice of folders depends on. */
interface FolderDependencies {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  readonly home: string;
}

/**
 * Returns the config and state folders (docs/decisions/kept-on-the-admins-computer.md): under `$REDIACC_CONFIG_DIR`
 * when it is set, else in the platform's usual places.
 */
export function chooseFolders({ env, platform, home }: FolderDependencies): Folders {
  const path = platform === 'win32' ? win32 : posix;
  const own = env['REDIACC_CONFIG_DIR'];
  if (own) {
    const config = path.resolve(own);
    return { config, state: path.join(config, 'state') };
  }
  if (platform === 'win32') {
    const roaming = env['APPDATA'] ?? path.join(home, 'AppData', 'Roaming');
    const local = env['LOCALAPPDATA'] ?? path.join(home, 'AppData', 'Local');
    return { config: path.join(roaming, 'rediacc'), state: path.join(local, 'rediacc', 'state') };
  }
  if (platform === 'darwin') {
    const config = path.join(home, 'Library', 'Application Support', 'rediacc');
    return { config, state: path.join(config, 'state') };
  }
  return {
    config: path.join(xdg(env['XDG_CONFIG_HOME']) ?? path.join(home, '.config'), 'rediacc'),
    state: path.join(xdg(env['XDG_STATE_HOME']) ?? path.join(home, '.local', 'state'), 'rediacc'),
  };
}

/** Returns an absolute path as it is, and undefined for a relative one, which the XDG specification says to ignore. */
function xdg(value: string | undefined): string | undefined {
  return value !== undefined && posix.isAbsolute(value) ? value : undefined;
}

/** Returns the folders of this process. */
export function ownFolders(): Folders {
  return chooseFolders({ env: process.env, platform: process.platform, home: homedir() });
}
