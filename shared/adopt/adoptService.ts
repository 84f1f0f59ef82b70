import { isMap, isScalar, isSeq } from 'yaml';
import type { Finding } from '../lint/findings.ts';
import { commandOf } from './command.ts';
import { pairOf, scalarText, startOf } from './composeSource.ts';
import { containerPorts } from './composeService.ts';
import type { WrittenService } from './composeService.ts';
import { askAtAddress } from './healthcheck.ts';
import { listenByRule, ruleOf } from './listening.ts';
import type { Listening } from './listening.ts';
import { listenByProgram, listensNowhere } from './programs.ts';
import { overlap } from './textEdits.ts';
import type { TextEdit } from './textEdits.ts';
import { isTraefik, listenAsTraefik } from './traefik.ts';
import { removePair } from './yamlEdits.ts';

/** What the other services of a folder need to know of it, and it of them. */
export interface Surroundings {
  /** The names of the folder's services. */
  services: ReadonlySet<string>;
  /** Whether another service extends this one, or a file that is not read. */
  isExtended: boolean;
  /** Whether more than one file writes this service. */
  isInTwoFiles: boolean;
  /** Tells whether a name, by which others may reach a service, is used in the folder's files. */
  isNameUsed: (name: string) => boolean;
}

/** The keys with which the host's network is refused, or with which a service is reached from elsewhere. */
const CONFLICTS = ['mac_address', 'external_links'];

/** A service while it is adopted: the changes so far, and the questions that make them void. */
interface Adopting {
  service: WrittenService;
  edits: TextEdit[];
  findings: Finding[];
}

/**
 * Returns what has to change in a service so that it runs here. Where that is not known there are findings that ask, and
 * no changes: a service is changed wholly or not at all.
 */
export function adoptService(
  service: WrittenService,
  surroundings: Surroundings,
): { edits: TextEdit[]; findings: Finding[] } {
  const adopting: Adopting = { service, edits: [], findings: [] };
  const { edits, findings } = adopting;
  const mode = modeOf(service);
  if (mode === 'none') return { edits, findings };
  // Which of several texts counts is not seen from one of them.
  if (surroundings.isInTwoFiles) ask(adopting, 'adopt-two-files', 'image');
  else if (surroundings.isExtended || service.field('extends') !== undefined)
    ask(adopting, 'adopt-extends', 'extends');
  if (findings.length > 0) return { edits, findings };
  askWhatConflicts(adopting, surroundings);
  if (mode === 'other') ask(adopting, 'adopt-network-mode', 'network_mode');
  if (mode === 'bridge') remove(adopting, 'network_mode');
  remove(adopting, 'networks');
  removeLinks(adopting, surroundings);
  const listening = listen(service);
  if (listening !== 'nowhere') {
    listenAtAddress(adopting, listening);
    remove(adopting, 'ports');
  }
  if (overlap(edits)) ask(adopting, 'adopt-command', 'command');
  return { edits: findings.length > 0 ? [] : edits, findings };
}

/** Asks a person about a key of the service; the line is the key's, or the service's where it has no such key. */
function ask(
  { service, findings }: Adopting,
  code: string,
  key: string,
  details: Record<string, string> = {},
): void {
  const { path, lineAt } = service.source;
  const pair = pairOf(service.map, key);
  const line = pair === undefined ? service.line : lineAt(startOf(pair));
  const image = scalarText(service.field('image')?.node) ?? '';
  const known = { file: path, line, service: service.name, key, image, address: service.address ?? '' };
  findings.push({ severity: 'warning', code, details: { ...known, ...details } });
}

/** Takes a key with its lines away, or asks where others use it too. */
function remove(adopting: Adopting, key: string): void {
  const { service, edits } = adopting;
  const field = service.field(key);
  if (field === undefined) return;
  const edit =
    field.pair === undefined || field.shared
      ? undefined
      : removePair(service.source, service.map, field.pair);
  if (edit === undefined) ask(adopting, 'adopt-shared', key);
  else edits.push(edit);
}

/** Takes links away that only name services, or give them names that nobody uses. */
function removeLinks(adopting: Adopting, { services, isNameUsed }: Surroundings): void {
  const { service } = adopting;
  if (service.field('links') === undefined) return;
  if (linksOf(service).every((name) => services.has(name) || !isNameUsed(name))) remove(adopting, 'links');
  else ask(adopting, 'adopt-links', 'links');
}

