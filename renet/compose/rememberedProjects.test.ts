import { mkdirSync, mkdtempSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { toAppError } from '../../shared/errors.ts';
import { projectReader } from './composeFiles.ts';
import type { ProjectRequest, ReadProject } from './composeFiles.ts';
import { rememberingProjects } from './rememberedProjects.ts';

let root = '';
let reads = 0;
let read: ReadProject;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'rediacc-remembered-'));
  reads = 0;
  const reader = projectReader();
  read = rememberingProjects((request) => {
    reads += 1;
    return reader(request);
  });
});
afterEach(() => rmSync(root, { recursive: true }));

const write = (name: string, text: string): void => writeFileSync(join(root, name), text);

function request(directory = root): ProjectRequest {
  const none = { aliases: [], files: [], envFiles: [], projectDirectory: undefined, environment: {} };
  return { root, directory, searchesParents: false, ...none };
}

/** Reads the project, and returns its services with their network modes, or the code that it is refused with. */
async function outcome(): Promise<string> {
  return read(request()).then(
    ({ services }) =>
      services.map(({ name, settings }) => [name, settings.network_mode?.value].join(' ').trim()).join(', '),
    (error: unknown) => toAppError(error).code,
  );
}

const BASE = 'include: [more.yml]\nservices:\n  web: {network_mode: "${MODE}"}\n';

describe('projects that are remembered', () => {
  beforeEach(() => {
    write('compose.yaml', BASE);
    write('more.yml', 'services:\n  api: {}\n');
    write('.env', 'MODE=none\n');
  });

  it('are parsed once while nothing of them changes', async () => {
    for (let time = 0; time < 3; time += 1) expect(await outcome()).toBe('api, web none');
    expect(reads).toBe(1);
  });

  it.each([
    ['a compose file', () => write('compose.yaml', `${BASE}  db: {}\n`), 'api, db, web none'],
    ['a file that is included', () => write('more.yml', 'services:\n  base: {}\n'), 'base, web none'],
    ['a variable', () => write('.env', 'MODE=host\n'), 'api, web host'],
    [
      'a file that comes beside it',
      () => write('compose.override.yaml', 'services:\n  tool: {}\n'),
      'api, tool, web none',
    ],
    ['one that Compose prefers', () => write('compose.yml', 'services: {}\n'), 'api, web none'],
    ['a file that goes', () => unlinkSync(join(root, 'more.yml')), 'file-not-found'],
    ['variables that go', () => unlinkSync(join(root, '.env')), 'api, web'],
    [
      'a link to another file of the repository',
      () => {
        write('other.yml', 'services:\n  other: {}\n');
        unlinkSync(join(root, 'more.yml'));
        symlinkSync('other.yml', join(root, 'more.yml'));
      },
      'other, web none',
    ],
    [
      'a link in the place of a file',
      () => {
        unlinkSync(join(root, 'more.yml'));
        symlinkSync('/etc/passwd', join(root, 'more.yml'));
      },
      'unsafe-path',
    ],
  ])('are parsed again after a change: %s', async (_, change, expected) => {
    expect(await outcome()).toBe('api, web none');
    change();
    expect(await outcome()).toBe(expected);
    expect(reads).toBe(2);
  });

  it('are parsed again after they were refused', async () => {
    write('more.yml', 'services: [');
    for (let time = 0; time < 2; time += 1) expect(await outcome()).toBe('compose-invalid');
    write('more.yml', 'services:\n  api: {}\n');
    expect(await outcome()).toBe('api, web none');
    expect(reads).toBe(3);
  });

  it('are parsed again where a file changed while they were parsed', async () => {
    const texts = ['services:\n  base: {network_mode: none}\n', 'services:\n  base: {network_mode: host}\n'];
    const extending = 'extends: {file: common.yml, service: base}';
    write('compose.yaml', `services:\n  a: {${extending}}\n  b: {${extending}}\n`);
    write('common.yml', texts[0] ?? '');
    let parsed = 0;
    const changing = projectReader((file, _text, parse) => {
      // Between the first and the second look at it.
      if (file === 'common.yml' && (parsed += 1) === 1) write('common.yml', texts[1] ?? '');
      return parse();
    });
    read = rememberingProjects(changing);
    expect(await outcome()).toBe('a none, b host');
    expect(await outcome()).toBe('a host, b host');
  });

  it('take no more memory than they may, whatever there is to read', async () => {
    write(
      'compose.yaml',
      `services:\n${Array.from({ length: 3000 }, (_, n) => `  service-${n}: {}\n`).join('')}`,
    );
    for (let time = 0; time < 2; time += 1) await outcome();
    expect(reads).toBe(2);
    reads = 0;
    const services = Array.from({ length: 800 }, (_, n) => `  service-${n}: {}\n`).join('');
    const folders = Array.from({ length: 100 }, (_, n) => join(root, `folder-${n}`));
    for (const folder of folders) {
      mkdirSync(folder);
      writeFileSync(join(folder, 'compose.yaml'), `services:\n${services}`);
      await read(request(folder));
    }
    expect(reads).toBe(100);
    await read(request(folders.at(-1)));
    expect(reads).toBe(100);
    await read(request(folders[0]));
    expect(reads).toBe(101);
  });
});
