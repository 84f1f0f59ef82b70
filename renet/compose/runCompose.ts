import { isAbsolute, join, relative } from 'node:path';
import type { MergedService } from '../../shared/compose/composeServices.ts';
import { AppError } from '../../shared/errors.ts';
import { addressOf } from '../../shared/network/network.ts';
import { addressesOf, parseSlotsFile, serviceSlots } from '../../shared/network/slots.ts';
import type { SlotsFile } from '../../shared/network/slots.ts';
import { parseComposeArguments, scalesOf } from './composeArguments.ts';
import type { ComposeArguments } from './composeArguments.ts';
import type { Project } from './composeFiles.ts';
import type { ComposeDependencies, RepositoryIdentity } from './composeHost.ts';
import { dockerSocket, mountPath, mountsFolder, nameLink } from '../paths.ts';
import { keepOverride } from './keepOverride.ts';
import { readInsideIfThere } from '../repository/insideFile.ts';
import { repositoryFiles } from '../repository/repositoryFiles.ts';
import type { RepositoryFiles } from '../repository/repositoryFiles.ts';

export { realComposeDependencies } from './composeHost.ts';

/** The subcommands that only print something, and touch neither files nor daemon. */
const TELLING = new Set(['version', 'help', 'completion', '__complete', '__completeNoDesc']);

/**
 * The subcommands that work on what was started before. In these, Compose accepts a project's name (-p,
 * COMPOSE_PROJECT_NAME) instead of its files (docker/compose, projectOrName), and a forbidden network is no reason to
 * refuse, so that what was started once can still be looked at and stopped.
 */
const ON_WHAT_IS_THERE = new Set(
  (
    'attach commit cp down events exec export images kill logs pause port ps restart rm start stats stop top unpause ' +
    'volumes wait'
  ).split(' '),
);

/** The repository that a call works on, and the call's place in it. */
interface Place {
  repository: RepositoryIdentity;
  files: RepositoryFiles;
  /** The other paths of the repository's root. */
  aliases: readonly string[];
  /** The canonical working directory. It is the repository's root when the caller's own lies outside. */
  directory: string;
  /** The addresses by service name. */
  addresses: Record<string, string>;
  environment: Record<string, string | undefined>;
}

/**
 * Runs `renet compose -- WORDS`: `docker compose WORDS` on the repository's own daemon, in its canonical path, with its
 * addresses in the environment and a generated override as the last file. Resolves with the exit code; takes no lock.
 * Throws root-needed, not-in-repository, repository-not-found, repository-damaged, not-mounted, no-compose-file,
 * compose-network, bad-renet-arguments (`-f -`), too-many-services, colliding-names, and every error of reading the
 * compose files and .rediacc.json.
 */
export async function runCompose(
  words: readonly string[],
  dependencies: ComposeDependencies,
): Promise<number> {
  const given = parseComposeArguments(words);
  if (isTelling(given)) {
    const { workingDirectory: directory, environment } = dependencies;
    return dependencies.runCommand(['docker', 'compose', ...words], { directory, environment });
  }
  if (!dependencies.isRoot) throw new AppError('root-needed');
  if (given.files.includes('-')) {
    throw new AppError('bad-renet-arguments', {
      reason: '-f - (a compose file on standard input) cannot be used here',
    });
  }
  const place = await placeOf(dependencies);
  const { directory, environment: known } = place;
  const run = (rest: readonly string[], environment = known): Promise<number> =>
    dependencies.runCommand(['docker', 'compose', ...rest], { directory, environment });
  const [subcommand = ''] = given.command;
  const onWhatIsThere = ON_WHAT_IS_THERE.has(subcommand);
  const isByName = onWhatIsThere && given.files.length === 0;
  if (subcommand === 'ls' || (isByName && given.projectName !== undefined)) return run(words);
  const project = await dependencies.readProject({
    root: place.files.root,
    aliases: place.aliases,
    directory,
    files: given.files,
    envFiles: given.envFiles,
    projectDirectory: given.projectDirectory,
    environment: known,
    searchesParents: true,
  });
  if (project.files.length === 0) {
    if (isByName && (known['COMPOSE_PROJECT_NAME'] ?? '') !== '') return run(words);
    throw new AppError('no-compose-file', { folder: project.projectDirectory, root: place.files.root });
  }
  const { services } = project;
  for (const [service, count] of scalesOf(given)) {
    const settings = services.find((one) => one.name === service)?.settings;
    if (count > 1 && settings !== undefined && settings.network_mode?.value !== 'none')
      await dependencies.notice({ code: 'scaled-share-address', details: { service, count } });
  }
  const addressed = onWhatIsThere ? place : await withAddresses(dependencies, place, services);
  const override = await keepOverride(dependencies, {
    ...{ repository: addressed.repository, addresses: addressed.addresses },
    ...{ given, project, strict: !onWhatIsThere },
  });
  const exitCode = await run(composeWords(place, given, project, override), addressed.environment);
  if (subcommand === 'pull' && exitCode !== 0)
    await dependencies.notice({ code: 'image-pull-failed', details: {} });
  return exitCode;
}

