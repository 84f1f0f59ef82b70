// On the true docker compose, of the machines' Debian and the newest: it reads the files and our override, and needs no
// daemon for that. `npm test` fetches it (scripts/trueCompose.ts).

import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { composeSuites, keptCompose } from '../../scripts/trueCompose.ts';
import { realComposeDependencies, runCompose } from './runCompose.ts';

const guid = '3f2a9c1e-0b7d-4c55-9a10-5d2e8f6b7c44';

let datastore = '';

beforeEach(async () => {
  datastore = await realpath(await mkdtemp(join(tmpdir(), 'rediacc-true-compose-')));
  await mkdir(join(datastore, 'repositories'));
  const metadata = JSON.stringify({ guid, name: 'shop', networkId: 2816 });
  await writeFile(join(datastore, 'repositories', `${guid}.json`), metadata);
});

afterEach(async () => {
  await rm(datastore, { recursive: true });
});

/** Returns what the true Compose makes of the files and our override (`config`), which needs no daemon. */
async function configured(program: string, texts: Record<string, string>): Promise<unknown> {
  const root = join(datastore, 'repos', guid);
  for (const [path, text] of Object.entries(texts)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  let printed = '';
  await runCompose(['--profile', 'debug', 'config', '--format', 'json'], {
    ...realComposeDependencies(datastore),
    isRoot: true,
    run: join(datastore, 'run'),
    workingDirectory: root,
    isMounted: () => Promise.resolve(true),
    runCommand: ([docker, compose, ...words], { directory, environment }) => {
      expect([docker, compose]).toEqual(['docker', 'compose']);
      printed = execFileSync(program, words, { cwd: directory, env: environment, encoding: 'utf8' });
      return Promise.resolve(0);
    },
  });
  return JSON.parse(printed);
}

const labels = (service: string): Record<string, string> => ({
  'rediacc.service_name': service,
  'rediacc.network_id': '2816',
  'rediacc.repo_name': 'shop',
});

describe.each(composeSuites)(
  "renet compose on the docker compose of Debian's %s (SKIPPED WITHOUT IT)",
  (suite) => {
    const program = keptCompose(suite)?.program;

    it.skipIf(program === undefined)(
      'reaches every service: base, override, include, extends, profile, short build',
      async () => {
        const found = await configured(program ?? '', {
          'compose.yaml': 'include: [more/compose.yaml]\nservices:\n  api: {build: ./api, labels: [own=1]}\n',
          'compose.override.yaml':
            'services:\n  api: {command: x}\n  late: {extends: {service: base, file: base.yml}}\n',
          'more/compose.yaml':
            'services: {inner: {image: x}, quiet: {image: x, network_mode: none, profiles: [debug]}}\n',
          'base.yml': 'services: {base: {image: x, network_mode: none}}\n',
        });
        expect(found).toMatchObject({
          name: guid,
          services: {
            api: {
              network_mode: 'host',
              build: { network: 'host' },
              labels: { own: '1', ...labels('api') },
            },
            inner: { network_mode: 'host', labels: labels('inner') },
            late: { network_mode: 'none', labels: labels('late') },
            quiet: { network_mode: 'none', labels: labels('quiet') },
          },
        });
      },
    );

    it.skipIf(program === undefined)(
      'keeps both .env files of a COMPOSE_FILE that leads elsewhere',
      async () => {
        const found = await configured(program ?? '', {
          '.env': 'COMPOSE_FILE=deploy/base.yml\nTAG=outer\n',
          'deploy/.env': 'TAG=inner\nOTHER=both\n',
          'deploy/base.yml': 'services: {api: {image: "x:${TAG}-${OTHER}"}}\n',
        });
        expect(found).toMatchObject({ name: 'deploy', services: { api: { image: 'x:outer-both' } } });
      },
    );
  },
);
