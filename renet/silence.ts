import { AppError } from '../shared/errors.ts';
import { diskSpace } from './host.ts';

// What is read of a disk or of a network's file system may not come for minutes, or ever, and nothing can take a read back:
// it keeps one of the few threads that all reads of this process share (docs/decisions/disks-that-do-not-answer.md).

const LATE = Symbol('late');

/** Resolves as `work` does; with LATE when it takes longer. The work itself goes on. */
async function orLate<Result>(milliseconds: number, work: Promise<Result>): Promise<Result | typeof LATE> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<typeof LATE>((resolve) => {
    timer = setTimeout(() => resolve(LATE), milliseconds);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Resolves as `work` does; rejects with datastore-silent when it takes longer. The work itself goes on. */
export async function within<Result>(
  milliseconds: number,
  path: string,
  work: Promise<Result>,
): Promise<Result> {
  const result = await orLate(milliseconds, work);
  if (result === LATE) throw new AppError('datastore-silent', { path });
  return result;
}

/** Tells whether an error says that a file system did not answer. */
export function isSilence(error: unknown): boolean {
  return error instanceof AppError && error.code === 'datastore-silent';
}

/** Makes a function that does `work`, and lets those who ask for the same key while it goes on wait for the same. */
export function onceEach<Result>(work: (key: string) => Promise<Result>): (key: string) => Promise<Result> {
  const underWay = new Map<string, Promise<Result>>();
  return (key) => {
    const before = underWay.get(key);
    if (before !== undefined) return before;
    const begun = work(key).finally(() => underWay.delete(key));
    underWay.set(key, begun);
    return begun;
  };
}

/**
 * Makes a reader of what changes slowly and may hang. It returns what was read last when nothing comes in time; undefined when
 * nothing ever came. Rejects as `once` does, which is an `onceEach` of the whole process: readers of a path are made again and
 * again while it is silent, and all of them together keep one thread.
 */
export function steadily<Result>(
  milliseconds: number,
  path: string,
  once: (path: string) => Promise<Result>,
): () => Promise<Result | undefined> {
  let last: Result | undefined;
  return async () => {
    try {
      last = await within(milliseconds, path, once(path));
    } catch (error) {
      if (!isSilence(error)) throw error;
    }
    return last;
  };
}

/** How often it is asked whether a file system answers, and the time in which it has to. */
interface Probing {
  readonly every: number;
  readonly within: number;
  /** Asks the file system at a path for anything. */
  readonly ask: (path: string) => Promise<unknown>;
}

/** Asks a file system for its space, once at a time for this whole process. */
export const askSpace = onceEach(diskSpace);

// A network's file system is asked for its space itself, whatever else of it this machine remembers.
const USUAL: Probing = { every: 20_000, within: 10_000, ask: askSpace };

/**
 * Resolves as `work` does, however long it takes while the file system at `path` answers. Rejects with datastore-silent once
 * it does not; the work itself goes on.
 */
export async function whileItAnswers<Result>(
  path: string,
  work: Promise<Result>,
  { every, within: patience, ask }: Probing = USUAL,
): Promise<Result> {
  for (;;) {
    const result = await orLate(every, work);
    if (result !== LATE) return result;
    // Whatever else it answers, such as that it is not there, it answers.
    await within(
      patience,
      path,
      ask(path).catch(() => undefined),
    );
  }
}
