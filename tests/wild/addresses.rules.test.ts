// On true bash and true files; a folder stands for the volume.

import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { stateOf } from '../../renet/observe/inventory.ts';
import { hostsFileFor } from '../../renet/compose/hostsFiles.ts';
import { daemonFolder, nameLink } from '../../renet/paths.ts';
import { daemonConfigFile } from '../../renet/volume/daemonFolder.ts';
import { validateRepository } from '../../renet/validate/validate.ts';
import { readTextIfThere, runCommand } from '../../renet/host.ts';
import { noticeText } from '../../shared/text/noticeText.ts';
import { en } from '../../shared/text/en/en.ts';
import { cgroupRoot, giveNetworkId, makeRepository } from '../support/nativeRepository.ts';
import type { NativeRepository } from '../support/nativeRepository.ts';
import { wildCase } from '../support/wildCase.ts';

const repositories: NativeRepository[] = [];
afterEach(() => {
  for (const made of repositories.splice(0)) made.remove();
});

function repositoryWith(files: Record<string, string>): NativeRepository {
  const made = makeRepository(files);
  repositories.push(made);
  giveNetworkId(made, 77_056);
  symlinkSync(made.guid, nameLink(made.machine.paths, 'shop'));
  return made;
}

/** Returns the notices with a code, as each place tells them: the state, the preview, validate. */
async function told(repository: NativeRepository, code: string): Promise<Record<string, string[]>> {
  const sentences = (all: readonly Parameters<typeof noticeText>[0][]): string[] =>
    all.filter((one) => one.code === code).map((one) => noticeText(one, en));
  return {
    slots: sentences((await stateOf(repository.machine, 'shop')).notices),
    preview: sentences((await repository.plan('up')).plan.notices),
    validate: sentences(await validateRepository(repository.machine, runCommand, 'shop')),
  };
}

const everywhere = (sentences: string[]): Record<string, string[]> => ({
  slots: sentences,
  preview: sentences,
  validate: sentences,
});

describe('several containers of a service', () => {
  const sentence = (place: string, setting: string, service: string): string =>
    `${place}: ${setting} starts ${setting.split(' ')[1] ?? ''} containers of "${service}", which share one address and one port on the host network: only one of them can listen.`;

  it('are told with file and line', async () => {
    const repository = repositoryWith(wildCase('35-replicas-on-one-address'));
    expect(await told(repository, 'replicas-share-address')).toEqual(
      everywhere([
        sentence('compose.yaml, line 5', 'deploy.replicas 3', 'api'),
        sentence('compose.yaml, line 8', 'scale 2', 'job'),
      ]),
    );
  });

  it.each<[string, string[], Record<string, string>]>([
    [
      'from an override, a variable and a base',
      [
        sentence('compose.override.yaml, line 3', 'deploy.replicas 2', 'a'),
        sentence('compose.yaml, line 4', 'scale 4', 'b'),
        sentence('base.yml, line 2', 'scale 5', 'c'),
      ],
      {
        '.env': 'MANY=4\n',
        'compose.yaml':
          'services:\n  a: {image: x}\n  b:\n    scale: ${MANY}\n  c: {extends: {service: c, file: base.yml}}\n',
        'compose.override.yaml': 'services:\n  a:\n    deploy: {replicas: 2}\n',
        'base.yml': 'services:\n  c: {image: x, scale: 5}\n',
      },
    ],
    [
      'not where there is one, none, or a network for each',
      [],
      {
        'compose.yaml': [
          'services:',
          '  a: {deploy: {replicas: 1}}',
          '  b: {scale: 0}',
          '  c: {network_mode: none, scale: 3}',
          '  d: {deploy: {resources: {limits: {cpus: "2"}}}}',
          '  e: {scale: 1, deploy: {replicas: 3}}',
          '  f: {deploy: {replicas: 3}}',
          '  g: {scale: 3}',
          '  h: {deploy: {replicas: 3}}',
          '',
        ].join('\n'),
        'compose.override.yaml':
          'services: {f: {deploy: !reset null}, g: {scale: !reset 0}, h: {deploy: !override {mode: replicated}}}\n',
      },
    ],
  ])('%s', async (_, sentences, files) => {
    const repository = repositoryWith({ Rediaccfile: '', ...files });
    expect(await told(repository, 'replicas-share-address')).toEqual(everywhere(sentences));
  });
});

