// On the true docker compose, of the machines' Debian and the newest: which containers it would make anew (it compares
// `config --hash`) needs no daemon. `npm test` fetches it (scripts/trueCompose.ts).

import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { composeSuites, keptCompose } from '../../scripts/trueCompose.ts';
import { realComposeDependencies, runCompose } from './runCompose.ts';
import type { MadeContainer } from './madeContainers.ts';

const guid = '3f2a9c1e-0b7d-4c55-9a10-5d2e8f6b7c44';

let datastore = '';
let root = '';
let made: MadeContainer[] = [];

beforeEach(async () => {
  // A dollar, which would be a variable in Compose's eyes.
  datastore = await realpath(await mkdtemp(join(tmpdir(), 'rediacc-$hosts-')));
  root = join(datastore, 'repos', guid);
  made = [];
  await mkdir(join(datastore, 'repositories'));
  const metadata = JSON.stringify({ guid, name: 'shop', networkId: 2816 });
  await writeFile(join(datastore, 'repositories', `${guid}.json`), metadata);
});

afterEach(async () => {
  await rm(datastore, { recursive: true });
});

async function write(texts: Record<string, string>): Promise<void> {
  for (const [path, text] of Object.entries(texts)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
}

/** Runs `renet compose` and returns what the true Compose prints. */
async function printed(program: string, words: string[]): Promise<string> {
  let output = '';
  await runCompose(words, {
    ...realComposeDependencies(datastore),
    isRoot: true,
    run: join(datastore, 'run'),
    workingDirectory: root,
    isMounted: () => Promise.resolve(true),
    madeContainers: () => Promise.resolve(made),
    notice: () => Promise.resolve(),
    runCommand: ([, , ...rest], { directory, environment }) => {
      output = execFileSync(program, rest, { cwd: directory, env: environment, encoding: 'utf8' });
      return Promise.resolve(0);
    },
  });
  return output;
}

/** Returns what Compose tells a changed service by, by service. */
async function hashes(program: string): Promise<Record<string, string>> {
  const lines = (await printed(program, ['config', '--hash', '*'])).trim().split('\n');
  return Object.fromEntries(lines.map((line) => line.split(' ') as [string, string]));
}

describe.each(composeSuites)("names for the docker compose of Debian's %s (SKIPPED WITHOUT IT)", (suite) => {
  const program = keptCompose(suite)?.program ?? '';
  const api = '  api: {image: x, volumes: ["./data:/data"]}\n';
  const web = '  web: {image: x, extra_hosts: ["mail:10.0.0.8"]}\n';

  it.skipIf(program === '')('change no service when another comes or goes', async () => {
    await write({ 'compose.yaml': `services:\n${api}${web}` });
    const before = await hashes(program);
    await write({ 'compose.yaml': `services:\n${api}${web}  redis: {image: x}\n` });
    const more = await hashes(program);
    await write({
      'compose.yaml': `services:\n${web}`,
      '.rediacc.json': '{"services": {"web": {"slot": 1}}}',
    });
    const fewer = await hashes(program);
    expect([Object.keys(more).sort(), more['api'], more['web'], fewer]).toEqual([
      ['api', 'redis', 'web'],
      before['api'],
      before['web'],
      { web: before['web'] },
    ]);
  });

  it.skipIf(program === '')(
    'leave a service with a container of an earlier version as that version had it',
    async () => {
      await write({ 'compose.yaml': `services:\n${api}  web: {image: x}\n` });
      const labels = {
        'rediacc.service_name': 'api',
        'rediacc.service_ip': '127.0.11.2',
        'rediacc.network_id': '2816',
        'rediacc.repo_name': 'shop',
      };
      made = [{ project: guid, service: 'api', labels, hosts: undefined }];
      const found = JSON.parse(await printed(program, ['config', '--format', 'json'])) as {
        services: Record<string, { volumes?: { source: string; target: string; read_only?: boolean }[] }>;
      };
      expect(found.services['api']?.volumes).toMatchObject([{ target: '/data' }]);
      expect(found.services['web']?.volumes).toMatchObject([
        {
          source: join(datastore, 'run/2816/hosts/services').replaceAll('$', '$$$$'),
          target: '/etc/hosts',
          read_only: true,
        },
      ]);
      // The override of 0.1.0 had labels and host networking, and no mount.
      const text = [
        'services:',
        '  api:',
        '    labels:',
        ...Object.entries(labels).map(([key, value]) => `      ${key}: "${value}"`),
      ];
      await write({ 'override-of-0.1.0.yml': [...text, '    network_mode: host', ''].join('\n') });
      const files = ['compose.yaml', 'override-of-0.1.0.yml'].flatMap((file) => ['-f', file]);
      const past = execFileSync(program, [...files, 'config', '--hash', 'api'], {
        cwd: root,
        encoding: 'utf8',
      });
      expect(`api ${(await hashes(program))['api'] ?? ''}`).toBe(past.trim());
    },
  );
});
