import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { describeError, AppError } from '../shared/errors.ts';
import { fr } from '../shared/text/fr/fr.ts';

test('a start that fails says why, and what to do, in the language of the shell', () => {
  // The start fails because the built agent does not lie beside the sources.
  const { status, stderr } = spawnSync(
    process.execPath,
    ['--import', 'tsx', join(import.meta.dirname, 'browserMode.ts')],
    { encoding: 'utf8', env: { ...process.env, LC_ALL: 'fr_FR.UTF-8' } },
  );
  const file = join(import.meta.dirname, 'renet.cjs');
  const { message, next } = describeError(new AppError('file-not-found', { file }), fr);
  expect([status, stderr]).toEqual([1, `${message}\n${next}\n`]);
});