describe('folders that become one Compose project', () => {
  const sentence = (place: string, first: string, second: string, project: string): string =>
    `${place}: the compose files in "${first}" and in "${second}" are one Compose project, "${project}": \`--remove-orphans\` or \`down\` in one removes the containers of the other.`;

  it('are both named', async () => {
    const repository = repositoryWith(wildCase('34-two-folders-one-project'));
    expect(await told(repository, 'two-folders-one-project')).toEqual(
      everywhere([sentence('myapp/compose.yaml, line 1', 'my.app', 'myapp', 'myapp')]),
    );
  });

  it.each<[string, Record<string, string>]>([
    ['`name:`', { 'my.app/compose.yaml': 'name: other\nservices:\n  web: {image: web:1}\n' }],
    ['COMPOSE_PROJECT_NAME in `.env`', { 'myapp/.env': 'COMPOSE_PROJECT_NAME=other\n' }],
    [
      'COMPOSE_PROJECT_NAME in the Rediaccfile',
      { 'myapp/Rediaccfile': 'export COMPOSE_PROJECT_NAME=other\nup() { renet compose -- up -d; }\n' },
    ],
    ['-p', { 'myapp/Rediaccfile': 'up() { renet compose -- -p other up -d; }\n' }],
    ['`name:` of an override', { 'myapp/compose.override.yaml': 'name: ${UNSET:-other}\n' }],
  ])('are none with %s in one of them', async (_, files) => {
    const repository = repositoryWith({ ...wildCase('34-two-folders-one-project'), ...files });
    expect(await told(repository, 'two-folders-one-project')).toEqual(everywhere([]));
  });

  it('are found by the name that decides, whatever the folders are called', async () => {
    const repository = repositoryWith({
      ...{ 'a/Rediaccfile': '', 'a/compose.yaml': 'name: Shop.1\nservices: {a: {image: x}}\n' },
      ...{ 'b/Rediaccfile': '', 'b/compose.yaml': 'services: {b: {image: x}}\n' },
      'b/.env': 'COMPOSE_PROJECT_NAME=shop1\n',
      ...{ 'c/Rediaccfile': '', 'c/compose.yaml': 'services: {c: {image: x}}\nname: shop1\n' },
      // An included file gives no name, and the same files are no second project.
      ...{ 'd/Rediaccfile': '', 'd/compose.yaml': 'include: [more.yml]\n' },
      'd/more.yml': 'name: shop1\nservices: {d: {image: x}}\n',
      ...{ 'e/Rediaccfile': '', 'e/.env': 'COMPOSE_FILE=../a/compose.yaml\n' },
    });
    expect(await told(repository, 'two-folders-one-project')).toEqual(
      everywhere([
        sentence('b/compose.yaml, line 1', 'a', 'b', 'shop1'),
        sentence('c/compose.yaml, line 2', 'a', 'c', 'shop1'),
      ]),
    );
  });
});

const isPossible = cgroupRoot() !== undefined;

describe.skipIf(!isPossible)('an up (SKIPPED without root and a writable cgroup v2 tree)', () => {
  it('tells each notice once, whether its plan was whole before or not', async () => {
    for (const mounted of [true, false]) {
      const repository = repositoryWith(wildCase('35-replicas-on-one-address'));
      repository.write({ Rediaccfile: 'up() { :; }\n' });
      repository.flags.mounted = mounted;
      const { events } = await repository.run('up', { mount: true });
      const codes = events.flatMap((event) => {
        if (event.type === 'notice') return [event.notice.code];
        return event.type === 'plan' ? event.plan.notices.map(({ code }) => code) : [];
      });
      expect(codes).toEqual([...['replicas-share-address', 'replicas-share-address'], 'services-assigned']);
    }
  });
});

describe('the hosts file of the services', () => {
  /** Runs an up, and returns the text of the hosts file at the time at which the daemon is started. */
  async function atDaemonStart(repository: NativeRepository): Promise<string | undefined> {
    const { paths, daemons } = repository.machine;
    let text: string | undefined;
    const start = daemons.start.bind(daemons);
    daemons.start = async (...words) => {
      text = await readTextIfThere(hostsFileFor(paths, 77_056, ''));
      return start(...words);
    };
    await repository.run('up');
    return text;
  }

  it('is there before the daemon is, which starts containers by itself', async () => {
    const repository = repositoryWith({
      Rediaccfile: 'up() { :; }\n',
      'compose.yaml': 'services:\n  store: {image: x}\n',
    });
    await repository.run('up');
    const { paths } = repository.machine;
    rmSync(hostsFileFor(paths, 77_056, ''));
    repository.flags.daemon = false;
    expect(await atDaemonStart(repository)).toMatch(/^127\.\S+ store$/m);
  });

  it('is left as it is where the daemon of the same network id is the one of another repository', async () => {
    const repository = repositoryWith({ Rediaccfile: 'up() { :; }\n' });
    const { paths } = repository.machine;
    mkdirSync(daemonFolder(paths, 77_056), { recursive: true });
    writeFileSync(daemonConfigFile(paths, 77_056), JSON.stringify({ 'data-root': '/elsewhere/data' }));
    expect(await atDaemonStart(repository)).toBeUndefined();
  });
});
