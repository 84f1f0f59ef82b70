import { join, resolve } from 'node:path';
import SSHConfig from 'ssh-config';
import { AppError } from '../../../shared/errors.ts';
import { isValidName } from '../../../shared/names.ts';
import type { Context } from '../../../shared/model.ts';
import type { ContextStore } from './contexts.ts';
import { readSshConfig } from './sshConfigFiles.ts';
import { isHost, settingsOf, wordsOf } from './sshSettings.ts';

/** A host that a person's `~/.ssh/config` names. */
export interface SshHost {
  /** The name that the file gives the host. */
  readonly alias: string;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** The absolute path of the first key that the file names for the host. */
  readonly sshKey?: string;
  /** True for a host that is reached through another host or a command, which this program does not do. */
  readonly throughOther: boolean;
}

/** The owner of an SSH configuration. */
interface SshConfigOwner {
  /** The home folder. */
  readonly home: string;
  /** The account's name. It is the user of a host for which the file names none. */
  readonly account: string;
}

/**
 * Lists the hosts that `~/.ssh/config` names one by one, in its order, as `ssh` would reach them; entries with patterns
 * give them their settings. Nothing in the file is executed: a `Match exec` never matches. Returns an empty list
 * without the file. Throws ssh-config-invalid when it does not parse, and as readSshConfig does.
 */
export async function listSshHosts(owner: SshConfigOwner): Promise<SshHost[]> {
  const config = parseConfig(await readSshConfig(join(owner.home, '.ssh', 'config'), owner.home));
  const aliases = config.filter(isHost).flatMap(({ value }) => wordsOf(value));
  const named = aliases.filter((alias) => !/[*?!]/.test(alias));
  return [...new Set(named)].map((alias) => hostOf(config, alias, owner));
}

function parseConfig(text: string): SSHConfig {
  try {
    return SSHConfig.parse(text);
  } catch (error) {
    // The library's own fault for a text that no rule of its refuses by name, such as a line of quotes.
    const reason =
      error instanceof TypeError || !(error instanceof Error) ? 'a value is missing' : error.message;
    throw new AppError('ssh-config-invalid', { reason }, { cause: error });
  }
}

function hostOf(config: SSHConfig, alias: string, { home, account }: SshConfigOwner): SshHost {
  const settings = settingsOf(config, alias, account);
  const isOn = (name: string): boolean => !['none', undefined].includes(settings.get(name)?.toLowerCase());
  const key = settings.get('identityfile');
  const expand = (path: string): string => path.replace(/^~(?=\/)|^%d/, home).replaceAll('%h', alias);
  return {
    alias,
    host: (settings.get('hostname') ?? alias).replaceAll('%h', alias),
    port: Number(settings.get('port') ?? 22),
    user: settings.get('user') ?? account,
    ...(key !== undefined && { sshKey: resolve(home, '.ssh', expand(key)) }),
    throughOther: isOn('proxyjump') || isOn('proxycommand'),
  };
}

/** The reason why a host cannot become a machine of a context. */
type NotImported = 'already' | 'bad-name' | 'other-key' | 'through-other';

/** Returns the name of the machine that a host becomes: the host's alias, changed where a name cannot hold it. */
export function machineNameOf({ alias }: SshHost): string {
  return alias
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 63);
}

/**
 * Returns why a host cannot become a machine of a context with this key, in which `names` are taken; undefined when it
 * can.
 */
function whyNotImported(
  host: SshHost,
  { names, sshKey }: Pick<Context, 'sshKey'> & { readonly names: ReadonlySet<string> },
): NotImported | undefined {
  const name = machineNameOf(host);
  if (!isValidName(name)) return 'bad-name';
  if (names.has(name)) return 'already';
  if (host.throughOther) return 'through-other';
  return host.sshKey === undefined || host.sshKey === sshKey ? undefined : 'other-key';
}

/** A host that was to become a machine of a context. */
export interface ImportedHost extends SshHost {
  /** The name of the machine. */
  readonly name: string;
  /** The reason why the host became no machine; absent when it did. */
  readonly reason?: NotImported;
}

/**
 * Adds hosts of `~/.ssh/config` to a context as machines, in one change; all of them when `aliases` is empty. Throws
 * `ssh-host-not-found`, and as addMachines does; nothing was changed then.
 */
export async function importSshHosts(
  store: Pick<ContextStore, 'addMachines'>,
  context: string,
  owner: SshConfigOwner,
  aliases: readonly string[],
): Promise<ImportedHost[]> {
  const listed = await listSshHosts(owner);
  const unknown = aliases.find((alias) => !listed.some((host) => host.alias === alias));
  if (unknown !== undefined) throw new AppError('ssh-host-not-found', { name: unknown });
  const hosts = listed.filter(({ alias }) => aliases.length === 0 || aliases.includes(alias));
  const imported: ImportedHost[] = [];
  await store.addMachines(({ sshKey, machines }) => {
    const names = new Set(machines.map(({ name }) => name));
    return hosts.flatMap((host) => {
      const name = machineNameOf(host);
      const reason = whyNotImported(host, { sshKey, names });
      imported.push({ ...host, name, ...(reason && { reason }) });
      if (reason !== undefined) return [];
      // Two aliases may come to one name.
      names.add(name);
      return [{ ...host, name }];
    });
  }, context);
  return imported;
}
