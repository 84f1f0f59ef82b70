import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseComposeArguments } from './composeArguments.ts';
import type { ComposeArguments } from './composeArguments.ts';

const nothing: ComposeArguments = {
  files: [],
  envFiles: [],
  profiles: [],
  projectDirectory: undefined,
  projectName: undefined,
  informational: false,
  globals: [],
  command: [],
};

describe('parseComposeArguments', () => {
  const table: [string[], Partial<ComposeArguments>][] = [
    [[], {}],
    [['up', '-d'], { command: ['up', '-d'] }],
    [
      ['-f', 'a', '--file=b', '-fc', '-f=d', '--file', 'e', 'ps'],
      { files: ['a', 'b', 'c', 'd', 'e'], command: ['ps'] },
    ],
    [['logs', '-f', 'api'], { command: ['logs', '-f', 'api'] }],
    [
      ['-p', 'x', '--profile', 'debug', '--profile=b', 'up'],
      {
        projectName: 'x',
        profiles: ['debug', 'b'],
        globals: ['-p', 'x', '--profile', 'debug', '--profile=b'],
        command: ['up'],
      },
    ],
    [['-px', 'ps'], { projectName: 'x', globals: ['-px'], command: ['ps'] }],
    [
      ['--env-file', '1', '--env-file=2', 'config'],
      { envFiles: ['1', '2'], globals: ['--env-file', '1', '--env-file=2'], command: ['config'] },
    ],
    [['--project-directory', 'sub', 'up'], { projectDirectory: 'sub', command: ['up'] }],
    [['--workdir=sub', 'up'], { projectDirectory: 'sub', command: ['up'] }],
    [['--ansi', 'never', '--verbose', 'up'], { globals: ['--ansi', 'never', '--verbose'], command: ['up'] }],
    [['--help'], { informational: true, globals: ['--help'] }],
    [['-v'], { informational: true, globals: ['-v'] }],
    [['exec', 'api', 'sh', '-c', '-h'], { command: ['exec', 'api', 'sh', '-c', '-h'] }],
    [['--', '-f'], { command: ['--', '-f'] }],
    [['-', '-f'], { command: ['-', '-f'] }],
    [['run', '--', '-f'], { command: ['run', '--', '-f'] }],
    [['--unknown', 'up'], { globals: ['--unknown'], command: ['up'] }],
    [['-f'], { globals: ['-f'] }],
  ];
  it.each(table)('%j', (words, expected) => {
    expect(parseComposeArguments(words)).toEqual({ ...nothing, ...expected });
  });

  it('keeps every option in its order and the subcommand to the letter', () => {
    const option = fc.constantFrom(
      { words: ['-f', 'a'], file: 'a' },
      { words: ['--file=b'], file: 'b' },
      { words: ['-f=-p'], file: '-p' },
      { words: ['-p', '-f'] },
      { words: ['--env-file', 'up'] },
      { words: ['--dry-run'] },
      { words: ['--profile', ''] },
    );
    const command = fc
      .array(fc.constantFrom('-f', '--file', '-p', 'x', '--', '', '--help'))
      .map((rest) => ['up', ...rest]);
    fc.assert(
      fc.property(fc.array(option), command, (options, words) => {
        const parsed = parseComposeArguments([...options.flatMap((one) => one.words), ...words]);
        const { files, globals } = parsed;
        expect({ files, globals, command: parsed.command }).toEqual({
          files: options.flatMap((one) => one.file ?? []),
          globals: options.flatMap((one) => (one.file === undefined ? one.words : [])),
          command: words,
        });
      }),
    );
  });
});
