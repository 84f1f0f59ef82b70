import { describe, expect, it } from 'vitest';
import { BadCommandLine, readCommandLine, usageText } from './commandLine.ts';
import { COMMANDS } from './commands.ts';

const reasonOf = (...words: string[]): unknown => {
  try {
    readCommandLine(words, COMMANDS);
    return undefined;
  } catch (error) {
    return error instanceof BadCommandLine ? error.details : error;
  }
};

describe('the words of renet', () => {
  it.each(COMMANDS.map((command) => [command.words, command] as const))(
    '%s: each name is needed',
    (_, command) => {
      const words = [
        ...command.words.split(' '),
        ...(command.needs ?? []).flatMap((name) => [`--${name}`, '1G']),
      ];
      const rest = command.rest === undefined ? [] : ['--', 'true'];
      const named = command.names.map((name) => name.toLowerCase());
      expect(readCommandLine([...words, ...named, ...rest], COMMANDS)).toMatchObject({
        command,
        names: named,
      });
      const [missing] = command.names.slice(-1);
      if (missing !== undefined)
        expect(reasonOf(...words, ...named.slice(0, -1), ...rest)).toMatchObject({
          reason: 'word-missing',
          missing,
        });
      expect(reasonOf(...words, ...named, 'more', ...rest)).toMatchObject({
        reason: 'word-too-many',
        word: 'more',
      });
      for (const needed of command.needs ?? [])
        expect(reasonOf(...command.words.split(' '), ...named)).toMatchObject({
          reason: 'option-missing',
          option: `--${needed}`,
        });
    },
  );

  it('an option of another command is refused, --datastore is everybody’s', () => {
    expect(reasonOf('rename', 'a', 'b', '--mount')).toEqual({
      reason: 'option-of-another',
      command: 'rename',
      option: '--mount',
    });
    expect(reasonOf('list', '--datastore', '/mnt/other')).toBeUndefined();
    expect(reasonOf('list', '--frobnicate')).toMatchObject({ reason: "Unknown option '--frobnicate'" });
  });

  it('what follows -- is kept as it is', () => {
    expect(readCommandLine(['exec', 'shop', '--', 'ls', '--mount', '--'], COMMANDS)?.rest).toEqual([
      ...['ls', '--mount', '--'],
    ]);
  });

  it('begin no command: undefined', () => {
    for (const words of [[], ['reboot'], ['autostart'], ['slots', 'show']])
      expect(readCommandLine(words, COMMANDS)).toBeUndefined();
  });

  it('are shown to people but for those that programs call', () => {
    const usage = usageText(COMMANDS);
    expect(usage).toContain('  renet create NAME --size 10G [--passphrase-file FILE]\n');
    expect(usage).toContain('  renet exec NAME -- COMMAND ...\n');
    for (const hidden of ['operation-run', 'supervise', 'install-unit']) expect(usage).not.toContain(hidden);
  });
});
