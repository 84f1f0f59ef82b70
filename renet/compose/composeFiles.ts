import { basename, dirname, join, relative, resolve } from 'node:path';
import type { ComposeDocument } from '../../shared/compose/compose.ts';
import {
  mergeFolders,
  mergeServices,
  portsNotices,
  replicaNotices,
} from '../../shared/compose/composeServices.ts';
import type { MergedService } from '../../shared/compose/composeServices.ts';
import { projectNameOf } from '../../shared/compose/projectName.ts';
import type { FolderProject } from '../../shared/compose/projectName.ts';
import { composeFilesOf, findRediaccfiles } from '../../shared/discovery.ts';
import type { Listing } from '../../shared/discovery.ts';
import type { Lookup } from '../../shared/compose/interpolation.ts';
import type { Notice } from '../../shared/notices.ts';
import { loadModel, withEnvFiles } from './composeModel.ts';
import { projectNotices } from './projectNotices.ts';
import { notingSources } from './projectSources.ts';
import type { ProjectSource } from './projectSources.ts';
import { repositoryFiles } from '../repository/repositoryFiles.ts';
import type { Parsing, RepositoryFiles } from '../repository/repositoryFiles.ts';

/** The facts that decide which files Compose uses. */
export interface ComposeRequest {
  /** The working directory: canonical, inside the repository. */
  directory: string;
  /** The values of -f, --env-file and --project-directory, as given. */
  files: readonly string[];
  envFiles: readonly string[];
  projectDirectory: string | undefined;
  environment: Lookup;
  /** Whether a folder without compose files uses those of the nearest folder above it, up to the repository's root. */
  searchesParents: boolean;
}

/** The files that Compose would use, absolute and canonical, in its order; empty when there are none. */
export interface ComposeChoice {
  files: string[];
  projectDirectory: string;
  /**
   * The `.env` files to pass to Compose, the last of which wins; empty when it finds them by itself. It reads the
   * working directory's before it knows the compose files, and their folder's afterwards, and would miss one of the two
   * when the compose files are passed to it.
   */
  envFiles: string[];
  /** The environment, and beneath it the variables of the `.env` files. */
  lookup: Lookup;
}

/**
 * Finds the files as Compose does (compose-spec/compose-go, cli/options.go, in the order of docker/compose's
 * toProjectOptions): those of -f, else of COMPOSE_FILE in the environment or `.env`, else the default file and its
 * override in the working directory or the nearest folder above it. Unlike Compose it never looks above the
 * repository's root.
 */
export async function chooseFiles(files: RepositoryFiles, request: ComposeRequest): Promise<ComposeChoice> {
  const { directory, environment } = request;
  const absolute = (path: string): string => files.canonical(resolve(directory, path));
  const own = request.projectDirectory === undefined ? undefined : absolute(request.projectDirectory);
  const given = request.files.map(absolute);
  const start = own ?? folderOf(given) ?? directory;
  const explicit = explicitEnvFiles(request).map(absolute);
  const usesDotenv = explicit.length === 0 && !isTrue(environment('COMPOSE_DISABLE_ENV_FILE'));
  const first = usesDotenv ? [join(start, '.env')] : explicit;
  const early = await withEnvFiles(files, first, environment);
  const chosen =
    given.length > 0 ? given : (fromVariable(early, absolute) ?? (await search(files, start, request)));
  const projectDirectory = own ?? folderOf(chosen) ?? start;
  if (!usesDotenv || projectDirectory === start) {
    return { files: chosen, projectDirectory, envFiles: [], lookup: early };
  }
  const both = [join(projectDirectory, '.env'), ...first];
  const present = [];
  for (const path of both)
    if (files.holds(path) && (await files.readVariables(path)) !== undefined) present.push(path);
  return {
    files: chosen,
    projectDirectory,
    envFiles: present,
    lookup: await withEnvFiles(files, both, environment),
  };
}

function folderOf(files: readonly string[]): string | undefined {
  return files[0] === undefined ? undefined : dirname(files[0]);
}

function explicitEnvFiles({ envFiles, environment }: ComposeRequest): string[] {
  if (envFiles.length > 0) return [...envFiles];
  return (environment('COMPOSE_ENV_FILES') ?? '').split(',').filter((path) => path !== '');
}

/** Tells whether a word means true, as Go's strconv.ParseBool reads it. */
function isTrue(value: string | undefined): boolean {
  return value !== undefined && ['1', 't', 'T', 'TRUE', 'true', 'True'].includes(value);
}

function fromVariable(lookup: Lookup, absolute: (path: string) => string): string[] | undefined {
  const value = lookup('COMPOSE_FILE');
  if (value === undefined || value === '') return undefined;
  const separator = lookup('COMPOSE_PATH_SEPARATOR');
  return value.split(separator === undefined || separator === '' ? ':' : separator).map(absolute);
}

async function search(files: RepositoryFiles, start: string, request: ComposeRequest): Promise<string[]> {
  for (let folder = start; files.holds(folder); folder = dirname(folder)) {
    const names = await files.names(folder);
    const found = composeFilesOf({ folder, entries: names.map((name) => ({ name, kind: 'file' })) });
    if (found.length > 0) return found.map((name) => join(folder, name));
    if (!request.searchesParents) break;
  }
  return [];
}

