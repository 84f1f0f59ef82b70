import type { LastWords } from '../../shared/journal/lastWords.ts';
import { MOST_LINES } from '../../shared/journal/bounds.ts';
import { lastEndOf } from '../docker/containers.ts';
import { containerLog, createLogDecoder } from '../docker/engineApi.ts';
import { lastLines } from '../operation/log/lastLines.ts';

/** The most of a log's end that is read, bytes, and the milliseconds after which no more of it is waited for. */
const TAIL_BYTES = 16 * 1024;
const LOG_MILLISECONDS = 30_000;

/** Returns how a container ended last and what it wrote then, as far as its daemon says. */
export async function lastWordsOf(socketPath: string, id: string): Promise<LastWords> {
  const [end, lines] = await Promise.all([
    lastEndOf(socketPath, id, Date.now()).catch(() => ({})),
    linesOf(socketPath, id).catch(() => []),
  ]);
  return { ...end, lines };
}

async function linesOf(socketPath: string, id: string): Promise<string[]> {
  const signal = AbortSignal.timeout(LOG_MILLISECONDS);
  const options = { follow: false, tail: MOST_LINES };
  const { stream, tty } = await containerLog(socketPath, id, options, signal);
  const decode = createLogDecoder();
  let tail = Buffer.alloc(0);
  try {
    for await (const chunk of stream) {
      const parts = tty ? [chunk as Buffer] : decode(chunk as Buffer).map(({ bytes }) => Buffer.from(bytes));
      tail = Buffer.concat([tail, ...parts]).subarray(-TAIL_BYTES);
    }
  } catch (error) {
    // What has come by then is better than nothing.
    if (!signal.aborted) throw error;
  }
  return lastLines(tail);
}
