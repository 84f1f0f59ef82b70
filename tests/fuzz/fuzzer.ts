import { mutate } from './mutate.ts';
import type { Random } from './mutate.ts';
import type { Outcome, Target } from './target.ts';

/** The time that one input may take, milliseconds of processor time. */
const LONGEST_MILLISECONDS = 1000;
/** The share of inputs that are to pass the first stage; more mutations are put upon an input while more of them pass. */
const WANTED_SHARE = 0.6;
const MOST_MUTATIONS = 8;
/** The most inputs of new shapes that are kept to be mutated further. */
const LARGEST_CORPUS = 2000;

/** An input at which a parser did what it never may. */
export interface Find {
  readonly input: Buffer;
  readonly problem: string;
}

/** What a run over one parser came to. */
export interface Counts {
  inputs: number;
  passed: number;
  /** The inputs of which the parser made something that it had made of no earlier one. */
  shapes: number;
  slowestMilliseconds: number;
}

/**
 * Makes a fuzzer of one parser: it mutates the parser's seeds, and every input that gave something new, and runs the
 * parser on the results.
 */
export function createFuzzer(target: Target, random: Random) {
  const corpus: Buffer[] = target.seeds.map((seed) => Buffer.from(seed));
  const shapes = new Set<string>();
  const problems = new Set<string>();
  const counts: Counts = { inputs: 0, passed: 0, shapes: 0, slowestMilliseconds: 0 };

  function next(): Buffer {
    const base = corpus[Math.floor(random() * corpus.length)] ?? Buffer.alloc(0);
    const passing = counts.inputs === 0 ? 1 : counts.passed / counts.inputs;
    const most = passing > WANTED_SHARE ? MOST_MUTATIONS : 1;
    // An input is run as it is now and then, so that the share is reached whatever the parser refuses.
    const least = passing > WANTED_SHARE - 0.05 ? 1 : 0;
    return mutate(base, { words: target.words, corpus }, least + Math.floor(random() * most), random);
  }

  function learn(input: Buffer, outcome: Outcome): void {
    if (outcome.kind === 'passed') counts.passed += 1;
    const shape = `${outcome.kind} ${outcome.shape}`.slice(0, 400);
    if (shapes.has(shape)) return;
    shapes.add(shape);
    counts.shapes += 1;
    if (outcome.kind === 'passed' && corpus.length < LARGEST_CORPUS) corpus.push(input);
  }

  /** Runs one input that is given. Returns what is wrong with it; undefined when nothing is, or the same was found before. */
  async function runOne(input: Buffer): Promise<Find | undefined> {
    counts.inputs += 1;
    const before = process.cpuUsage();
    let problem: string | undefined;
    try {
      learn(input, await target.run(input));
    } catch (error) {
      problem = error instanceof Error ? (error.stack ?? error.message) : String(error);
    }
    const { user, system } = process.cpuUsage(before);
    const milliseconds = (user + system) / 1000;
    counts.slowestMilliseconds = Math.max(counts.slowestMilliseconds, milliseconds);
    if (milliseconds > LONGEST_MILLISECONDS) problem ??= `took ${Math.round(milliseconds)} ms`;
    if (problem === undefined) return undefined;
    const place = placeOf(problem);
    if (problems.has(place)) return undefined;
    problems.add(place);
    return { input, problem };
  }

  return { counts, next, runOne };
}

/** Returns where a problem arose, without what the input had to do with it: one fault is told once. */
function placeOf(problem: string): string {
  return /^\s*at .*$/m.exec(problem)?.[0] ?? problem.replace(/\d+/g, 'N');
}