/** Returns the services that the chosen files make together, sorted bytewise. Throws as loadModel does. */
export async function servicesOfChoice(
  files: RepositoryFiles,
  choice: ComposeChoice,
): Promise<MergedService[]> {
  return mergeServices(await documentsOf(files, choice));
}

function documentsOf(
  files: RepositoryFiles,
  { files: paths, projectDirectory: directory, lookup }: ComposeChoice,
): Promise<ComposeDocument[]> {
  return loadModel(files, { paths, directory, lookup });
}

/** Returns the project's name, and where a compose file gives it: an included one cannot. */
function nameOf(
  files: RepositoryFiles,
  { files: paths, projectDirectory: directory, lookup }: ComposeChoice,
  documents: readonly ComposeDocument[],
): Required<Project>['name'] {
  const own = new Set(paths.map((path) => files.shown(path)));
  const named = documents.findLast(({ file, name }) => own.has(file) && (name?.value ?? '') !== '');
  const variable = lookup('COMPOSE_PROJECT_NAME');
  const value = projectNameOf({ variable, written: named?.name?.value, directory });
  return { value, ...(named?.name === undefined ? {} : { file: named.file, line: named.name.line }) };
}

/** A project of compose files in a repository, as data. */
export interface ProjectRequest extends Omit<ComposeRequest, 'environment'> {
  /** The repository's canonical folder, and its other paths. */
  root: string;
  aliases: readonly string[];
  environment: Readonly<Record<string, string | undefined>>;
}

/** The files of a project that Compose would use, and the services that they make, sorted bytewise. */
export interface Project extends Omit<ComposeChoice, 'lookup'> {
  services: MergedService[];
  /**
   * The project's name, with the place where a compose file gives it; absent in what a reading process of an older
   * version says.
   */
  name?: { value: string; file?: string; line?: number };
  /** The value of COMPOSE_PROFILES, of the environment or of `.env`. */
  profiles?: string;
  /** All that decided it; absent in what a reading process of an older version says. */
  sources?: readonly ProjectSource[];
}

/**
 * Reads a project. Throws compose-invalid, file-too-large, unsafe-path, and file-not-found for an include that is not
 * there; file-too-complex for a text that is not read in time (compose/projectReader.ts).
 */
export type ReadProject = (request: ProjectRequest) => Promise<Project>;

/** Returns what reads a project in this process; each text goes through `parsing`. */
export function projectReader(parsing?: Parsing): ReadProject {
  return async ({ root, aliases, environment, ...request }) => {
    const { files, sources } = notingSources(repositoryFiles(root, aliases, parsing));
    const lookup: Lookup = (name) => (Object.hasOwn(environment, name) ? environment[name] : undefined);
    const choice = await chooseFiles(files, { ...request, environment: lookup });
    const documents = await documentsOf(files, choice);
    const { files: paths, projectDirectory, envFiles } = choice;
    const profiles = choice.lookup('COMPOSE_PROFILES');
    return {
      ...{ files: paths, projectDirectory, envFiles, sources: sources() },
      services: mergeServices(documents),
      name: nameOf(files, choice, documents),
      ...(profiles === undefined ? {} : { profiles }),
    };
  };
}

/**
 * Returns the services of a repository that get addresses: those of the compose files that Compose would use in each
 * folder with a Rediaccfile, each once, sorted bytewise. The notices are service-in-two-folders,
 * two-folders-one-project, ports-ignored and replicas-share-address. Throws as ReadProject does.
 */
export async function gatherServices(
  read: ReadProject,
  root: string,
  folders: readonly Listing[],
): Promise<{ services: string[]; notices: Notice[] }> {
  const found = [];
  for (const { folder } of findRediaccfiles(folders).files)
    found.push(await servicesOfFolder(read, root, folder));
  const { services, notices } = mergeFolders(
    found.map(({ file, services: own }) => ({ file, names: own.map(({ name }) => name) })),
  );
  const shared = await projectNotices(
    root,
    found.map(({ project }) => project),
  );
  return {
    services,
    notices: [...notices, ...shared, ...found.flatMap(({ services: own }) => serviceNotices(own))],
  };
}

/** Returns the notices about services by themselves: ports-ignored and replicas-share-address. */
export function serviceNotices(services: readonly MergedService[]): Notice[] {
  return [...portsNotices(services), ...replicaNotices(services)];
}

/** Returns the services of the compose files that Compose would use in one folder, and the first of these files. */
export async function servicesOfFolder(
  read: ReadProject,
  root: string,
  folder: string,
): Promise<{ file: string; services: MergedService[]; project: FolderProject }> {
  // As functions have it, so that an up sees the files that `renet compose` reads in them.
  const environment = { HOME: '/root', USER: 'root', REPOSITORY_PATH: root, REPOSITORY_NAME: basename(root) };
  const { files, services, name } = await read({
    root,
    aliases: [],
    directory: join(root, folder),
    files: [],
    envFiles: [],
    projectDirectory: undefined,
    environment,
    searchesParents: false,
  });
  const file = files[0] === undefined ? folder : relative(root, files[0]);
  // Without a name, one that no other folder has.
  const { value, file: namedIn = file, line = 1 } = name ?? { value: join(root, folder) };
  return { file, services, project: { folder, files, name: value, file: namedIn, line } };
}
