import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createVitest } from 'vitest/node';
import type { TestSpecification, Vitest } from 'vitest/node';

/**
 * Runs the tests of one mutant after the other in one Vitest, in a copy of the project (the working directory). A
 * mutant comes as a message (`Task`), and its outcome is sent back as one.
 */

/** A mutant to run: the file gets `text` while its tests run, then `original` again. */
export interface Task {
  readonly file: string;
  readonly text: string;
  readonly original: string;
  /** The paths of tests, in groups. A later group runs only where the earlier ones pass. */
  readonly tests: readonly (readonly string[])[];
}

/**
 * The outcome of a mutant. `by`: the test that failed. `broken`: the tests that fail without the mutant too and do not
 * count.
 */
export interface MutantOutcome {
  readonly verdict: 'killed' | 'lived' | 'no tests';
  readonly by?: string;
  readonly broken: readonly string[];
}

const [projects = '', workers = '1', limit = '30000'] = process.argv.slice(2);
const root = process.cwd();
const vitest = await createVitest(
  'test',
  {
    root,
    project: projects.split(','),
    watch: false,
    bail: 1,
    maxWorkers: Number(workers),
    testTimeout: Number(limit),
    reporters: [{}],
  },
  { cacheDir: join(root, '.vite') },
);
const specifications = await vitest.globTestSpecifications();
/** The tests that passed once without a mutant, and those that did not. */
const sound = new Set<string>();
const broken = new Set<string>();

process.on('message', (task: Task) => {
  void outcomeOf(task).then((outcome) => process.send?.(outcome));
});
process.on('disconnect', () => void vitest.exit(true));
process.send?.('ready');

async function outcomeOf(task: Task): Promise<MutantOutcome> {
  const found: string[] = [];
  const unsteady = new Set<string>();
  let count = 0;
  for (const group of task.tests) {
    for (;;) {
      const tests = specifications.filter((test) => group.some((path) => test.moduleId === join(root, path)));
      const selected = tests.filter(({ moduleId }) => !broken.has(moduleId) && !unsteady.has(moduleId));
      count += selected.length;
      const failures = await runWith(task, task.text, selected);
      const failure = failures[0];
      if (failure === undefined) break;
      if (await isSound(task, failure.file)) {
        if (await failsAgain(task, failure.file)) {
          return { verdict: 'killed', by: failure.name, broken: found };
        }
        unsteady.add(failure.file);
        continue;
      }
      found.push(failure.file);
    }
  }
  return { verdict: count === 0 ? 'no tests' : 'lived', broken: found };
}

/**
 * Returns whether a test fails with the mutant once more. On a busy computer a test may run out of time, so only what
 * fails twice has noticed the mutant.
 */
async function failsAgain(task: Task, test: string): Promise<boolean> {
  if (test === '') return true;
  const tests = specifications.filter(({ moduleId }) => moduleId === test);
  return (await runWith(task, task.text, tests)).length > 0;
}

/**
 * Returns whether a test passes without the mutant, for which it is run once. A failure outside the tests counts as the
 * mutant's.
 */
async function isSound(task: Task, test: string): Promise<boolean> {
  if (test === '' || sound.has(test)) return true;
  const tests = specifications.filter(({ moduleId }) => moduleId === test);
  const failures = await runWith(task, task.original, tests);
  (failures.length === 0 ? sound : broken).add(test);
  return failures.length === 0;
}

interface Failure {
  readonly file: string;
  readonly name: string;
}

async function runWith(task: Task, text: string, tests: TestSpecification[]): Promise<Failure[]> {
  if (tests.length === 0) return [];
  const path = join(root, task.file);
  writeFileSync(path, text);
  vitest.invalidateFile(path);
  // Failures of earlier runs would count for `bail`.
  vitest.state.filesMap.clear();
  try {
    return failuresOf(await vitest.runTestSpecifications(tests));
  } finally {
    writeFileSync(path, task.original);
    vitest.invalidateFile(path);
  }
}

type Results = Awaited<ReturnType<Vitest['runTestSpecifications']>>;

function failuresOf({ testModules, unhandledErrors }: Results): Failure[] {
  const failed = testModules.filter((module) => module.state() === 'failed');
  const failures = failed.map((module) => {
    const [test] = module.children.allTests('failed');
    return { file: module.moduleId, name: test?.fullName ?? module.relativeModuleId };
  });
  if (failures.length > 0 || unhandledErrors.length === 0) return failures;
  return [{ file: '', name: 'an error outside the tests' }];
}
