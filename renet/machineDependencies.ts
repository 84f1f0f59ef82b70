import type { BootUnit } from './boot/bootUnit.ts';
import type { ReadProject } from './compose/composeFiles.ts';
import type { Daemons } from './docker/daemons.ts';
import type { Paths } from './paths.ts';
import type { AutostartKeys } from './volume/autostartKeys.ts';
import type { Forks } from './volume/forks.ts';
import type { Luks } from './volume/luks.ts';
import type { Volumes } from './volume/volumes.ts';

/**
 * The dependencies that act on the machine itself, each behind an interface: volumes, daemons, keys, the boot's unit,
 * and what reads compose files.
 */
export interface MachineDependencies {
  paths: Paths;
  volumes: Volumes;
  daemons: Daemons;
  keys: AutostartKeys;
  luks: Luks;
  bootUnit: BootUnit;
  forks: Forks;
  readProject: ReadProject;
}
