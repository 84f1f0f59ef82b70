import { hostname } from 'node:os';
import { toAppError } from '../../shared/errors.ts';
import { findingOfError, findingOfNotice, sortFindings } from '../../shared/lint/findings.ts';
import type { Finding } from '../../shared/lint/findings.ts';
import { isNotice } from '../../shared/notices.ts';
import type { RepositoryMetadata } from '../../shared/metadata.ts';
import { listRepositoryFolders } from '../repository/folders.ts';
import type { RunCommand } from '../host.ts';
import { stateOf } from '../observe/inventory.ts';
import { mountPath } from '../paths.ts';
import type { MachineDependencies } from '../machineDependencies.ts';
import { findStored } from '../repository/repositories.ts';
import { damageOf } from '../volume/damage.ts';
import { validateListening } from './listeningFindings.ts';
import { validateRediaccfiles } from './rediaccfiles.ts';
import { validateServices } from './services.ts';
import {
  validateFileSystem,
  validateKeys,
  validateMetadata,
  validatePrivateFolder,
  validateVolumeFile,
} from './volume.ts';

/**
 * Checks everything of a repository that could be wrong, and changes nothing: no file of it is run, nothing is mounted.
 * Returns the findings, the worst first; damaged metadata are a finding. Throws repository-not-found.
 */
export async function validateRepository(
  machine: MachineDependencies,
  run: RunCommand,
  nameOrGuid: string,
): Promise<Finding[]> {
  const stored = await findStored(machine.paths, nameOrGuid, hostname());
  if (stored.kind === 'damaged') return [findingOfError(await damageOf(machine, stored))];
  const repository = stored.metadata;
  const mounted = await machine.volumes.isMounted(repository.guid);
  const looks = [
    () => validateVolumeFile(machine, repository),
    () => validateMetadata(machine, repository, mounted),
    () => validateKeys(machine, run, repository),
    () => validateFileSystem(machine, run, repository, mounted),
    ...(mounted
      ? [() => validatePrivateFolder(machine, repository), () => validateInside(machine, run, repository)]
      : []),
  ];
  // A check that fails must not hide the findings of the others.
  const found = looks.map((look) => look().catch((error: unknown) => [findingOfError(toAppError(error))]));
  return sortFindings((await Promise.all(found)).flat());
}

/** Checks the files and sockets of a mounted repository. */
async function validateInside(
  machine: MachineDependencies,
  run: RunCommand,
  repository: RepositoryMetadata,
): Promise<Finding[]> {
  const { guid, name } = repository;
  const root = mountPath(machine.paths, guid);
  const listings = await listRepositoryFolders(root);
  const { folders, findings } = await validateRediaccfiles(root, name, listings, run);
  const { services, problem, notices } = await stateOf(machine, guid);
  const open = notices.filter(isNotice).filter(({ code }) => code.startsWith('neighbours-open'));
  return [
    ...open.map((notice) => findingOfNotice(notice)),
    ...findings,
    ...(await validateServices(machine.readProject, root, { name, folders, services })),
    // If the services cannot be read, every listener would seem to be a stranger.
    ...(problem === undefined ? validateListening(repository, services) : []),
  ];
}
