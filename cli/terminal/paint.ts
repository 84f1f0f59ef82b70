/** Colours of our own words; nothing where colours are not wanted. */
export interface Paint {
  readonly red: (text: string) => string;
  readonly green: (text: string) => string;
  readonly amber: (text: string) => string;
  readonly faint: (text: string) => string;
  readonly bold: (text: string) => string;
  /** The n-th of a round of colours that tell sources apart. */
  readonly source: (n: number, text: string) => string;
}

/** Cyan, magenta, blue, yellow, green, and their bright forms: no red, which says failed. */
const SOURCES = [36, 35, 34, 33, 32, 96, 95, 94, 93, 92];

/** The colours of a terminal, or none of them. */
export function createPaint(colours: boolean): Paint {
  const paint = (code: number) => (text: string) => (colours ? `\u001b[${code}m${text}\u001b[0m` : text);
  return {
    red: paint(31),
    green: paint(32),
    amber: paint(33),
    faint: paint(2),
    bold: paint(1),
    source: (n, text) => paint(SOURCES[n % SOURCES.length] ?? 36)(text),
  };
}
