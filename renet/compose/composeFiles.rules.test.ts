// On true files: a repository's compose files, their links and env files lie in a temporary folder.

import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../../shared/errors.ts';
import { chooseFiles, gatherServices, projectReader, servicesOfChoice } from './composeFiles.ts';
import type { ComposeRequest } from './composeFiles.ts';
import { listRepositoryFolders } from '../repository/folders.ts';
import { repositoryFiles } from '../repository/repositoryFiles.ts';

let root = '';

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'rediacc-compose-'));
});

afterEach(async () => {
  await rm(root, { recursive: true });
});

async function write(texts: Record<string, string>): Promise<void> {
  for (const [path, text] of Object.entries(texts)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
}

const services = (...names: string[]): string =>
  `services:\n${names.map((name) => `  ${name}: { image: x }\n`).join('')}`;

interface Asked extends Partial<Omit<ComposeRequest, 'environment' | 'directory'>> {
  from?: string;
  variables?: Record<string, string>;
}

/** Returns the chosen files, the env files and the services, with paths relative to the root; or the error's code. */
async function resolved({ from = '', variables = {}, ...rest }: Asked = {}): Promise<unknown> {
  const files = repositoryFiles(root, ['/names/shop']);
  try {
    const choice = await chooseFiles(files, {
      directory: join(root, from),
      files: [],
      envFiles: [],
      projectDirectory: undefined,
      searchesParents: true,
      ...rest,
      environment: (name) => variables[name],
    });
    const found = await servicesOfChoice(files, choice);
    const short = (path: string): string => relative(root, path);
    const { projectDirectory, envFiles } = choice;
    return {
      files: choice.files.map(short),
      directory: short(projectDirectory),
      ...(envFiles.length > 0 ? { envFiles: envFiles.map(short) } : {}),
      services: found.map(({ name, file }) => `${name} ${file}`),
    };
  } catch (error) {
    if (error instanceof AppError) return [error.code, error.details];
    throw error;
  }
}

describe('which files Compose would use', () => {
  it('takes the first default and the first override, whatever they are called', async () => {
    await write({
      'docker-compose.yml': services('old'),
      'compose.yml': services('web'),
      'docker-compose.override.yml': services('late'),
      'compose.override.yaml': services('web', 'extra'),
    });
    expect(await resolved()).toEqual({
      files: ['compose.yml', 'compose.override.yaml'],
      directory: '',
      services: ['extra compose.override.yaml', 'web compose.yml'],
    });
  });

  it('searches the folders above, and never above the root', async () => {
    await write({ 'a/compose.yaml': services('a'), 'a/b/c/file': '' });
    expect(await resolved({ from: 'a/b/c' })).toMatchObject({ files: ['a/compose.yaml'], directory: 'a' });
    await write({ 'inner/root/x/file': '', 'inner/compose.yaml': services('above') });
    const files = repositoryFiles(join(root, 'inner/root'));
    const directory = join(root, 'inner/root/x');
    const request = {
      directory,
      files: [],
      envFiles: [],
      projectDirectory: undefined,
      searchesParents: true,
    };
    expect((await chooseFiles(files, { ...request, environment: () => undefined })).files).toEqual([]);
  });

  it('takes -f from the working directory, through the name link too; the first one gives the project folder', async () => {
    await write({ 'x/a.yml': services('a'), 'b.yml': services('b'), 'compose.yaml': services('not') });
    expect(await resolved({ from: 'x', files: ['a.yml', '../b.yml'] })).toEqual({
      files: ['x/a.yml', 'b.yml'],
      directory: 'x',
      services: ['a x/a.yml', 'b b.yml'],
    });
    expect(await resolved({ files: ['/names/shop/b.yml'] })).toMatchObject({ files: ['b.yml'] });
    expect(await resolved({ files: ['none.yml'] })).toEqual(['file-not-found', { file: 'none.yml' }]);
    const reason = 'it leads out of the repository';
    expect(await resolved({ files: ['/etc/hostname'] })).toEqual([
      'unsafe-path',
      { path: '/etc/hostname', reason },
    ]);
  });

  it('takes COMPOSE_FILE from the environment, else from .env, and keeps both .env files', async () => {
    await write({
      '.env': 'COMPOSE_FILE=deploy/base.yml;deploy/prod.yml\nCOMPOSE_PATH_SEPARATOR=;\nMODE=one\n',
      'deploy/.env': 'MODE=two\nOTHER=three\n',
      'deploy/base.yml': 'include: ["${MODE}-${OTHER}.yml"]\n',
      'deploy/prod.yml': services('prod'),
      'deploy/one-three.yml': services('included'),
      'other.yml': services('other'),
    });
    expect(await resolved()).toEqual({
      files: ['deploy/base.yml', 'deploy/prod.yml'],
      directory: 'deploy',
      envFiles: ['deploy/.env', '.env'],
      services: ['included deploy/one-three.yml', 'prod deploy/prod.yml'],
    });
    expect(await resolved({ variables: { COMPOSE_FILE: 'other.yml', COMPOSE_PATH_SEPARATOR: ':' } })).toEqual(
      {
        files: ['other.yml'],
        directory: '',
        services: ['other other.yml'],
      },
    );
    expect(await resolved({ variables: { COMPOSE_DISABLE_ENV_FILE: '1' } })).toMatchObject({ files: [] });
    expect(await resolved({ files: ['other.yml'], envFiles: ['deploy/.env'] })).toMatchObject({
      files: ['other.yml'],
    });
  });

  it('takes --project-directory as where the search and the includes begin', async () => {
    await write({
      'sub/compose.yaml': services('sub'),
      'x.yml': 'include: [inc.yml]\n',
      'sub/inc.yml': services('inc'),
    });
    expect(await resolved({ projectDirectory: 'sub' })).toMatchObject({
      files: ['sub/compose.yaml'],
      directory: 'sub',
    });
    expect(await resolved({ projectDirectory: 'sub', files: ['x.yml'] })).toMatchObject({
      services: ['inc sub/inc.yml'],
    });
  });
});

describe('include and extends', () => {
  it('follows them from where each path starts', async () => {
    await write({
      'compose.yaml':
        'include:\n  - api/compose.yml\n  - path: [db/a.yml, db/b.yml]\n    project_directory: .\nservices: {web: {}}\n',
      'api/compose.yml': `include: [deep/x.yml]\n${services('api')}`,
      'api/deep/x.yml': services('deep'),
      'db/a.yml': 'include: [root.yml]\nservices: {db: {image: x}}\n',
      'db/b.yml': services('db', 'admin'),
      'root.yml': services('from-root'),
    });
    expect(await resolved()).toMatchObject({
      services: [
        'admin db/b.yml',
        'api api/compose.yml',
        'db db/a.yml',
        'deep api/deep/x.yml',
        'from-root root.yml',
        'web compose.yaml',
      ],
    });
  });

  it('gives an included project the .env of its folder, beneath the outer environment', async () => {
    await write({
      '.env': 'WHICH=outer\n',
      'compose.yaml': 'include: [in/compose.yaml, {path: in/other.yaml, env_file: x.env}]\n',
      'in/compose.yaml': 'include: ["${WHICH}-${OWN}.yaml"]\n',
      'in/.env': 'WHICH=inner\nOWN=own\n',
      'in/outer-own.yaml': services('right'),
      'in/other.yaml': 'include: ["${NAMED}.yaml"]\n',
      'x.env': 'NAMED=named\n',
      'in/named.yaml': services('named'),
    });
    expect(await resolved()).toMatchObject({ services: ['named in/named.yaml', 'right in/outer-own.yaml'] });
  });

  it('gives a later .env file the variables of an earlier one, and lets it win over them', async () => {
    await write({
      'compose.yaml': 'include: [{path: in/other.yaml, env_file: [first.env, second.env]}]\n',
      'in/other.yaml': 'include: ["${NAMED}.yaml"]\n',
      'first.env': 'WORD=right\nNAMED=wrong\n',
      'second.env': 'NAMED=all-${WORD}\n',
      'in/all-right.yaml': services('right'),
    });
    expect(await resolved()).toMatchObject({ services: ['right in/all-right.yaml'] });
  });

  it('takes over the settings of an extended service, through files, and stops at circles', async () => {
    await write({
      'compose.yaml': [
        'services:',
        '  a: { extends: { service: base, file: common/base.yml } }',
        '  b: { extends: a, network_mode: host }',
        '  c: { extends: d }',
        '  d: { extends: c, network_mode: none }',
        '  e: { extends: missing }',
      ].join('\n'),
      'common/base.yml': 'services: {base: {extends: {service: deepest, file: more.yml}}, unused: {}}\n',
      'common/more.yml': 'services: {deepest: {network_mode: none, build: .}}\n',
    });
    const files = repositoryFiles(root);
    const choice = {
      files: [join(root, 'compose.yaml')],
      projectDirectory: root,
      envFiles: [],
      lookup: () => undefined,
    };
    const found = await servicesOfChoice(files, choice);
    expect(
      found.map(({ name, settings }) => [name, settings.network_mode?.value, settings.build?.value]),
    ).toEqual([
      ['a', 'none', 'set'],
      ['b', 'host', 'set'],
      ['c', 'none', undefined],
      ['d', 'none', undefined],
      ['e', undefined, undefined],
    ]);
  });

  it('refuses what is not in the repository, and what has no end', async () => {
    await symlink('/etc/hostname', join(root, 'link.yml'));
    const table: [string, unknown][] = [
      [
        '../x.yml',
        ['unsafe-path', { path: join(dirname(root), 'x.yml'), reason: 'it leads out of the repository' }],
      ],
      [
        'link.yml',
        ['unsafe-path', { path: 'link.yml', reason: 'it is a link that leads out of the repository' }],
      ],
      ['oci://x/y', ['unsafe-path', { path: 'oci://x/y', reason: 'it is not a file of the repository' }]],
      ['none.yml', ['file-not-found', { file: 'none.yml' }]],
      ['bad.yml', ['compose-invalid', { file: 'bad.yml', line: 2, reason: '"services" must be a mapping' }]],
    ];
    await write({ 'bad.yml': '# one\nservices: []\n' });
    for (const [path, expected] of table) {
      await write({ 'compose.yaml': `include: [${path}]\n` });
      expect(await resolved()).toEqual(expected);
    }
    await write({ 'compose.yaml': 'include: [compose.yaml]\n' });
    expect(await resolved()).toMatchObject(['compose-invalid', { file: 'compose.yaml', line: 1 }]);
    await write({ 'compose.yaml': `include: [${'a.yml, '.repeat(101)}]\n`, 'a.yml': services('a') });
    expect(await resolved()).toMatchObject(['compose-invalid', { file: 'a.yml' }]);
  });
});

describe('gatherServices', () => {
  it('looks where a Rediaccfile stands, and names a service that stands twice', async () => {
    await write({
      Rediaccfile: '',
      'docker-compose.yml': services('redis', 'api'),
      'db/rediaccfile': '',
      'db/docker-compose.yaml': 'services:\n  postgres:\n    ports: ["5432:5432"]\n  redis: {}\n',
      'db/docker-compose.override.yml': services('backup'),
      'without/compose.yaml': services('not-this'),
      'empty/Rediaccfile': '',
      '.hidden/Rediaccfile': '',
      '.hidden/compose.yaml': services('nor-this'),
    });
    expect(await gatherServices(projectReader(), root, await listRepositoryFolders(root))).toEqual({
      services: ['api', 'backup', 'postgres', 'redis'],
      notices: [
        {
          code: 'service-in-two-folders',
          details: { service: 'redis', first: 'docker-compose.yml', second: 'db/docker-compose.yaml' },
        },
        {
          code: 'ports-ignored',
          details: { file: 'db/docker-compose.yaml', line: 3, service: 'postgres', variable: 'POSTGRES_IP' },
        },
      ],
    });
  });

  it('passes over variables that are a folder, and a mark before the first of them', async () => {
    await write({ '.env/pyvenv.cfg': '', 'compose.yaml': services('api'), 'x.env/file': '' });
    expect(await resolved()).toMatchObject({ services: ['api compose.yaml'] });
    expect(await resolved({ envFiles: ['x.env'] })).toMatchObject({ services: ['api compose.yaml'] });
    await write({ 'compose.yaml': 'include: [in/compose.yaml]\n', 'in/compose.yaml': services('deep') });
    await mkdir(join(root, 'in/.env'));
    expect(await resolved()).toMatchObject({ services: ['deep in/compose.yaml'] });
    await rm(join(root, '.env'), { recursive: true });
    await write({ '.env': '\uFEFFCOMPOSE_FILE=in/compose.yaml' });
    expect(await resolved()).toMatchObject({ files: ['in/compose.yaml'] });
  });
});

it('reads UTF-16 by its mark, as editors on Windows write it', async () => {
  const text = Buffer.from(`\uFEFF${services('api', 'db')}`, 'utf16le');
  for (const bytes of [text, Buffer.from(text).swap16()]) {
    await writeFile(join(root, 'compose.yaml'), bytes);
    expect(await resolved()).toMatchObject({ services: ['api compose.yaml', 'db compose.yaml'] });
  }
});

describe('links in a repository', () => {
  const link = (target: string, path: string): Promise<void> => symlink(target, join(root, path));

  it('are followed while they stay in it: to files, through folders, by its path, by its name', async () => {
    await write({
      'real/base.yml': services('base'),
      'real/deep/env': 'COMPOSE_FILE=one.yml:two.yml:three/base.yml\n',
    });
    await link('real', 'here');
    await link('here/deep/../deep/env', '.env');
    await link('./here/base.yml', 'one.yml');
    await link(join(root, 'one.yml'), 'two.yml');
    const byName = `${root}-by-name`;
    await symlink(root, byName);
    await link(`${byName}/real`, 'three');
    expect(await resolved().finally(() => rm(byName))).toMatchObject({
      files: ['one.yml', 'two.yml', 'three/base.yml'],
      services: ['base one.yml'],
    });
    expect(await resolved({ projectDirectory: 'here' })).toMatchObject({ files: [] });
  });

  it('are as nothing where they lead to nothing', async () => {
    await write({ 'compose.yaml': services('api') });
    await link('missing', '.env');
    expect(await resolved()).toMatchObject({ services: ['api compose.yaml'] });
    await link('missing', 'gone.yml');
    expect(await resolved({ files: ['gone.yml'] })).toEqual(['file-not-found', { file: 'gone.yml' }]);
  });

  it.each([
    ['/etc/hostname', 'it is a link that leads out of the repository'],
    ['../../../etc/hostname', 'it is a link that leads out of the repository'],
    ['sub/../../x', 'it is a link that leads out of the repository'],
    ['compose.yaml', 'it leads through more than 40 links'],
    ['/proc/self/environ', 'it is a link that leads out of the repository'],
  ])('are refused where they lead elsewhere: %s', async (target, reason) => {
    await mkdir(join(root, 'sub'));
    await link(target, 'compose.yaml');
    expect(await resolved()).toEqual(['unsafe-path', { path: 'compose.yaml', reason }]);
    await rm(join(root, 'compose.yaml'));
    await write({ 'compose.yaml': services('api') });
    await link(target === 'compose.yaml' ? '.env' : target, '.env');
    expect(await resolved()).toEqual(['unsafe-path', { path: '.env', reason }]);
  });

  it('are refused where they lead to what is no file', async () => {
    await mkdir(join(root, 'sub'));
    await link('sub', 'compose.yaml');
    expect(await resolved()).toEqual(['unsafe-path', { path: 'sub', reason: 'it is not a regular file' }]);
    execFileSync('mkfifo', [join(root, 'pipe')]);
    await link('pipe', '.env');
    expect(await resolved()).toEqual(['unsafe-path', { path: 'pipe', reason: 'it is not a regular file' }]);
  });
});
