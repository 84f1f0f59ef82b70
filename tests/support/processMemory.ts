import { closeSync, openSync, readFileSync, readSync } from 'node:fs';

/** The bytes of memory that are looked at together; each piece also has the end of the one before it. */
const PIECE_BYTES = 16 * 1024 * 1024;

/**
 * Returns the forms in which a marker may lie in a program's memory: as text, in base64 at each of the three places that a
 * text can begin at, and each of these with two bytes a character, as an engine keeps strings that are not all Latin. Only
 * the characters of base64 that the marker alone decides are looked for.
 */
export function formsOf(marker: string): Map<string, Buffer> {
  const base64 = [0, 1, 2].map((shift): [string, string] => {
    const text = Buffer.from('x'.repeat(shift) + marker).toString('base64');
    const whole = Math.floor((shift + marker.length) / 3) * 4;
    return [`base64 shifted by ${shift}`, text.slice(shift === 0 ? 0 : 4, whole)];
  });
  return new Map(
    [['plain', marker] as const, ...base64].flatMap(([name, text]): [string, Buffer][] => [
      [name, Buffer.from(text, 'latin1')],
      [`${name}, UTF-16`, Buffer.from(text, 'utf16le')],
    ]),
  );
}

/** Returns the names of the forms that the memory of a process holds, with the kind of memory; none when it has ended. */
export function formsInMemory(pid: number, forms: ReadonlyMap<string, Buffer>): string[] {
  const longest = Math.max(...[...forms.values()].map(({ length }) => length));
  const found = new Set<string>();
  const memory = openIfThere(`/proc/${pid}/mem`);
  if (memory === undefined) return [];
  try {
    for (const { from, to, what } of writtenParts(pid)) {
      for (let at = from; at < to; at += PIECE_BYTES - longest) {
        const piece = readPiece(memory, at, Math.min(PIECE_BYTES, to - at));
        for (const [name, bytes] of forms) if (piece.includes(bytes)) found.add(`${name} in ${what}`);
      }
    }
  } finally {
    closeSync(memory);
  }
  return [...found];
}

/** Lists the parts of a process's memory that it has written, or may have. */
function writtenParts(pid: number): { from: number; to: number; what: string }[] {
  const lines = readFileSync(`/proc/${pid}/maps`, 'utf8').trim().split('\n');
  return lines.flatMap((line) => {
    const [range = '', rights = '', , , , ...path] = line.split(/\s+/);
    const [from = 0, to = 0] = range.split('-').map((address) => Number(`0x${address}`));
    const what = path.join(' ') || 'memory of its own';
    const isWritten = rights.startsWith('rw') || (rights.startsWith('r') && path.length === 0);
    return isWritten ? [{ from, to, what }] : [];
  });
}

function openIfThere(path: string): number | undefined {
  try {
    return openSync(path, 'r');
  } catch {
    return undefined;
  }
}

/** Reads memory; what went away since the list was made is empty. */
function readPiece(memory: number, at: number, length: number): Buffer {
  const piece = Buffer.alloc(length);
  try {
    return piece.subarray(0, readSync(memory, piece, 0, length, at));
  } catch {
    return Buffer.alloc(0);
  }
}
