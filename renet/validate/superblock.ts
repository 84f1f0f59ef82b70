import type { Finding } from '../../shared/lint/findings.ts';

/** The parts of an ext4 superblock that a validation reads. */
interface Superblock {
  /** "clean", "clean with errors", "not clean". */
  state: string;
  /** Errors the kernel has counted since the last repair. */
  errors: number;
  lastError: string | undefined;
  /** Bytes. */
  size: number;
  /** Its journal holds what was not written to its place yet; always so while it is mounted. */
  needsRecovery: boolean;
}

/** Reads what `dumpe2fs -h` prints. */
export function parseSuperblock(text: string): Superblock {
  const field = (name: string): string | undefined => new RegExp(`^${name}:\\s+(.*)$`, 'm').exec(text)?.[1];
  return {
    state: field('Filesystem state') ?? '?',
    errors: Number(field('FS Error count') ?? 0),
    lastError: field('Last error time'),
    size: Number(field('Block count') ?? 0) * Number(field('Block size') ?? 0),
    needsRecovery: field('Filesystem features')?.includes('needs_recovery') === true,
  };
}

/** A LUKS2 header is 16 MiB; of the rest mkfs and resize2fs may leave less than a block group. */
const MAY_BE_SPARE = (16 + 128) * 1024 * 1024;

/** Returns what a superblock says against its file system. `size`: of the volume's file, bytes. */
export function superblockFindings(
  { state, errors, lastError, size }: Superblock,
  volume: { name: string; file: string; size: number },
): Finding[] {
  const { name, file } = volume;
  const sound = state === 'clean' && errors === 0;
  const found = [
    state,
    ...(errors > 0 ? [`${errors}`] : []),
    ...(lastError === undefined ? [] : [lastError]),
  ];
  const spare = volume.size - size;
  return [
    ...(sound
      ? []
      : [
          {
            severity: 'error' as const,
            code: 'filesystem-errors',
            details: { name, file, found: found.join(', ') },
          },
        ]),
    ...(spare <= MAY_BE_SPARE
      ? []
      : [
          {
            severity: 'warning' as const,
            code: 'volume-not-grown',
            details: { name, spare: Math.floor(spare / 1024 / 1024) },
          },
        ]),
  ];
}
