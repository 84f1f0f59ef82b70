import { mergeSettings } from './compose.ts';
import type { ComposeDocument, ServiceReading, ComposeSettings } from './compose.ts';
import { AppError } from '../errors.ts';
import type { Notice } from '../notices.ts';
import { variableOf } from '../network/network.ts';
import { compareBytewise } from '../order.ts';

/** A service, merged from all files. */
export interface MergedService {
  name: string;
  /** The file in which the service was first found. */
  file: string;
  line: number;
  settings: ComposeSettings;
  /** True where more than one document has it. */
  isScattered?: boolean;
}

/**
 * Merges the services of documents that are in Compose's order (an included document before the one that includes it,
 * an override after its base). Returns them sorted bytewise by name. A later document's keys win; keys that it does not
 * have stay.
 */
export function mergeServices(documents: readonly ComposeDocument[]): MergedService[] {
  const merged = new Map<string, MergedService>();
  for (const document of documents) {
    if (document.replacesServices) merged.clear();
    for (const service of document.services) mergeOne(merged, service);
  }
  return [...merged.values()].sort((a, b) => compareBytewise(a.name, b.name));
}

function mergeOne(
  merged: Map<string, MergedService>,
  { name, file, line, mode, settings }: ServiceReading,
): void {
  const before = merged.get(name);
  if (mode === 'remove') merged.delete(name);
  else if (before === undefined || mode === 'replace') merged.set(name, { name, file, line, settings });
  else merged.set(name, { ...before, isScattered: true, settings: mergeSettings(before.settings, settings) });
}

/** The modes that use no network of Compose's, which we do not have: the host's, none, or another container's. */
const PASSING_MODE = /^(host|none|service:.+|container:.+)$/;

/**
 * Decides what the generated override does for the network of a service. Host networking is injected where neither
 * network_mode nor networks is set; host, none, `service:` and `container:` pass. Throws compose-network for
 * `networks:` and every other mode, with file, line, service, what and variable (docs/decisions/compose-networks.md).
 */
export function networkDecision({ name, settings }: MergedService): 'inject-host' | 'pass' {
  const { networks, network_mode: mode } = settings;
  const variable = variableNameOf(name);
  if (networks?.value !== undefined) {
    const { file, line } = networks;
    throw new AppError('compose-network', { file, line, service: name, what: 'networks:', variable });
  }
  // `${MODE}` gives an empty mode while the variable is not set.
  if (mode?.value === undefined || mode.value === '') return 'inject-host';
  if (PASSING_MODE.test(mode.value)) return 'pass';
  const what = `network_mode: ${mode.value}`;
  throw new AppError('compose-network', { file: mode.file, line: mode.line, service: name, what, variable });
}

/** Tells whether a service runs on the host's network, by itself or because the override puts it there. */
export function isOnHost({ settings }: MergedService): boolean {
  const { networks, network_mode: mode } = settings;
  return networks?.value === undefined && ['', 'host'].includes(mode?.value ?? '');
}

/**
 * Returns the services that a call leaves alone, as nothing asks for their profiles (compose-spec/compose-go,
 * types/project.go, WithProfiles). `profiles`: those that are asked for; `*` asks for all. `words`: those of the call; a
 * service that one of them names is asked for with its profiles.
 */
export function idleServices(
  services: readonly MergedService[],
  { profiles, words }: { profiles: readonly string[]; words: readonly string[] },
): Set<string> {
  const own = ({ settings }: MergedService): string[] =>
    (settings.profiles?.value ?? '').split('\n').filter((profile) => profile !== '');
  const named = new Set(words);
  const asked = new Set([...profiles, ...services.filter(({ name }) => named.has(name)).flatMap(own)]);
  const idle = services.filter((service) => {
    const needed = own(service);
    return needed.length > 0 && !asked.has('*') && !needed.some((profile) => asked.has(profile));
  });
  return new Set(idle.map(({ name }) => name));
}

/** Returns one notice (ports-ignored) for each service whose `ports:` have no effect on the host network. */
export function portsNotices(services: readonly MergedService[]): Notice[] {
  return services.flatMap(({ name, settings: { ports } }) => {
    if (ports?.value === undefined) return [];
    const { file, line } = ports;
    return [
      { code: 'ports-ignored', details: { file, line, service: name, variable: variableNameOf(name) } },
    ];
  });
}

/**
 * Returns one notice (replicas-share-address) for each service of which Compose starts several containers. On the host's
 * network they have one address and the same ports; with `network_mode: none` each has a network of its own.
 */
export function replicaNotices(services: readonly MergedService[]): Notice[] {
  return services.flatMap(({ name, settings }) => {
    // `scale` decides where both are set (compose-spec/compose-go, types/types.go, GetScale).
    const setting = settings.scale?.value === undefined ? 'deploy.replicas' : 'scale';
    const { file, line, value } = settings[setting] ?? {};
    const count = Number(value ?? 1);
    if (file === undefined || line === undefined || !(count > 1)) return [];
    if (settings.network_mode?.value === 'none') return [];
    return [{ code: 'replicas-share-address', details: { file, line, service: name, setting, count } }];
  });
}

/**
 * Returns the service's variable for a sentence. Where its name gives no legal variable, returns the general pattern.
 */
function variableNameOf(service: string): string {
  return variableOf(service) ?? '{SERVICE}_IP';
}

/** The services of the compose files in one folder. */
export interface FolderServices {
  /** The compose file by which a sentence names the folder: "docker-compose.yml", "api/compose.yaml". */
  file: string;
  names: readonly string[];
}

/**
 * Merges the service names of several folders, each once, sorted bytewise. A name in two folders means one slot, and a
 * notice (service-in-two-folders) that names both.
 */
export function mergeFolders(folders: readonly FolderServices[]): { services: string[]; notices: Notice[] } {
  const firstFile = new Map<string, string>();
  const notices: Notice[] = [];
  for (const { file, names } of folders) {
    for (const service of names) {
      const first = firstFile.get(service);
      if (first === undefined) firstFile.set(service, file);
      else notices.push({ code: 'service-in-two-folders', details: { service, first, second: file } });
    }
  }
  return { services: [...firstFile.keys()].sort(compareBytewise), notices };
}
