import { AppError } from '../../shared/errors.ts';

/** What became of an input: it passed the parser's first stage, or the parser refused it as it should. */
export type Outcome =
  /** `shape` is what the parser made of it, roughly: an input of a new shape is worth mutating further. */
  { kind: 'passed'; shape: string } | { kind: 'refused'; shape: string };

/** A parser of text or bytes that come from outside. */
export interface Target {
  readonly name: string;
  /** The source files whose coverage is told, from the root of the project. */
  readonly files: readonly string[];
  /** Valid inputs, from which all others are made. */
  readonly seeds: readonly (string | Uint8Array)[];
  /** Words that mean something to the parser. */
  readonly words: readonly string[];
  /** Parses one input. Throws when the parser does what it never may: that is a find. */
  readonly run: (input: Buffer) => Outcome | Promise<Outcome>;
}

/**
 * Runs a parser that may refuse with errors of these codes. `parse` returns what was made of the input, from which its
 * shape is taken. Whatever else is thrown is thrown on.
 */
export function outcomeOf(codes: readonly string[], parse: () => unknown): Outcome {
  try {
    return { kind: 'passed', shape: shapeOf(parse()) };
  } catch (error) {
    return refusal(codes, error);
  }
}

/** Returns the refusal that an error is. Throws the error when its code is none of the expected ones. */
export function refusal(codes: readonly string[], error: unknown): Outcome {
  if (!(error instanceof AppError) || !codes.includes(error.code)) throw error;
  return { kind: 'refused', shape: `${error.code} ${reasonOf(error.details)}` };
}

function reasonOf(details: unknown): string {
  const { reason } = details as { reason?: unknown };
  return typeof reason === 'string' ? reason.replace(/[^a-z ]/gi, '').slice(0, 40) : '';
}

/** Throws unless a fact holds that must hold for every input. */
export function assertAlways(holds: boolean, fact: string): void {
  if (!holds) throw new Error(`does not hold: ${fact}`);
}

/** Returns the structure of a value without most of its contents. */
function shapeOf(value: unknown, depth = 0): string {
  if (Array.isArray(value))
    return `[${
      depth > 3
        ? ''
        : value
            .slice(0, 6)
            .map((item) => shapeOf(item, depth + 1))
            .join()
    }]`;
  if (typeof value === 'object' && value !== null)
    return `{${Object.entries(value)
      .slice(0, 8)
      .map(([key, item]) => `${key.slice(0, 12)}:${depth > 3 ? '' : shapeOf(item, depth + 1)}`)
      .join()}}`;
  return typeof value;
}
