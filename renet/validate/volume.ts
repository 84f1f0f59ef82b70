import { lstat, readlink } from 'node:fs/promises';
import { verifyAutostart } from '../boot/autostart.ts';
import { fromWire, toAppError } from '../../shared/errors.ts';
import { findingOfError } from '../../shared/lint/findings.ts';
import type { Finding } from '../../shared/lint/findings.ts';
import type { RepositoryMetadata } from '../../shared/metadata.ts';
import type { RunCommand } from '../host.ts';
import { mapperDevice, mountPath, nameLink, volumeFile } from '../paths.ts';
import type { Paths } from '../paths.ts';
import type { MachineDependencies } from '../machineDependencies.ts';
import { networkRival } from '../repository/networkIds.ts';
import { checkPrivateFolder } from '../repository/privateFolder.ts';
import { knownRepositories } from '../repository/repositories.ts';
import { readHeader } from '../volume/keySlots.ts';
import { refuseBesideFinished } from '../volume/removeVolume.ts';
import { headerFindings } from './luksHeader.ts';
import { parseSuperblock, superblockFindings } from './superblock.ts';

const MEBI = 1024 * 1024;

/** The lines of e2fsck that name no fault, and the number of others that a finding shows. */
const E2FSCK_FRAME = /^Pass \d|^\w+\? no$/;
const E2FSCK_LINES = 3;

/** Checks the volume's file: its rights, and whether all its space is reserved. */
export async function validateVolumeFile(
  { paths }: MachineDependencies,
  { guid, name }: RepositoryMetadata,
): Promise<Finding[]> {
  const file = volumeFile(paths, guid);
  const { size, blocks, mode, uid } = await lstat(file);
  const findings: Finding[] = [];
  const missing = Math.floor((size - blocks * 512) / MEBI);
  if (missing > 0)
    findings.push({ severity: 'warning', code: 'volume-sparse', details: { name, file, missing, size } });
  if (uid !== 0 || (mode & 0o077) !== 0) {
    const found = `${(mode & 0o7777).toString(8).padStart(4, '0')}, uid ${uid}`;
    findings.push({ severity: 'warning', code: 'volume-exposed', details: { file, mode: found } });
  }
  await refuseBesideFinished(paths, { guid, name }).catch((error: unknown) =>
    findings.push({ ...findingOfError(toAppError(error)), severity: 'warning' }),
  );
  return findings;
}

/** Checks the metadata against those of other repositories, and the name link of a mounted one. */
export async function validateMetadata(
  { paths }: MachineDependencies,
  { guid, name, networkId }: RepositoryMetadata,
  mounted: boolean,
): Promise<Finding[]> {
  const findings = await validateNetworkId(paths, { guid, name, networkId });
  const file = nameLink(paths, name);
  if (mounted && (await readlink(file).catch(() => undefined)) !== guid)
    findings.push({ severity: 'warning', code: 'name-link', details: { name, file } });
  return findings;
}

/**
 * Checks whose the network id is. An error for the repository that has another's: it cannot start. A warning for the one
 * that another has too.
 */
async function validateNetworkId(
  paths: Paths,
  { guid, name, networkId }: Pick<RepositoryMetadata, 'guid' | 'name' | 'networkId'>,
): Promise<Finding[]> {
  const rival = await networkRival(paths, { guid, networkId });
  if (rival !== undefined) {
    const { name: other, datastore } = rival;
    return [{ severity: 'error', code: 'network-id-taken', details: { name, networkId, other, datastore } }];
  }
  const others = (await knownRepositories(paths)).filter(
    (one) => one.guid !== guid && one.networkId === networkId,
  );
  return others.map(({ name: other }) => {
    return { severity: 'warning', code: 'network-id-shared', details: { name, other, networkId } };
  });
}

/** Checks the LUKS header, and the autostart key, which is tried on it. */
export async function validateKeys(
  machine: MachineDependencies,
  run: RunCommand,
  { guid, name }: RepositoryMetadata,
): Promise<Finding[]> {
  const file = volumeFile(machine.paths, guid);
  // The error of a volume without a header becomes a finding as every other does.
  const header = await readHeader({ run, file, name });
  const { problems, notices = [] } = await verifyAutostart(machine, guid);
  return [
    ...headerFindings(header, { name, file }),
    ...problems.map((problem) => findingOfError(fromWire(problem))),
    ...notices.map((notice): Finding => ({ severity: 'warning', ...notice })),
  ];
}

/**
 * Checks the file system without writing to it. A mounted one: what its superblock has counted. One that is open but
 * not mounted: all of it. A closed one is not checked.
 */
export async function validateFileSystem(
  { paths, volumes }: MachineDependencies,
  run: RunCommand,
  { guid, name }: RepositoryMetadata,
  mounted: boolean,
): Promise<Finding[]> {
  const notChecked = (reason: string): Finding[] => [
    { severity: 'information', code: 'filesystem-not-checked', details: { name, reason } },
  ];
  if (!mounted && !(await volumes.isOpen(guid)))
    return [{ severity: 'information', code: 'not-looked-inside', details: { name } }];
  const file = volumeFile(paths, guid);
  const device = mapperDevice(guid);
  const dump = await run(['dumpe2fs', '-h', device], { expected: [0, 1] });
  if (dump.exitCode !== 0) return notChecked(dump.stderr.trim());
  const superblock = parseSuperblock(dump.stdout);
  const found = superblockFindings(superblock, { name, file, size: (await lstat(file)).size });
  if (mounted) return found;
  // Read-only, e2fsck cannot replay the journal, and would report as errors what is still in it.
  if (superblock.needsRecovery) return [...found, ...notChecked('needs_recovery')];
  const check = await run(['e2fsck', '-fn', device], { expected: [0, 4, 8] });
  if (check.exitCode === 0) return found;
  if (check.exitCode === 8) return [...found, ...notChecked(check.stderr.trim())];
  const first = check.stdout.split('\n').filter((line) => line !== '' && !E2FSCK_FRAME.test(line));
  const details = { name, file, found: first.slice(0, E2FSCK_LINES).join(' ') };
  return [...found, { severity: 'error', code: 'filesystem-errors', details }];
}

/** Checks that the folder of the daemon's data, inside a mounted repository, is the one that Rediacc made. */
export async function validatePrivateFolder(
  { paths }: MachineDependencies,
  { guid, name }: RepositoryMetadata,
): Promise<Finding[]> {
  await checkPrivateFolder({ root: mountPath(paths, guid), name });
  return [];
}
