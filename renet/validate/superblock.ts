import type { Finding } from '../../shared/lint/findings.ts';

/** The part that is read of an ext4 superblock. */
interface Superblock {
  /** The state: "clean", "clean with errors", "not clean". */
  state: string;
  /** The number of errors that the kernel has counted since the last repair. */
  errors: number;
  lastError: string | undefined;
  /** The size in bytes. */
  size: number;
  /** Whether the journal holds changes that were not yet written to their places; always so while it is mounted. */
  needsRecovery: boolean;
}

/** Reads the output of `dumpe2fs -h`. */
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

/**
 * The bytes of a volume that its file system may leave unused: a LUKS2 header of 16 MiB, and up to a block group that
 * mkfs and resize2fs leave.
 */
const MAY_BE_SPARE = (16 + 128) * 1024 * 1024;

/** Returns the findings about a file system. `volume.size` is the size of the volume's file, bytes. */
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
