import type SSHConfig from 'ssh-config';
import type { Line, Match, Section } from 'ssh-config';
import { matchesList } from '../../../shared/wildcard.ts';

/** The settings of one host, by keyword in lower case: the first value of each, as ssh takes it. */
export type SshSettings = ReadonlyMap<string, string>;

type Value = Section['value'];

/** Tells whether a line of a configuration begins a `Host` section. */
export function isHost(line: Line): line is Section {
  return 'param' in line && /^host$/i.test(line.param);
}

/** Returns the words of a value. */
export function wordsOf(value: Value): string[] {
  return typeof value === 'string' ? [value] : value.map(({ val }) => val);
}

/**
 * Returns the settings of a host: of each keyword the first value, in the order of the file. `Match exec` never matches,
 * so nothing is executed. The library's own `compute` makes regular expressions of every pattern for every host, which
 * takes ten seconds for a thousand hosts.
 */
export function settingsOf(config: SSHConfig, alias: string, account: string): SshSettings {
  const asked = { host: alias, alias, account, isFinal: false, wantsFinal: false };
  const settings = new Map<string, string>();
  addAll(config, asked, settings);
  if (asked.wantsFinal) {
    const host = settings.get('hostname') ?? alias;
    addAll(config, { ...asked, host, isFinal: true }, settings);
  }
  return settings;
}

/** The host that is asked for. */
interface Asked {
  /** The name that `Host` is compared with: the host's own name in a last pass for `Match final`. */
  readonly host: string;
  readonly alias: string;
  readonly account: string;
  readonly isFinal: boolean;
  /** Becomes true when a section asks for another pass. */
  wantsFinal: boolean;
}

function addAll(config: SSHConfig, asked: Asked, settings: Map<string, string>): void {
  for (const line of config) {
    if (!('param' in line)) continue;
    if (!('config' in line)) add(line.param, line.value, settings);
    else if (isHost(line) ? matchesList(wordsOf(line.value), asked.host) : matches(line, asked, settings))
      for (const inner of line.config) if ('param' in inner) add(inner.param, inner.value, settings);
  }
}

function add(keyword: string, value: Value, settings: Map<string, string>): void {
  const name = keyword.toLowerCase();
  if (!settings.has(name)) settings.set(name, wordsOf(value).join(' '));
}

/** Tells whether all criteria of a `Match` section hold. */
function matches(section: Section | Match, asked: Asked, settings: SshSettings): boolean {
  const criteria = 'criteria' in section ? Object.entries(section.criteria) : [];
  return criteria.every(([name, value]) => {
    const patterns = wordsOf(value).flatMap((word) => word.split(','));
    switch (name.toLowerCase()) {
      case 'all':
        return true;
      case 'final':
        asked.wantsFinal ||= !asked.isFinal;
        return asked.isFinal;
      case 'host':
        return matchesList(patterns, settings.get('hostname') ?? asked.host);
      case 'originalhost':
        return matchesList(patterns, asked.alias);
      case 'user':
        return matchesList(patterns, settings.get('user') ?? asked.account);
      case 'localuser':
        return matchesList(patterns, asked.account);
      default:
        return false;
    }
  });
}