function askWhatConflicts(adopting: Adopting, { services, isNameUsed }: Surroundings): void {
  const { service } = adopting;
  if (copiesOf(service) !== 1)
    ask(adopting, 'adopt-copies', service.field('scale') === undefined ? 'deploy' : 'scale');
  for (const key of CONFLICTS) if (service.field(key) !== undefined) ask(adopting, 'adopt-key', key);
  if (/\bnet\./.test(sysctls(service))) ask(adopting, 'adopt-key', 'sysctls');
  for (const name of otherNames(service))
    if (!services.has(name) && isNameUsed(name)) ask(adopting, 'adopt-name', 'container_name', { name });
}

function listenAtAddress(adopting: Adopting, listening: Listening): void {
  const { service, edits } = adopting;
  if (service.address === undefined) ask(adopting, 'adopt-service-name', 'image');
  else if ('asks' in listening) ask(adopting, listening.asks, keyOf(service, listening.asks));
  else {
    edits.push(...listening.edits);
    const health = askAtAddress(service, service.address, ruleOf(service)?.localSocket === true);
    if (health === undefined) ask(adopting, 'adopt-healthcheck', 'healthcheck');
    else edits.push(...health);
  }
}

function listen(service: WrittenService): Listening | 'nowhere' {
  const command = commandOf(service);
  const line = command === undefined || command === 'odd' ? '' : command.line;
  const ports = containerPorts(service);
  // A worker or a dump may run in the image of a server.
  if (line !== '' && !/^-/.test(line) && listensNowhere({ ...service, name: '' }, line, ports))
    return 'nowhere';
  // Without a legal name there is no address; the caller asks.
  const address = service.address ?? '${}';
  if (isTraefik(service)) return listenAsTraefik(service, address);
  const rule = ruleOf(service);
  if (rule !== undefined) return listenByRule(service, rule, address);
  const listening = listenByProgram(service, address);
  const isSilent =
    !('asks' in listening) && listening.edits.length === 0 && listensNowhere(service, line, ports);
  return isSilent ? 'nowhere' : listening;
}

/** Returns the key of whose line a question is. */
function keyOf(service: WrittenService, code: string): string {
  if (code === 'adopt-ports') return 'ports';
  if (code === 'adopt-build') return 'build';
  if (code === 'adopt-settings') return 'volumes';
  if (code === 'adopt-variable') return 'environment';
  if (code === 'adopt-image') return 'image';
  return service.field('command') === undefined ? 'entrypoint' : 'command';
}

function modeOf(service: WrittenService): 'host' | 'bridge' | 'none' | 'other' {
  const field = service.field('network_mode');
  const text = field === undefined ? 'host' : (scalarText(field.node) ?? 'host');
  if (text === 'host' || text === 'none') return text;
  return text === 'bridge' || text === 'default' ? 'bridge' : 'other';
}

/** Returns how often a service runs; 0 where that is not a number in the file. */
function copiesOf(service: WrittenService): number {
  const deploy = service.field('deploy')?.node;
  const replicas = isMap(deploy) ? service.source.target(pairOf(deploy, 'replicas')?.value) : undefined;
  const copies = [replicas, service.field('scale')?.node].flatMap((node) => scalarText(node) ?? []);
  return copies.reduce(
    (most, text) => (/^[01]$/.test(text) ? most : /^\d+$/.test(text) ? Number(text) : 0),
    1,
  );
}

function sysctls(service: WrittenService): string {
  const node = service.field('sysctls')?.node;
  if (isMap(node)) return node.items.map((pair) => scalarText(pair.key) ?? '').join(' ');
  return isSeq(node) ? node.items.map((item) => scalarText(item) ?? '').join(' ') : '';
}

/** Lists the names, beside its own, under which others may reach a service on a network of Compose's. */
function otherNames(service: WrittenService): string[] {
  const { source } = service;
  const names = ['container_name', 'hostname'].flatMap((key) => scalarText(service.field(key)?.node) ?? []);
  const networks = service.field('networks')?.node;
  for (const pair of isMap(networks) ? networks.items : []) {
    const settings = source.target(pair.value);
    if (!isMap(settings)) continue;
    const aliases = source.target(pairOf(settings, 'aliases')?.value);
    if (isSeq(aliases)) names.push(...aliases.items.flatMap((item) => scalarText(source.target(item)) ?? []));
    for (const key of ['ipv4_address', 'ipv6_address'])
      names.push(...[scalarText(source.target(pairOf(settings, key)?.value)) ?? []].flat());
  }
  return names.filter((name) => name !== service.name);
}

/** Lists the names that a service's links give to others. */
function linksOf(service: WrittenService): string[] {
  const node = service.field('links')?.node;
  if (!isSeq(node)) return isScalar(node) ? [] : ['?'];
  return node.items.map((item) => (scalarText(service.source.target(item)) ?? '?').split(':').at(-1) ?? '?');
}
