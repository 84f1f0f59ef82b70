import { createHash } from 'node:crypto';
import { runInNewContext } from 'node:vm';
import { AppError, toWire } from '../../shared/errors.ts';
import type { Parsing } from '../repository/repositoryFiles.ts';
import { projectReader } from './composeFiles.ts';
import type { ProjectRequest } from './composeFiles.ts';
import type { FromReader } from './readerProcess.ts';

/** The time for parsing the texts of one project, and its multiple of this program's start where that is longer. */
const SHORTEST_MILLISECONDS = 2000;
const STARTS = 3;
/** The texts that were refused for their time, of which so many are remembered. */
const MOST_REFUSED = 1000;

/**
 * Answers the requests of the process that started this one, until that closes the channel. Each text is named before it
 * is parsed, so that the starter knows which one ended this process.
 */
export async function answerReadings(): Promise<number> {
  const limit = Math.max(SHORTEST_MILLISECONDS, STARTS * performance.now());
  const refused = new Set<string>();
  const send = (message: FromReader): void => void process.send?.(message, () => undefined);
  const answer = async (request: ProjectRequest): Promise<void> => {
    try {
      send({ project: await projectReader(withinTime(limit, refused, send))(request) });
    } catch (error) {
      send({ refused: toWire(error) });
    }
  };
  process.on('message', (request) => void answer(request as ProjectRequest));
  return new Promise((resolve) => {
    if (process.send === undefined) resolve(1);
    else process.once('disconnect', () => resolve(0));
  });
}

/** Limits the time of the parsing of all texts of one project. A text that took too long once is not tried again. */
function withinTime(limit: number, refused: Set<string>, send: (message: FromReader) => void): Parsing {
  let left = limit;
  return <Parsed>(file: string, text: string, parse: () => Parsed): Parsed => {
    send({ reading: file });
    const name = createHash('sha256').update(text).digest('hex');
    if (left <= 0 || refused.has(name)) throw new AppError('file-too-complex', { file });
    const begun = performance.now();
    try {
      // Only a script can be given a time; Node stops it from another thread.
      return runInNewContext('parse()', { parse }, { timeout: Math.ceil(left) }) as Parsed;
    } catch (error) {
      if (!isTimeout(error)) throw error;
      if (refused.size < MOST_REFUSED) refused.add(name);
      throw new AppError('file-too-complex', { file }, { cause: error });
    } finally {
      left -= performance.now() - begun;
    }
  };
}

/** Tells whether a script ran out of its time. The error is one of the script's own context, and so no Error here. */
function isTimeout(error: unknown): boolean {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';
}
