// On true bash: it judges the Rediaccfiles; answers of the tests stand for cryptsetup and dumpe2fs.

import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { describeFinding } from '../../shared/lint/findings.ts';
import type { Finding } from '../../shared/lint/findings.ts';
import { en } from '../../shared/text/en/en.ts';
import { makeRepository } from '../../tests/support/nativeRepository.ts';
import type { NativeRepository } from '../../tests/support/nativeRepository.ts';
import { runCommand } from '../host.ts';
import type { RunCommand } from '../host.ts';
import { metadataFile, nameLink, volumeFile } from '../paths.ts';
import { validateRepository } from './validate.ts';

const compose = 'services:\n  api:\n    image: x\n';

let repository: NativeRepository;
beforeEach(() => {
  repository = makeRepository({
    Rediaccfile: 'up() { renet compose -- up -d; }\n',
    'docker-compose.yml': compose,
    '.rediacc.json': '{"services": {"api": {"slot": 0}}}',
  });
  const { paths } = repository.machine;
  // Addresses of its own, because other tests listen on those that all other native repositories have.
  const metadata = metadataFile(paths, repository.guid);
  writeFileSync(metadata, readFileSync(metadata, 'utf8').replace('2816', '66816'));
  symlinkSync(repository.guid, nameLink(paths, 'shop'));
  chmodSync(volumeFile(paths, repository.guid), 0o600);
});
afterEach(() => repository.remove());

/** Runs commands; cryptsetup and dumpe2fs only answer as for a sound volume (the machine tests have the true ones). */
const run: RunCommand = (command, options) => {
  const sound: Record<string, string> = {
    cryptsetup: JSON.stringify({
      keyslots: { 0: { kdf: { type: 'argon2id' } } },
      digests: { 0: { keyslots: ['0'], segments: ['0'] } },
    }),
    dumpe2fs: 'Filesystem state:         clean\nBlock count: 1\nBlock size: 4096\n',
  };
  const stdout = sound[command[0] ?? ''];
  return stdout === undefined
    ? runCommand(command, options)
    : Promise.resolve({ exitCode: 0, stdout, stderr: '' });
};

const validate = (): Promise<Finding[]> => validateRepository(repository.machine, run, 'shop');
const brief = async (): Promise<string[]> =>
  (await validate()).map(({ severity, code }) => `${severity} ${code}`);

