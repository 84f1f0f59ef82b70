import { LONGEST_JOIN, parseJoin } from '../../shared/protocol/join.ts';
import type { Join } from '../../shared/protocol/join.ts';

const LINE_END = 0x0a;

/** A connection whose first line was read. `rest`: what followed the line in the same chunk. */
interface Joined {
  readonly join: Join;
  readonly rest: Uint8Array;
}

/**
 * Reads the line with which a connection begins. Resolves with undefined where it does not come: for another line, a longer
 * one, and for the end of the connection.
 */
export async function readJoin(chunks: AsyncIterator<Uint8Array>): Promise<Joined | undefined> {
  let line = Buffer.alloc(0);
  for (;;) {
    const next = await chunks.next();
    if (next.done === true) return undefined;
    const value: Uint8Array = next.value;
    const end = value.indexOf(LINE_END);
    line = Buffer.concat([line, end < 0 ? value : value.subarray(0, end)]);
    if (line.length > LONGEST_JOIN) return undefined;
    if (end < 0) continue;
    const join = parseJoin(line.toString('utf8'));
    return join && { join, rest: value.subarray(end + 1) };
  }
}
