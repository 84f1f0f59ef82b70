/** A source of numbers from 0 to below 1. */
export type Random = () => number;

/** What mutations may put into an input besides what the input holds already. */
export interface Material {
  /** Words that mean something to the parser. */
  readonly words: readonly string[];
  /** Other inputs, of which parts are taken. */
  readonly corpus: readonly Buffer[];
}

/** Numbers and texts at which parsers tend to go wrong. */
const EDGES = [
  '0',
  '-1',
  '1e309',
  '4294967296',
  '9007199254740993',
  'null',
  'true',
  '[]',
  '{}',
  '""',
  '\u0000',
  '\ufeff',
  '\u202e',
  '\r\n',
  '\u2028',
  '__proto__',
  'constructor',
  'é',
  '😀',
];

/** The largest input, bytes: longer ones only take longer. */
export const LARGEST = 64 * 1024;

type Mutation = (input: Buffer, material: Material, random: Random) => Buffer;

const below = (limit: number, random: Random): number => Math.floor(random() * limit);

function oneOf<T>(items: readonly T[], random: Random): T | undefined {
  return items[below(items.length, random)];
}

function splice(input: Buffer, at: number, removed: number, added: Uint8Array | string): Buffer {
  const middle = typeof added === 'string' ? Buffer.from(added) : added;
  return Buffer.concat([input.subarray(0, at), middle, input.subarray(at + removed)]);
}

/** Returns the start and length of a line that is drawn; its line end belongs to it. */
function drawLine(input: Buffer, random: Random): { at: number; length: number } {
  const middle = below(input.length + 1, random);
  const at = input.lastIndexOf(0x0a, Math.max(0, middle - 1)) + 1;
  const end = input.indexOf(0x0a, at);
  return { at, length: (end === -1 ? input.length : end + 1) - at };
}

const changeByte: Mutation = (input, _, random) =>
  splice(input, below(input.length, random), 1, Buffer.of(below(256, random)));

const insertWord: Mutation = (input, { words }, random) => {
  const word = oneOf([...words, ...EDGES], random) ?? '';
  return splice(input, below(input.length + 1, random), 0, word);
};

const replaceWord: Mutation = (input, { words }, random) => {
  const found = [...input.toString('latin1').matchAll(/[\w.-]+/g)];
  const match = oneOf(found, random);
  const word = oneOf([...words, ...EDGES], random) ?? '';
  return match === undefined ? input : splice(input, match.index, match[0].length, word);
};

const removeSpan: Mutation = (input, _, random) => {
  const at = below(input.length, random);
  return splice(input, at, 1 + below(8, random), '');
};

const removeLine: Mutation = (input, _, random) => {
  const { at, length } = drawLine(input, random);
  return splice(input, at, length, '');
};

const repeatLine: Mutation = (input, _, random) => {
  const { at, length } = drawLine(input, random);
  const line = input.subarray(at, at + length);
  // Now and then very often, which shows what takes more than its share of time.
  const times = random() < 0.02 ? 500 : 1 + below(3, random);
  return splice(input, at, 0, Buffer.concat(Array.from({ length: times }, () => line)));
};

const moveLine: Mutation = (input, _, random) => {
  const { at, length } = drawLine(input, random);
  const line = Buffer.from(input.subarray(at, at + length));
  const rest = splice(input, at, length, '');
  return splice(rest, drawLine(rest, random).at, 0, line);
};

const indentLine: Mutation = (input, _, random) => {
  const { at } = drawLine(input, random);
  return random() < 0.5 ? splice(input, at, 0, '  ') : splice(input, at, 1, '');
};

const takeLineOfAnother: Mutation = (input, { corpus }, random) => {
  const other = oneOf(corpus, random) ?? input;
  const { at, length } = drawLine(other, random);
  return splice(input, drawLine(input, random).at, 0, other.subarray(at, at + length));
};

const nest: Mutation = (input, _, random) => {
  const open = oneOf(['[', '{', '(', '${', '"', "'", '- ', '&a ', '*', '\\'], random) ?? '';
  return splice(input, below(input.length + 1, random), 0, open.repeat(1 + below(60, random)));
};

const cutShort: Mutation = (input, _, random) => input.subarray(0, below(input.length + 1, random));

const MUTATIONS: readonly Mutation[] = [
  changeByte,
  insertWord,
  replaceWord,
  replaceWord,
  removeSpan,
  removeLine,
  repeatLine,
  moveLine,
  indentLine,
  takeLineOfAnother,
  takeLineOfAnother,
  nest,
  cutShort,
];

/** Returns a changed copy of an input. `times`: how many mutations are put upon it, one after the other. */
export function mutate(input: Buffer, material: Material, times: number, random: Random): Buffer {
  let changed = input;
  for (let done = 0; done < times; done += 1) {
    const mutation = oneOf(MUTATIONS, random);
    if (mutation !== undefined) changed = mutation(changed, material, random);
  }
  return Buffer.from(changed.subarray(0, LARGEST));
}