describe('validation, natively', () => {
  it('finds nothing where nothing is wrong', async () => {
    expect(await validate()).toEqual([]);
  });

  it('says of a closed one what was not looked at', async () => {
    repository.flags.mounted = false;
    expect(await brief()).toEqual(['information not-looked-inside']);
  });

  it.each<[string, Record<string, string>, string[]]>([
    ['a truncated .rediacc.json', { '.rediacc.json': '{\n"services": {' }, ['error slots-file-invalid']],
    [
      'a slot given twice',
      { '.rediacc.json': '{"services": {"api": {"slot": 0}, "b": {"slot": 0}}}' },
      ['error slots-file-invalid'],
    ],
    [
      'a compose file that does not parse',
      { 'docker-compose.yml': 'services: [\n' },
      ['error compose-invalid'],
    ],
    [
      'a network of its own',
      { 'docker-compose.yml': `${compose}    networks: [a]\n` },
      ['error compose-network'],
    ],
    ['ports', { 'docker-compose.yml': `${compose}    ports: ["80:80"]\n` }, ['warning ports-ignored']],
    ['bash that does not parse', { Rediaccfile: 'up() {\n' }, ['error rediaccfile-syntax']],
    ['sudo docker', { Rediaccfile: 'up() { sudo docker ps; }\n' }, ['warning sudo-docker']],
    ['two spellings', { rediaccfile: '' }, ['error two-rediaccfiles']],
    [
      'a service without an address',
      { 'docker-compose.yml': `${compose}  b:\n    image: x\n` },
      ['information service-without-address'],
    ],
    ['a service that is gone', { 'docker-compose.yml': 'services: {}\n' }, ['information slot-kept']],
    [
      'one name in two folders',
      { 'a/Rediaccfile': '', 'a/compose.yml': compose },
      ['warning service-in-two-folders'],
    ],
    [
      'colliding names',
      {
        '.rediacc.json': '{"services":{}}',
        'docker-compose.yml': 'services:\n  a-b: {image: x}\n  a_b: {image: x}\n',
      },
      ['error colliding-names'],
    ],
  ])('finds %s', async (_, files, found) => {
    repository.write(files);
    expect(await brief()).toEqual(found);
  });

  it('tells file and line, and shows everything: one broken file hides no other', async () => {
    repository.write({
      '.rediacc.json': '{\n"services": {',
      'a/Rediaccfile': ':\nup() { sudo docker ps; }\n',
      'b/Rediaccfile': ':\n:\nup() { if; }\n',
      'b/compose.yml': 'services:\n  - x\n',
    });
    const found = await validate();
    expect(found.map(({ code, details: { file = '', line = 0 } }) => `${code} ${file} ${line}`)).toEqual([
      'rediaccfile-syntax b/Rediaccfile 3',
      'compose-invalid b/compose.yml 1',
      'slots-file-invalid .rediacc.json 2',
      'sudo-docker a/Rediaccfile 2',
    ]);
  });

  it('finds a Rediaccfile that others may write, and one that is a link', async () => {
    repository.write({ 'a/Rediaccfile': '' });
    chmodSync(join(repository.root, 'a/Rediaccfile'), 0o666);
    chownSync(join(repository.root, 'a/Rediaccfile'), 1234, 0);
    repository.write({ 'b/other': '' });
    symlinkSync('other', join(repository.root, 'b/Rediaccfile'));
    expect(await brief()).toEqual(['warning writable-by-others', 'warning link-skipped']);
  });

  it('refuses a pipe in the place of a Rediaccfile, and looks at the rest', async () => {
    mkdirSync(join(repository.root, 'a'));
    execFileSync('mkfifo', [join(repository.root, 'a/Rediaccfile')]);
    repository.write({ 'b/Rediaccfile': 'PASSWORD=hunter2 )\n' });
    const found = await validate();
    expect(found.map(({ code, details }) => `${code} ${details['path'] ?? details['file']}`)).toEqual([
      'unsafe-path a/Rediaccfile',
      'rediaccfile-syntax b/Rediaccfile',
    ]);
    expect(JSON.stringify(found)).not.toContain('hunter2');
    expect(found.map((one) => describeFinding(one, en).message)).toContain(
      'b/Rediaccfile is not valid bash: the error is at line 1.',
    );
  });

  it('runs nothing of the repository', async () => {
    repository.write({ Rediaccfile: 'touch ran; up() { touch ran; }\ntouch "$(touch ran)"\n' });
    await validate();
    expect(repository.exists('ran')).toBe(false);
  });

  it('finds a volume that others may read and whose space is not reserved, and a wrong link', async () => {
    const { paths } = repository.machine;
    writeFileSync(volumeFile(paths, repository.guid), '');
    truncateSync(volumeFile(paths, repository.guid), 64 * 1024 * 1024);
    chmodSync(volumeFile(paths, repository.guid), 0o644);
    unlinkSync(nameLink(paths, 'shop'));
    expect(await brief()).toEqual([
      ...['warning volume-sparse', 'warning volume-exposed', 'warning name-link'],
    ]);
  });

  it('finds nothing to start, a header that is gone, and damaged metadata', async () => {
    unlinkSync(join(repository.root, 'Rediaccfile'));
    const headless: RunCommand = (command, options) =>
      command[0] === 'cryptsetup'
        ? Promise.resolve({ exitCode: 1, stdout: '', stderr: '' })
        : run(command, options);
    const found = await validateRepository(repository.machine, headless, 'shop');
    expect(found.map(({ severity, code }) => `${severity} ${code}`)).toEqual([
      'error not-a-repository-volume',
      'warning nothing-to-start',
      'information slot-kept',
    ]);
    expect(found[1]?.details).toEqual({ name: 'shop', path: repository.root });
    writeFileSync(metadataFile(repository.machine.paths, repository.guid), '{');
    // Its link keeps the name.
    for (const found of [
      await validateRepository(repository.machine, run, repository.guid),
      await validate(),
    ])
      expect(found).toMatchObject([{ severity: 'error', code: 'repository-damaged' }]);
    await expect(validateRepository(repository.machine, run, 'nobody')).rejects.toMatchObject({
      code: 'repository-not-found',
    });
  });
});
