// On true mounts: what a person mounts by hand while a repository is deleted, or its remains are removed.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { canLoop, makeLoopVolume } from '../../tests/support/loopVolume.ts';
import type { LoopVolume } from '../../tests/support/loopVolume.ts';
import { runCommand } from '../host.ts';
import { mapperDevice, mountPath, partialFile, volumeFile } from '../paths.ts';
import { createVolumes } from './volumes.ts';

const words = (command: string, ...more: string[]): string =>
  execFileSync(command, more, { encoding: 'utf8' }).trim();

/** Makes a finished volume that is closed, but for its device: without LUKS, that stands by itself. */
async function closedVolume(): Promise<LoopVolume> {
  const made = await makeLoopVolume();
  onTestFinished(made.remove);
  await made.volumes.commit(made.repository);
  writeFileSync(join(made.root, 'data'), 'precious');
  await made.volumes.unmount(made.repository);
  return made;
}

describe.skipIf(!canLoop)(
  `a deletion${canLoop ? '' : ' (SKIPPED: needs root, loop devices and mkfs.ext4)'}`,
  () => {
    it.each(['remove', 'discard'] as const)(
      'by %s leaves a volume that was mounted by hand in the meantime',
      async (way) => {
        const { paths, repository, volumes, root } = await closedVolume();
        words('mount', mapperDevice(repository.guid), root);
        await expect(volumes[way](repository)).rejects.toMatchObject({ code: 'still-mounted' });
        expect([
          existsSync(volumeFile(paths, repository.guid)),
          existsSync(partialFile(paths, repository.guid)),
          readFileSync(join(root, 'data'), 'utf8'),
        ]).toEqual([true, false, 'precious']);
      },
    );

    it('leaves one that was mounted by hand in another place, and names that', async () => {
      const { paths, repository, volumes, root } = await closedVolume();
      const elsewhere = mkdtempSync(join(tmpdir(), 'rediacc-elsewhere-'));
      words('mount', mapperDevice(repository.guid), elsewhere);
      try {
        const device = `${mapperDevice(repository.guid)} (${elsewhere})`;
        await expect(volumes.remove(repository)).rejects.toMatchObject({
          code: 'volume-open-elsewhere',
          details: { device },
        });
        await expect(volumes.close(repository)).rejects.toMatchObject({ details: { device } });
        expect(existsSync(volumeFile(paths, repository.guid))).toBe(true);
      } finally {
        words('umount', elsewhere);
        rmSync(elsewhere, { recursive: true });
        words('mount', mapperDevice(repository.guid), root);
      }
    });

    it('leaves what was mounted on its mount point while it began, and everything else', async () => {
      const { paths, repository, root } = await closedVolume();
      const { guid } = repository;
      const foreign = mkdtempSync(join(tmpdir(), 'rediacc-foreign-'));
      mkdirSync(join(foreign, 'kept'));
      rmSync(mapperDevice(guid));
      const volumes = createVolumes(paths, async (command, options) => {
        const result = await runCommand(command, options);
        if (command[0] === 'chattr') words('mount', '--bind', foreign, mountPath(paths, guid));
        return result;
      });
      onTestFinished(() => rmSync(foreign, { recursive: true }));
      await expect(volumes.remove(repository)).rejects.toMatchObject({ code: 'still-mounted' });
      expect([existsSync(volumeFile(paths, guid)), existsSync(join(root, 'kept'))]).toEqual([true, true]);
      writeFileSync(mapperDevice(guid), '');
    });
  },
);
