/** The colours of our own words; each returns the text unchanged where colours are not wanted. */
export interface Paint {
  readonly red: (text: string) => string;
  readonly green: (text: string) => string;
  readonly amber: (text: string) => string;
  readonly faint: (text: string) => string;
  readonly bold: (text: string) => string;
  /** Paints text in the n-th of the colours that tell sources apart; after the last one the first comes again. */
  readonly source: (n: number, text: string) => string;
}

/** The codes of cyan, magenta, blue, yellow, green, and their bright forms; not of red, which means failed. */
const SOURCES = [36, 35, 34, 33, 32, 96, 95, 94, 93, 92];

/** Makes the colours of a terminal; with `colours` false all text stays as it is. */
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
