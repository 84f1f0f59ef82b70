/** What a machine holds, as `picture.sh` prints it. */
export interface Picture {
  /** The facts that a power cut must leave as they are: repositories, their slots, their keys. */
  readonly kept: readonly string[];
  /** The facts that end with the boot: what is open, mounted, running. */
  readonly now: readonly string[];
  /** The owners and files inside each volume, which some passphrase opens. */
  readonly inside: readonly string[];
  /** What must be nowhere between two operations. */
  readonly left: readonly string[];
}

/** Reads the lines that `picture.sh` prints. */
export function parsePicture(text: string): Picture {
  const lines = text.split('\n').filter(Boolean);
  const of = (word: string): string[] =>
    lines.filter((line) => line.startsWith(`${word} `)).map((line) => line.slice(word.length + 1));
  return {
    kept: of('kept'),
    now: of('now'),
    inside: of('inside'),
    left: lines.filter((line) => line.startsWith('left')),
  };
}

/** Returns the state of each repository in words, for a table. */
export function stateOf({ kept, now, left }: Picture): string {
  const states = now.join('; ') || (kept.length === 0 ? 'no repository' : kept.join('; '));
  return left.length === 0 ? states : `${states}; ${left.map(withoutIds).join('; ')}`;
}

/** Lists how a picture differs from the one that is wanted. */
export function differences(what: string, seen: readonly string[], wanted: readonly string[]): string[] {
  return [
    ...wanted.filter((line) => !seen.includes(line)).map((line) => `${what}: missing "${withoutIds(line)}"`),
    ...seen.filter((line) => !wanted.includes(line)).map((line) => `${what}: there is "${withoutIds(line)}"`),
  ];
}

function withoutIds(line: string): string {
  return line
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'GUID')
    .replace(/[0-9a-f]{64}/g, 'SHA256');
}
