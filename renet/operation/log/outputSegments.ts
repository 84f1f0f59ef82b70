import { readdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { createDurableFile, takesNoMore } from './durableFile.ts';

const OUTPUT_PREFIX = 'output.';

/** The number of segments that are kept of a long output, at its start and at its end; those between are dropped. */
const SEGMENTS_KEPT = { first: 8, last: 8 };

/** The output of one operation, as the log writes it: files of equal size, one after the other. */
export interface OutputSegments {
  /** Appends bytes. On a full disk the output ends, but the operation goes on: these and all later bytes are lost. */
  append(bytes: Uint8Array): void;
  /** Drops all bytes that are appended from now on. */
  stop(): void;
  /** Returns the position of the next byte. */
  position(): number;
  /** Returns once all bytes are on disk. */
  sync(): void;
  close(): void;
}

/** Makes the first segment of an output in `folder`, and the others as the bytes come. Throws when it exists. */
export function createOutputSegments(folder: string, segmentBytes: number): OutputSegments {
  let segment = createDurableFile(join(folder, segmentName(0)));
  let inSegment = 0;
  let position = 0;
  let stopped = false;
  const starts = [0];

  const rotate = (): void => {
    const next = createDurableFile(join(folder, segmentName(position)));
    segment.close();
    segment = next;
    inSegment = 0;
    starts.push(position);
    if (starts.length > SEGMENTS_KEPT.first + SEGMENTS_KEPT.last) {
      const [dropped] = starts.splice(SEGMENTS_KEPT.first, 1);
      // A reader that has the segment open can still read it to its end.
      if (dropped !== undefined) void unlink(join(folder, segmentName(dropped))).catch(() => undefined);
    }
  };

  return {
    append: (bytes) => {
      if (stopped) return;
      let rest = bytes;
      while (rest.length > 0) {
        let part: Uint8Array;
        try {
          if (inSegment >= segmentBytes) rotate();
          part = rest.subarray(0, segmentBytes - inSegment);
          segment.write(part, inSegment);
        } catch (error) {
          if (!takesNoMore(error)) throw error;
          stopped = true;
          segment.truncate(inSegment);
          return;
        }
        inSegment += part.length;
        position += part.length;
        rest = rest.subarray(part.length);
      }
    },
    stop: () => {
      stopped = true;
    },
    position: () => position,
    sync: () => segment.sync(),
    close: () => segment.close(),
  };
}

/** Returns the file name of the segment whose first byte stands at `position`. */
export function segmentName(position: number): string {
  return OUTPUT_PREFIX + String(position).padStart(15, '0');
}

/** Lists the segments of a log by the positions of their first bytes, ascending. */
export async function segmentPositions(folder: string): Promise<number[]> {
  const names = await readdir(folder);
  return names
    .filter((name) => name.startsWith(OUTPUT_PREFIX))
    .map((name) => Number(name.slice(OUTPUT_PREFIX.length)))
    .filter((position) => Number.isSafeInteger(position))
    .sort((a, b) => a - b);
}