function isTelling({ informational, command: [subcommand, option] }: ComposeArguments): boolean {
  if (informational || subcommand === undefined) return true;
  return TELLING.has(subcommand) || option === '--help' || option === '-h';
}

/** Returns the words for Compose: those that were given, with the files spelled out and the override last. */
function composeWords(
  { files }: Place,
  given: ComposeArguments,
  { files: chosen, envFiles }: Project,
  override: string | undefined,
): string[] {
  const directory = given.projectDirectory;
  return [
    ...given.globals,
    // A path through the name link would make another project, and so a second database.
    ...(directory === undefined
      ? []
      : ['--project-directory', isAbsolute(directory) ? files.canonical(directory) : directory]),
    ...envFiles.flatMap((path) => ['--env-file', path]),
    ...[...chosen, ...(override === undefined ? [] : [override])].flatMap((path) => ['-f', path]),
    ...given.command,
  ];
}

/**
 * Returns the place with an address for each service, and gives those that have none one: on the host's network a service
 * with an empty `${NAME_IP}` listens on every address of the machine.
 */
async function withAddresses(
  dependencies: ComposeDependencies,
  place: Place,
  services: readonly MergedService[],
): Promise<Place> {
  const names = services.map(({ name }) => name);
  if (names.every((name) => Object.hasOwn(place.addresses, name))) return place;
  const { giveAddresses } = await import('./giveAddresses.ts');
  const { guid, networkId } = place.repository;
  const { slots, notices } = await giveAddresses(dependencies, guid, names);
  for (const notice of notices) await dependencies.notice(notice);
  const environment = { ...place.environment, ...addressesOf(slots, networkId) };
  return { ...place, addresses: addressesByName(slots, networkId), environment };
}

function addressesByName(slots: SlotsFile, networkId: number): Record<string, string> {
  return Object.fromEntries(
    serviceSlots(slots).map(({ name, slot }) => [name, addressOf(networkId, slot)] as const),
  );
}

/** Finds the repository that a call is made in. Throws not-in-repository, not-mounted, daemon-of-another. */
async function placeOf(dependencies: ComposeDependencies): Promise<Place> {
  const here = (await dependencies.realPath(dependencies.workingDirectory)) ?? dependencies.workingDirectory;
  const repository = await findRepositoryHere(dependencies, here);
  const { guid, name, networkId } = repository;
  const root = mountPath(dependencies, guid);
  const realRoot = (await dependencies.realPath(root)) ?? root;
  if (!(await dependencies.isMounted(realRoot))) throw new AppError('not-mounted', { name });
  // Loaded here, as a call that only prints something does without.
  await (await import('../docker/daemonOwner.ts')).refuseAnothersDaemon(dependencies, repository);
  const isInside = here === realRoot || here.startsWith(`${realRoot}/`);
  const directory = isInside ? join(root, relative(realRoot, here)) : root;
  const aliases = [nameLink(dependencies, name), realRoot];
  const files = repositoryFiles(root, aliases);
  const slots = parseSlotsFile(await readInsideIfThere(root, '.rediacc.json'), '.rediacc.json');
  const environment = {
    ...dependencies.environment,
    ...addressesOf(slots, networkId),
    REPOSITORY_PATH: root,
    REPOSITORY_NAME: guid,
    REPOSITORY_NETWORK_ID: String(networkId),
    DOCKER_HOST: `unix://${dockerSocket(networkId)}`,
    // Compose trusts PWD: a PWD through the name link would give the project another name.
    PWD: directory,
  };
  const addresses = addressesByName(slots, networkId);
  return { repository, files, aliases, directory, addresses, environment };
}

/**
 * Finds the repository by REPOSITORY_NETWORK_ID, else by the mount that the working directory `here`, a path without
 * links, lies in. Throws not-in-repository.
 */
async function findRepositoryHere(
  dependencies: ComposeDependencies,
  here: string,
): Promise<RepositoryIdentity> {
  const all = await dependencies.repositories();
  const networkId = dependencies.environment['REPOSITORY_NETWORK_ID'] ?? '';
  if (networkId !== '') {
    const named = all
      .filter((repository) => String(repository.networkId) === networkId)
      // A volume that was copied here may have the id of another; a function also has the GUID.
      .sort((a, b) => rank(dependencies, here, a) - rank(dependencies, here, b))[0];
    if (named === undefined)
      throw new AppError('not-in-repository', { path: `REPOSITORY_NETWORK_ID=${networkId}` });
    return named;
  }
  const mounts = mountsFolder(dependencies);
  const realMounts = (await dependencies.realPath(mounts)) ?? mounts;
  const guid = here.startsWith(`${realMounts}/`)
    ? here.slice(realMounts.length + 1).split('/')[0]
    : undefined;
  const found = all.find((repository) => repository.guid === guid);
  if (found === undefined) throw new AppError('not-in-repository', { path: here });
  return found;
}

/** Returns 0 for the repository that the environment or the working directory names, 1 for another. */
function rank({ environment }: ComposeDependencies, here: string, { guid }: RepositoryIdentity): 0 | 1 {
  return environment['REPOSITORY_NAME'] === guid || here.split('/').includes(guid) ? 0 : 1;
}
