// On true processes: the one that reads is the program itself.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { toAppError } from '../../shared/errors.ts';
import { builtAgent } from '../../tests/support/builtAgent.ts';
import { lateness } from '../../tests/support/lateness.ts';
import { createProjectReader } from './projectReader.ts';
import type { ProjectRequest, ReadProject } from './composeFiles.ts';

// Bundled as on a machine: from its sources it takes seconds to start, and has as much more time for a text.
let program = '';
let read: ReadProject;
beforeAll(async () => {
  program = await builtAgent();
  read = createProjectReader([process.execPath, program]);
});
afterAll(() => rmSync(dirname(program), { recursive: true }));

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'rediacc-reader-'));
});
afterEach(() => rmSync(root, { recursive: true }));

/** Writes a folder with this compose file, and returns the request for it. */
function project(folder: string, text: string, more: Record<string, string> = {}): ProjectRequest {
  mkdirSync(join(root, folder));
  for (const [name, content] of Object.entries({ 'compose.yaml': text, ...more }))
    writeFileSync(join(root, folder, name), content);
  return {
    root,
    aliases: [],
    directory: join(root, folder),
    files: [],
    envFiles: [],
    projectDirectory: undefined,
    environment: {},
    searchesParents: false,
  };
}

async function outcome(reading: ReturnType<ReadProject>): Promise<unknown> {
  return reading.then(
    ({ services }) => services.map(({ name, settings }) => [name, settings.network_mode?.value].join(' ')),
    (error: unknown) => {
      const { code, details } = toAppError(error);
      return `${code} ${details['file']}`;
    },
  );
}

const MEBI = 1024 * 1024;
/** Makes a text of about 1 MiB by repeating a part. */
const many = (part: string): string => part.repeat(Math.floor((MEBI - 64) / part.length));

describe('the reader of compose files', () => {
  it('answers the same in this process and in its own', async () => {
    const text = 'services:\n  web: {network_mode: "${MODE}"}\n  api: {}\n';
    const env = { '.env': 'MODE=none\n' };
    const long = `${text}${'# a comment\n'.repeat(1000)}`;
    expect(await outcome(read(project('short', text, env)))).toEqual(['api ', 'web none']);
    expect(await outcome(read(project('long', long, env)))).toEqual(['api ', 'web none']);
    expect(await outcome(read(project('bad', `${long}services:\n`, env)))).toBe(
      'compose-invalid bad/compose.yaml',
    );
  });

  it.each([
    ['escaped line ends', `a: "${many('\\\n')}"\n`],
    ['documents', many('---\n')],
    ['signs that nest in one line', `${'- '.repeat(2000)}a\n`],
    ['a megabyte of them', many('- ')],
    ['brackets', `a: ${'['.repeat(999)}${']'.repeat(999)}\n`],
    ['commas', `a: [${many(',')}]\n`],
    ['the same key', many('a:\n')],
    ['documents that are closed', many('...\n')],
    ['open braces', `services:\n a:\n  extends: [${many(`${'${a:-'.repeat(800)}, `)}]\n`],
  ])('refuses %s, and goes on', { timeout: 120_000 }, async (_, text) => {
    const delays = lateness();
    const [hostile, other] = await Promise.all([
      outcome(read(project('hostile', text))),
      outcome(read(project('other', 'services: {a: {}}\n'))),
    ]);
    expect(hostile).toMatch(/^(compose-invalid|file-too-complex) hostile\/compose.yaml$/);
    expect(other).toEqual(['a ']);
    expect(delays()).toBeLessThan(1000);
    expect(await outcome(read(project('next', `services: {b: {}}\n${'#\n'.repeat(5000)}`)))).toEqual(['b ']);
  });
});
