import { isMap, isScalar, isSeq } from 'yaml';
import { readYaml } from './composeYaml.ts';
import type { YamlEntry, Value, YamlDocument } from './composeYaml.ts';
import { bringsHosts, extraHostsOf } from './hostSettings.ts';
import { AppError } from '../errors.ts';
import { interpolate } from './interpolation.ts';
import type { Lookup } from './interpolation.ts';

/** The keys of a service that decide how it runs on one of our machines. */
type ServiceKey =
  | 'network_mode'
  | 'networks'
  | 'ports'
  | 'build'
  | 'build.network'
  | 'deploy.replicas'
  | 'scale'
  | 'extra_hosts'
  | 'volumes'
  | 'configs'
  | 'profiles';

/**
 * The value of a key in one file: a scalar as text, else "set". Of `extra_hosts` it is the lines of a hosts file, and of
 * `volumes` and `configs` only whether they bring an /etc/hosts; of `profiles` it is their names, one a line. An undefined
 * value takes the key away (`!reset`).
 */
export interface Setting {
  file: string;
  line: number;
  value: string | undefined;
  /** Whether the value is added to that of earlier files, as the entries of a list are. */
  adds?: boolean;
}
export type ComposeSettings = Partial<Record<ServiceKey, Setting>>;

/** Returns the settings of a service with those of a later file, or of the service that extends it, on top. */
export function mergeSettings(before: ComposeSettings, after: ComposeSettings): ComposeSettings {
  const merged = { ...before, ...after };
  for (const key of ['extra_hosts', 'profiles'] as const) {
    const [below, above] = [before[key]?.value, after[key]];
    if (below === undefined || above?.adds !== true) continue;
    merged[key] = { ...above, value: [below, above.value ?? ''].join('\n') };
  }
  return merged;
}

/** One service, as it is in one document. */
export interface ServiceReading {
  name: string;
  file: string;
  line: number;
  /** The effect on a service of this name in earlier files: `!override` replaces it, `!reset` removes it. */
  mode: 'merge' | 'replace' | 'remove';
  settings: ComposeSettings;
  extends?: { service: string; file?: string; line: number };
}

/** One entry of `include:`. The first path is the main file; the others override it. */
export interface Include {
  paths: string[];
  projectDirectory?: string;
  envFiles: string[];
  line: number;
}

/** One YAML document of a compose file. */
export interface ComposeDocument {
  file: string;
  /** The project's name that it gives (`name:`), with its line. */
  name?: { value: string; line: number };
  /** True when the services of earlier files are dropped (`services: !override`). */
  replacesServices: boolean;
  services: ServiceReading[];
  includes: Include[];
}

/** The largest compose file that is read, in bytes (docs/decisions/bounded-yaml.md). */
const LARGEST_FILE = 1024 * 1024;

/** The names that Compose's schema allows for services. */
const SERVICE_NAME = /^[a-zA-Z0-9._-]+$/;

const nothingSet: Lookup = () => undefined;

/**
 * Reads the parts of a compose file that we need, with values interpolated from `lookup`. A file of several documents
 * gives several, which Compose folds like successive files (compose-spec/compose-go, loader.go, loadYamlFile); an empty
 * file gives none or empty ones. `file`: the name of the file in errors. Throws compose-invalid with file and line
 * (from 1), and file-too-large beyond 1 MiB. All other mistakes are left for Compose to report.
 */
export function readCompose(text: string, file: string, lookup: Lookup = nothingSet): ComposeDocument[] {
  if (text.length > LARGEST_FILE || new TextEncoder().encode(text).length > LARGEST_FILE) {
    throw new AppError('file-too-large', { file, limit: '1 MiB' });
  }
  return readYaml(text, file).map((document) => readDocument({ document, file, lookup }));
}

interface Reading {
  document: YamlDocument;
  file: string;
  lookup: Lookup;
}

function invalid(reading: Reading, line: number, reason: string): AppError {
  return new AppError('compose-invalid', { file: reading.file, line, reason });
}

function readDocument(reading: Reading): ComposeDocument {
  const { document, file } = reading;
  const { root } = document;
  if (!isNothing(root) && !isMap(root)) {
    throw invalid(reading, document.lineOf(root), 'the top level of a compose file must be a mapping');
  }
  const entries = document.entries(root);
  const services = entries.findLast(({ key }) => key === 'services');
  const include = entries.findLast(({ key }) => key === 'include');
  const name = entries.findLast(({ key }) => key === 'name');
  const named = name === undefined ? undefined : textOf(reading, name.value);
  const tag = tagOf(services?.value);
  return {
    file,
    ...(name === undefined || named === undefined ? {} : { name: { value: named, line: name.line } }),
    replacesServices: entries.some(({ key, value }) => key === 'services' && tagOf(value) !== undefined),
    services: services === undefined || tag === '!reset' ? [] : readServices(reading, services),
    includes: include === undefined ? [] : readIncludes(reading, include),
  };
}

function readServices(reading: Reading, { value, line }: YamlEntry): ServiceReading[] {
  if (!isNothing(value) && !isMap(value)) throw invalid(reading, line, '"services" must be a mapping');
  return reading.document.entries(value).map((entry) => readService(reading, entry));
}

