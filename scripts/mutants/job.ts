import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { copyProject, endAll, projectFiles, startWorker } from './copies.ts';
import { applyMutant } from './mutations.ts';
import type { Mutant } from './mutations.ts';
import { nearest } from './related.ts';
import type { MutantResult } from './report.ts';
import type { MutantOutcome, Task } from './worker.ts';

/** The milliseconds that one test may take, so that a hanging one ends. */
const TEST_LIMIT = 30_000;

/** The data that the jobs of one run share. */
interface Work {
  readonly root: string;
  readonly texts: ReadonlyMap<string, string>;
  readonly testsOf: (file: string) => string[];
  readonly projects: readonly string[];
  readonly jobs: number;
  /** The milliseconds that one mutant may take. */
  readonly limit: number;
}

/**
 * Runs mutants from the queue, which the jobs share, until it is empty. The job has a copy of the project, which it
 * makes in the existing folder `folder`. Throws where Vitest does not start.
 */
export async function runJob(
  folder: string,
  queue: Mutant[],
  work: Work,
  tell: (result: MutantResult) => void,
): Promise<void> {
  const [copy, temporary] = [join(folder, 'tree'), join(folder, 't')];
  mkdirSync(temporary, { recursive: true });
  copyProject(work.root, projectFiles(work.root), copy);
  const workers = Math.max(1, Math.floor(availableParallelism() / work.jobs));
  const words = [work.projects.join(','), String(workers), String(TEST_LIMIT)];
  const start = async (): Promise<ChildProcess> => {
    const worker = startWorker(copy, temporary, folder, words);
    if ((await answerOf(worker)) === undefined) throw new Error('Vitest did not start.');
    return worker;
  };
  let worker = await start();
  try {
    for (let mutant = queue.shift(); mutant !== undefined; mutant = queue.shift()) {
      const started = Date.now();
      const task = taskOf(mutant, work);
      worker.send(task);
      const outcome = (await answerOf(worker, work.limit)) as MutantOutcome | undefined;
      const seconds = (Date.now() - started) / 1000;
      if (outcome !== undefined) {
        for (const test of outcome.broken) console.log(`fails without a mutant too, ignored: ${test}`);
        tell({ mutant, seconds, ...outcome });
        continue;
      }
      tell({ mutant, seconds, verdict: 'timed out' });
      endAll(folder);
      writeFileSync(join(copy, task.file), task.original);
      worker = await start();
    }
  } finally {
    if (worker.connected) worker.disconnect();
    endAll(folder);
  }
}

/**
 * Returns the worker's next message; undefined when the worker ends, or after `limit` milliseconds without a message.
 */
async function answerOf(worker: ChildProcess, limit = 60_000): Promise<unknown> {
  const over = new AbortController();
  const { signal } = over;
  try {
    const ended = once(worker, 'exit', { signal }).then(() => undefined);
    const late = setTimeout(limit, undefined, { signal });
    const message = once(worker, 'message', { signal }).then(([answer]: unknown[]) => answer);
    const all = [message, ended, late];
    for (const one of all) one.catch(() => undefined);
    return await Promise.race(all);
  } finally {
    over.abort();
  }
}

function taskOf(mutant: Mutant, { texts, testsOf }: Work): Task {
  const original = texts.get(mutant.file) ?? '';
  const tests = testsOf(mutant.file);
  const first = nearest(mutant.file, tests);
  const later = tests.filter((test) => !first.includes(test));
  return { file: mutant.file, text: applyMutant(original, mutant), original, tests: [first, later] };
}
