import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A small true file system in memory, which can be filled to its last byte. */
export interface SmallDisk {
  folder: string;
  fill: () => void;
  /** Makes it one that can only be read, as the kernel does to a disk with errors, or one that takes writes again. */
  remount: (how: 'ro' | 'rw') => void;
  remove: () => void;
}

/** Makes a disk of this size ("8m"), which only root can do. */
export function makeSmallDisk(size: string): SmallDisk {
  const folder = mkdtempSync(join(tmpdir(), 'rediacc-disk-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder]);
  return {
    folder,
    fill: () => {
      const { stderr } = spawnSync('dd', ['if=/dev/zero', `of=${join(folder, 'filler')}`, 'bs=4096']);
      if (!stderr.includes('No space left')) throw new Error(`not full: ${stderr.toString()}`);
    },
    remount: (how) => {
      execFileSync('mount', ['-o', `remount,${how}`, folder]);
    },
    remove: () => {
      // Lazy, because a process that has just closed its last file may still keep the disk busy.
      execFileSync('umount', ['--lazy', folder]);
      rmdirSync(folder);
    },
  };
}
