import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { arrival } from '../tests/support/arrival.ts';
import { runInForeground } from './foreground.ts';

const module = join(import.meta.dirname, 'foreground.ts');

describe('a program in the foreground', () => {
  it('gives its exit code', async () => {
    expect(await runInForeground('sh', ['-c', 'exit 7'], import.meta.dirname)).toBe(7);
  });

  it('ends with what it started when its starter is told to end', async () => {
    const words = ['-c', 'sleep 1000 & echo started; wait'];
    const script = `await (await import('${module}')).runInForeground('sh', ${JSON.stringify(words)}, '/')`;
    const starter = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
      cwd: join(import.meta.dirname, '..'),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let errors = '';
    starter.stderr.on('data', (text: Buffer) => (errors += text.toString()));
    await arrival('the start', once(starter.stdout, 'data'));
    // The sleep inherits the output, which closes only when the last process that has it is gone.
    const closed = once(starter, 'close');
    starter.kill('SIGTERM');
    expect(await arrival('the end of all of them', closed)).toEqual([1, null]);
    expect(errors).toContain('interrupted by SIGTERM');
  });
});
