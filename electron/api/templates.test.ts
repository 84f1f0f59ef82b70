import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { templates } from '../../shared/templates.ts';
import type { Engine } from '../engine/engine.ts';
import { applyTemplate } from './templates.ts';

const [template = '', files = {}] = Object.entries(templates)[0] ?? [];
const [first = ''] = Object.keys(files);
const machine = {
  context: 'work',
  machine: { name: 'web', host: 'web.test', port: 22, user: 'deploy', datastore: '/mnt/rediacc' },
  sshKey: '/keys/id',
};

let path: string;
beforeEach(() => {
  path = join(mkdtempSync(join(tmpdir(), 'rediacc-template-')), 'a folder');
  mkdirSync(path);
});
afterEach(() => rmSync(join(path, '..'), { recursive: true }));

/** Applies a template to a repository whose folder is on this computer; the commands run here. */
function apply(name: string, mounted = true): Promise<void> {
  const engine = {
    request: () => Promise.resolve({ mounted, path, name: 'shop' }),
    run: (_: unknown, [program = '', ...words]: readonly string[]) => {
      const child = spawn(program, words, { stdio: 'pipe' });
      const exit = once(child, 'close').then(([code]: unknown[]) => ({ code: code as number | null }));
      return Promise.resolve({ stdin: child.stdin, stdout: child.stdout, stderr: child.stderr, exit });
    },
  } as unknown as Pick<Engine, 'request' | 'run'>;
  return applyTemplate(engine, machine, 'shop', name);
}

it('writes the files of a template; a second time nothing changes', async () => {
  await apply(template);
  await apply(template);
  expect(Object.keys(files).map((file) => readFileSync(join(path, file), 'utf8'))).toEqual(
    Object.values(files),
  );
});

it('leaves a file that is there with other contents as it is, and says which', async () => {
  writeFileSync(join(path, first), 'mine');
  await expect(apply(template)).rejects.toMatchObject({
    code: 'command-failed',
    details: { command: first },
  });
  expect(readFileSync(join(path, first), 'utf8')).toBe('mine');
});

it.each(['none', 'constructor'])('knows no template "%s"', async (name) => {
  await expect(apply(name)).rejects.toMatchObject({ code: 'bad-arguments' });
});

it('writes nothing beneath a mount point without its volume', async () => {
  await expect(apply(template, false)).rejects.toMatchObject({
    code: 'not-mounted',
    details: { name: 'shop' },
  });
  expect(() => readFileSync(join(path, first))).toThrow();
});
