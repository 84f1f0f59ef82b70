import { Session } from 'node:inspector/promises';
import type { Profiler } from 'node:inspector';

/** The share of a parser's code that ran. */
export interface Coverage {
  readonly functions: number;
  readonly functionsRun: number;
  /** Characters of the code that ran, of all, from 0 to 1. */
  readonly share: number;
}

/**
 * Begins to record which code of this thread runs. The function returned tells what ran of the files whose addresses
 * contain one of `files`. Code that ran before the beginning does not count.
 */
export async function recordCoverage(): Promise<(files: readonly string[]) => Promise<Coverage>> {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  return async (files) => {
    const { result } = await session.post('Profiler.takePreciseCoverage');
    const scripts = result.filter(({ url }) => files.some((file) => url.includes(`/${file}`)));
    const functions = scripts.flatMap((script) => script.functions);
    const painted = scripts.map(paint);
    const all = painted.reduce((sum, { length }) => sum + length, 0);
    const run = painted.reduce((sum, characters) => sum + characters.filter((count) => count > 0).length, 0);
    return {
      functions: functions.length,
      functionsRun: functions.filter(({ ranges }) => (ranges[0]?.count ?? 0) > 0).length,
      share: all === 0 ? 0 : run / all,
    };
  };
}

/** Returns for each character of a script how often it ran: of nested ranges, the inner one counts. */
function paint({ functions }: Profiler.ScriptCoverage): Uint8Array {
  const ranges = functions.flatMap((found) => found.ranges);
  const characters = new Uint8Array(Math.max(0, ...ranges.map(({ endOffset }) => endOffset)));
  const outerFirst = ranges.sort((a, b) => b.endOffset - b.startOffset - (a.endOffset - a.startOffset));
  for (const { startOffset, endOffset, count } of outerFirst)
    characters.fill(Math.min(1, count), startOffset, endOffset);
  return characters;
}
