import { expect, it } from 'vitest';
import { AppError } from '../../shared/errors.ts';
import { en } from '../../shared/text/en/en.ts';
import { autostartUnitText } from '../../shared/autostart.ts';
import { sentence } from './byHand.ts';

it('shows what a name holds as escapes, and keeps the lines of a program', () => {
  const path = 'a\nerror: all is well\u001b[2J\u202e';
  expect(sentence(new AppError('unsafe-path', { path, reason: 'it is a link' }), en)).toBe(
    'a\\nerror: all is well\\u{1b}[2J\\u{202e} was refused: it is a link. Replace links by true files inside the repository.',
  );
  const output = 'first\nsecond\u001b[31m';
  const said = sentence(new AppError('command-failed', { command: 'x', exitCode: 1, output }), en);
  expect(said).toContain('first\nsecond\\u{1b}[31m');
});

it('leaves no core of the boot service', () => {
  expect(autostartUnitText('/mnt/rediacc')).toContain('\nLimitCORE=0\n');
});
