import { dirname, resolve } from 'node:path';
import { mergeSettings, readCompose } from '../../shared/compose/compose.ts';
import type {
  ComposeDocument,
  Include,
  ServiceReading,
  ComposeSettings,
} from '../../shared/compose/compose.ts';
import { mergeServices } from '../../shared/compose/composeServices.ts';
import { parseDotenv } from '../../shared/compose/dotenv.ts';
import { AppError } from '../../shared/errors.ts';
import type { Lookup } from '../../shared/compose/interpolation.ts';
import type { RepositoryFiles } from '../repository/repositoryFiles.ts';

/** The limits of files and of nested includes. No project needs more; one that has more was made to keep root busy. */
const MOST_FILES = 100;
const DEEPEST_INCLUDE = 16;

/** The state of reading one project. */
interface Loading {
  files: RepositoryFiles;
  /** The number of files read so far. */
  read: number;
}

/** A set of files that Compose loads as one: those given with -f, or those of one `include`. */
interface FileSet {
  paths: readonly string[];
  /** The absolute folder that relative paths in the files start from: Compose's project directory. */
  directory: string;
  lookup: Lookup;
}

/**
 * Reads the files of a project, and all that they include and extend, in the order in which mergeServices merges them:
 * an included document before the one that includes it. Paths are resolved as in Compose: those of a file set from its
 * project directory, those of an extended file from its own folder. Every file must lie in the repository. A file from
 * elsewhere (`oci://`, a git address, a path that leads out) is refused with unsafe-path, because its services would
 * run without address and label. Throws also file-not-found, file-too-large, compose-invalid.
 */
export async function loadModel(files: RepositoryFiles, set: FileSet): Promise<ComposeDocument[]> {
  return loadSet({ files, read: 0 }, set, 0);
}

async function loadSet(loading: Loading, set: FileSet, depth: number): Promise<ComposeDocument[]> {
  const documents: ComposeDocument[] = [];
  for (const path of set.paths) {
    for (const document of await readDocuments(loading, path, set.lookup)) {
      const included: ComposeDocument[] = [];
      for (const include of document.includes) {
        if (depth === DEEPEST_INCLUDE) throw tooMuch(document.file, include.line);
        included.push(...(await loadInclude(loading, set, include, depth + 1)));
      }
      documents.push(...included, await withExtends(loading, set, document, included));
    }
  }
  return documents;
}

async function readDocuments(loading: Loading, path: string, lookup: Lookup): Promise<ComposeDocument[]> {
  const file = loading.files.shown(path);
  loading.read += 1;
  if (loading.read > MOST_FILES) throw tooMuch(file, 1);
  const text = await loading.files.read(path);
  if (text === undefined) throw new AppError('file-not-found', { file });
  return loading.files.parsing(file, text, () => readCompose(text, file, lookup));
}

function tooMuch(file: string, line: number): AppError {
  const reason = `more than ${MOST_FILES} files, or includes more than ${DEEPEST_INCLUDE} deep`;
  return new AppError('compose-invalid', { file, line, reason });
}

async function loadInclude(
  loading: Loading,
  set: FileSet,
  include: Include,
  depth: number,
): Promise<ComposeDocument[]> {
  const paths = include.paths.map((path) => local(set.directory, path));
  const own = include.projectDirectory;
  const directory = own === undefined ? dirname(paths[0] ?? set.directory) : resolve(set.directory, own);
  const envFiles =
    include.envFiles.length === 0
      ? [resolve(directory, '.env')]
      : include.envFiles.map((path) => resolve(set.directory, path));
  const lookup = await withEnvFiles(loading.files, envFiles, set.lookup);
  return loadSet(loading, { paths, directory, lookup }, depth);
}

/**
 * Returns a lookup of an environment, and beneath it the variables of `.env` files; a later file wins over an earlier
 * one. A file that is not there, or lies outside the repository, is left out: whether that is an error is for Compose
 * to say.
 */
export async function withEnvFiles(
  files: RepositoryFiles,
  paths: readonly string[],
  lookup: Lookup,
): Promise<Lookup> {
  const values = new Map<string, string>();
  for (const path of paths) {
    if (!files.holds(path)) continue;
    const text = (await files.readVariables(path)) ?? '';
    const found = files.parsing(files.shown(path), text, () =>
      parseDotenv(text, (name) => lookup(name) ?? values.get(name)),
    );
    for (const [name, value] of Object.entries(found)) values.set(name, value);
  }
  return (name) => lookup(name) ?? values.get(name);
}

/** Returns the absolute path of a file that another file names. Throws unsafe-path for an address. */
function local(directory: string, path: string): string {
  if (/^[a-z][a-z0-9+.-]*:\/\/|^git@/i.test(path)) {
    throw new AppError('unsafe-path', { path, reason: 'it is not a file of the repository' });
  }
  return resolve(directory, path);
}

/** The place where `extends` looks for the service that it names. */
interface Scope {
  services: ReadonlyMap<string, Pick<ServiceReading, 'settings' | 'extends'>>;
  /** The name of the place, by which circles are found. */
  file: string;
  directory: string;
  lookup: Lookup;
}

/** Returns a document whose services have the settings of those that they extend. */
async function withExtends(
  loading: Loading,
  set: FileSet,
  document: ComposeDocument,
  included: readonly ComposeDocument[],
): Promise<ComposeDocument> {
  const { file } = document;
  const visible = [...mergeServices(included), ...document.services].map(
    (service) => [service.name, service] as const,
  );
  const scope: Scope = { services: new Map(visible), file, directory: set.directory, lookup: set.lookup };
  const services: ServiceReading[] = [];
  for (const service of document.services) {
    services.push({ ...service, settings: await extended(loading, scope, service, []) });
  }
  return { ...document, services };
}

/**
 * Returns the settings of a service on top of those that it extends. A service that is not found, or a circle, adds
 * nothing: Compose refuses it.
 */
async function extended(
  loading: Loading,
  scope: Scope,
  service: Pick<ServiceReading, 'settings' | 'extends'>,
  trail: readonly string[],
): Promise<ComposeSettings> {
  const { extends: base, settings } = service;
  if (base === undefined) return settings;
  const there = base.file === undefined ? scope : await scopeOf(loading, scope, base.file);
  const step = `${there.file}\0${base.service}`;
  const found = there.services.get(base.service);
  if (found === undefined || trail.includes(step)) return settings;
  return mergeSettings(await extended(loading, there, found, [...trail, step]), settings);
}

async function scopeOf(loading: Loading, from: Scope, path: string): Promise<Scope> {
  const full = local(from.directory, path);
  const documents = await readDocuments(loading, full, from.lookup);
  const services = documents.flatMap((document) => document.services);
  return {
    services: new Map(services.map((service) => [service.name, service] as const)),
    file: loading.files.shown(full),
    directory: dirname(full),
    lookup: from.lookup,
  };
}
