import { describe, expect, it } from 'vitest';
import { frozen } from './freeze.ts';
import type { RunCommand } from '../host.ts';

/** Makes a systemd that notes what it is asked; `active`: whether the unit still runs. */
function systemd(active: boolean) {
  const asked: string[] = [];
  const properties: string[] = [];
  const run: RunCommand = ([program = '', verb = '', ...words]) => {
    asked.push(program === 'systemd-run' ? ['freeze', words.at(-1)].join(' ') : verb);
    properties.push(...words.filter((_, at) => words[at - 1] === '-p'));
    const exitCode = verb === 'is-active' && !active ? 3 : 0;
    return Promise.resolve({ exitCode, stdout: '', stderr: '' });
  };
  return { asked, properties, run };
}

describe('work on a frozen file system', () => {
  it('is done between the freeze and the thaw', async () => {
    const { asked, run } = systemd(true);
    await frozen(run, '/mnt/rediacc/repos/x', 'id', () => {
      asked.push('work');
      return Promise.resolve();
    });
    expect(asked).toEqual(['freeze 10', 'work', 'is-active', 'stop']);
  });

  it('leaves no core of the unit that freezes', async () => {
    const { properties, run } = systemd(true);
    await frozen(run, '/x', 'id', () => Promise.resolve());
    expect(properties).toContain('LimitCORE=0');
  });

  it('is followed by the thaw when it fails', async () => {
    const { asked, run } = systemd(true);
    await expect(frozen(run, '/x', 'id', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(asked).toEqual(['freeze 10', 'stop']);
  });

  it('has failed when the thaw came first', async () => {
    const { run } = systemd(false);
    await expect(frozen(run, '/x', 'id', () => Promise.resolve())).rejects.toMatchObject({
      code: 'step-failed',
      details: { step: 'fsfreeze' },
    });
  });
});
