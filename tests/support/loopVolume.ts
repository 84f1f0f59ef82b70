import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from '../../renet/host.ts';
import { mapperDevice, mountPath, partialFile, repositoriesFolder, volumeFile } from '../../renet/paths.ts';
import type { Paths } from '../../renet/paths.ts';
import { createVolumes } from '../../renet/volume/volumes.ts';
import type { VolumeOf, Volumes } from '../../renet/volume/volumes.ts';

/**
 * An unfinished volume with a true ext4 in it, mounted where its repository belongs. A loop device under the mapper's
 * name stands for LUKS, so that no device mapper is needed.
 */
export interface LoopVolume {
  paths: Paths;
  repository: VolumeOf;
  root: string;
  volumes: Volumes;
  /**
   * Mounts what a power cut in this moment would leave in the volume, in a folder, and returns that: the bytes that the
   * file system has given away, and not those that it still holds in memory.
   */
  afterPowerCut: () => string;
  remove: () => void;
}

/** Tells whether this computer can make one: root, loop devices, ext4. */
export const canLoop =
  process.getuid?.() === 0 && existsSync('/dev/loop-control') && existsSync('/dev/mapper') && triesLoop();

function triesLoop(): boolean {
  try {
    execFileSync('losetup', ['--find'], { stdio: 'ignore' });
    execFileSync('mkfs.ext4', ['-V'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const words = (command: string, ...more: string[]): string =>
  execFileSync(command, more, { encoding: 'utf8' }).trim();

/** Makes a volume of 16 MiB and mounts it; `paths` are those of a datastore that has one already. */
export async function makeLoopVolume(paths: Paths = newPaths()): Promise<LoopVolume> {
  const repository = { guid: randomUUID(), name: `shop-${randomUUID().slice(0, 8)}`, networkId: 2816 };
  const { guid } = repository;
  const volumes = createVolumes(paths, runCommand);
  const cleanUps: (() => void)[] = [() => rmSync(paths.datastore, { recursive: true, force: true })];
  mkdirSync(repositoriesFolder(paths), { recursive: true });
  await volumes.allocate(guid, 16 * 1024 ** 2);
  const loop = words('losetup', '--find', '--show', partialFile(paths, guid));
  cleanUps.push(() => words('losetup', '--detach', loop));
  const device = statSync(loop).rdev;
  words('mknod', mapperDevice(guid), 'b', String(device >> 8), String(device & 0xff));
  cleanUps.push(() => rmSync(mapperDevice(guid)));
  await volumes.makeFileSystem(guid);
  await volumes.mount(repository);
  const root = mountPath(paths, guid);
  cleanUps.push(() => {
    words('umount', root);
    words('chattr', '-i', root);
  });
  return {
    ...{ paths, repository, root, volumes },
    afterPowerCut: () => {
      const folder = mkdtempSync(join(tmpdir(), 'rediacc-cut-'));
      const finished = volumeFile(paths, guid);
      copyFileSync(existsSync(finished) ? finished : partialFile(paths, guid), join(folder, 'disk'));
      mkdirSync(join(folder, 'mounted'));
      words('mount', '-o', 'loop', join(folder, 'disk'), join(folder, 'mounted'));
      cleanUps.push(() => {
        words('umount', join(folder, 'mounted'));
        rmSync(folder, { recursive: true });
      });
      return join(folder, 'mounted');
    },
    remove: () => {
      for (const cleanUp of cleanUps.reverse()) cleanUp();
    },
  };
}

function newPaths(): Paths {
  const datastore = mkdtempSync(join(tmpdir(), 'rediacc-loop-'));
  return { datastore, run: join(datastore, 'run') };
}