function readService(reading: Reading, { key: name, line, value }: YamlEntry): ServiceReading {
  const { document, file } = reading;
  if (!SERVICE_NAME.test(name)) throw invalid(reading, line, `"${name}" cannot be the name of a service`);
  const tag = tagOf(value);
  const mode = tag === '!reset' ? 'remove' : tag === '!override' ? 'replace' : 'merge';
  if (mode === 'remove' || isNothing(value)) return { name, file, line, mode, settings: {} };
  if (!isMap(value)) throw invalid(reading, line, `the service "${name}" must be a mapping`);
  const settings: ComposeSettings = {};
  let base: ServiceReading['extends'];
  for (const entry of document.entries(value)) {
    if (entry.key === 'extends' && tagOf(entry.value) !== '!reset') base = readExtends(reading, entry);
    Object.assign(settings, readSetting(reading, entry));
  }
  return { name, file, line, mode, settings, ...(base === undefined ? {} : { extends: base }) };
}

function readExtends(reading: Reading, { value, line }: YamlEntry): ServiceReading['extends'] {
  const short = textOf(reading, value);
  if (short !== undefined) return { service: short, line };
  const entries = reading.document.entries(value);
  const service = textOf(reading, entries.find(({ key }) => key === 'service')?.value);
  const file = textOf(reading, entries.find(({ key }) => key === 'file')?.value);
  if (service === undefined) return undefined;
  return { service, line, ...(file === undefined ? {} : { file }) };
}

/** Returns the settings that an entry of a service makes. */
function readSetting(reading: Reading, { key, line, value }: YamlEntry): ComposeSettings {
  const { document, file } = reading;
  const tag = tagOf(value);
  const setting = (text: string | undefined): Setting => ({ file, line, value: text });
  if (key === 'build') {
    const away: ComposeSettings = tag === undefined ? {} : { 'build.network': setting(undefined) };
    if (tag === '!reset') return { ...away, build: setting(undefined) };
    if (isNothing(value)) return away;
    const network = document.entries(value).findLast((entry) => entry.key === 'network');
    const own =
      network === undefined
        ? {}
        : { 'build.network': { file, line: network.line, value: textOf(reading, network.value) } };
    return { ...away, ...own, build: setting('set') };
  }
  if (key === 'deploy') {
    const replicas = document.entries(value).findLast((entry) => entry.key === 'replicas');
    if (tag === '!reset' || replicas === undefined)
      return tag === undefined ? {} : { 'deploy.replicas': setting(undefined) };
    return { 'deploy.replicas': { file, line: replicas.line, value: textOf(reading, replicas.value) } };
  }
  if (key === 'extra_hosts' || key === 'profiles') {
    const lines =
      key === 'profiles'
        ? textsOf(reading, value).join('\n')
        : extraHostsOf(document, value, (one) => textOf(reading, one));
    if (tag !== undefined) return { [key]: setting(tag === '!reset' ? undefined : lines) };
    return { [key]: { ...setting(lines), adds: true } };
  }
  if (key === 'volumes' || key === 'configs') {
    const brings = tag !== '!reset' && bringsHosts(document, value, (one) => textOf(reading, one));
    return brings || tag !== undefined ? { [key]: setting(brings ? 'hosts' : undefined) } : {};
  }
  if (key !== 'network_mode' && key !== 'networks' && key !== 'ports' && key !== 'scale') return {};
  if (tag === '!reset') return { [key]: setting(undefined) };
  const isText = key === 'network_mode' || key === 'scale';
  const text = isText ? textOf(reading, value) : isFilled(value) ? 'set' : undefined;
  // An empty key (`networks:`) leaves the value of earlier files; `!override` with an empty key takes it away.
  return text === undefined && tag === undefined ? {} : { [key]: setting(text) };
}

function readIncludes(reading: Reading, { value, line }: YamlEntry): Include[] {
  if (isNothing(value) || tagOf(value) === '!reset') return [];
  if (!isSeq(value)) throw invalid(reading, line, '"include" must be a list');
  return reading.document.items(value).map((item) => {
    const at = reading.document.lineOf(item);
    const short = textOf(reading, item);
    if (short !== undefined) return { paths: [short], envFiles: [], line: at };
    const entries = reading.document.entries(item);
    const valueOf = (key: string): Value => entries.find((entry) => entry.key === key)?.value ?? null;
    const paths = textsOf(reading, valueOf('path'));
    if (paths.length === 0) throw invalid(reading, at, 'an "include" names no path');
    const projectDirectory = textOf(reading, valueOf('project_directory'));
    return {
      paths,
      envFiles: textsOf(reading, valueOf('env_file')),
      line: at,
      ...(projectDirectory === undefined ? {} : { projectDirectory }),
    };
  });
}

/** Returns the text of a scalar with its variables filled in; undefined for anything else and for an empty value. */
function textOf({ lookup }: Reading, value: Value | undefined): string | undefined {
  if (!isScalar(value) || isNothing(value)) return undefined;
  return interpolate(String(value.value), lookup);
}

function textsOf(reading: Reading, value: Value): string[] {
  const single = textOf(reading, value);
  if (single !== undefined) return [single];
  return reading.document.items(value).flatMap((item) => textOf(reading, item) ?? []);
}

/** Returns one of Compose's own tags. Other tags mean nothing to Compose, and are ignored. */
function tagOf(value: Value | undefined): '!reset' | '!override' | undefined {
  return value?.tag === '!reset' || value?.tag === '!override' ? value.tag : undefined;
}

function isNothing(value: Value): boolean {
  return value === null || (isScalar(value) && value.value === null);
}

function isFilled(value: Value): boolean {
  return isMap(value) || isSeq(value) ? value.items.length > 0 : !isNothing(value);
}
