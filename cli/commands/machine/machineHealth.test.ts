import { describe, expect, it } from 'vitest';
import { rdc, repository } from '../../rdc.fixtures.ts';

const info = {
  ...{ hostname: 'prod-1', cpus: 2, load: [0.2, 0.2, 0.2], uptime: 10, agent: '0.1.0', repositories: 1 },
  ...{ memoryTotal: 1000, memoryAvailable: 500, docker: '26.1.5', compose: '2.26.1', cryptsetup: '2.7.5' },
  datastore: { path: '/mnt/rediacc', total: 1000, available: 500 },
  disks: [{ path: '/', total: 1000, available: 100 }],
};
const shop = {
  ...{ ...repository, state: 'running', autostart: { enabled: false }, used: 1, available: 999 },
  notices: [],
};
const web = {
  ...{ id: 'c1', name: 'webapp-api-1', image: 'api', state: 'running', status: 'Up 2 minutes (unhealthy)' },
  ...{ health: 'unhealthy', service: 'api', address: '127.0.11.2', restarts: 3, cpu: 0.25, memory: 1048576 },
  repository,
};
const crashLoop = { restarts: 8, startedAt: 1, exitCode: 3 };
const answers = { 'machine.info': info, 'repository.list': [shop], 'machine.containers': [web] };

describe('machine health', () => {
  it('names what is not well with its next step, and ends as bad as the worst of it', async () => {
    const ran = await rdc('machine health', { answers });
    expect(ran.exit).toBe(11);
    expect(ran.stdout.split('\n')).toEqual([
      '✓ Load 0.1 per processor over 15 minutes',
      '✓ Memory 50 % used',
      '✓ Datastore /mnt/rediacc 50 % used',
      '! Disk / 90 % used (warning)',
      '  → Free space on it.',
      '✓ Agent 0.1.0',
      '✗ Container webapp-api-1 of webapp: Up 2 minutes (unhealthy) (error)',
      '  → See `rdc repo logs webapp`.',
      'Looked at, repositories: 1, containers: 1. Health of the machine: error',
      '',
    ]);
  });

  it('is an error, exit code 11, while a container ends again and again', async () => {
    const looping = { ...web, health: 'none', status: 'Up 3 seconds', restarts: 8, crashLoop };
    const ran = await rdc('machine health', { answers: { ...answers, 'machine.containers': [looping] } });
    expect(ran.exit).toBe(11);
    expect(ran.stdout).toContain(
      '✗ Container webapp-api-1 of webapp ends again and again: 8 restarts, last exit code 3 (error)\n',
    );
  });

  it.each([
    ['is right', 300, '', ['✓ Clock: as here']],
    [
      'is a year ahead',
      365 * 86_400_000,
      '',
      [
        '✗ Clock: 365 d ahead of this computer’s (error)',
        '  → Set it, and let it be kept right: `sudo timedatectl set-ntp true` on the machine. If the machine’s is right, set this computer’s.',
      ],
    ],
    [
      'is behind',
      -120_000,
      '--lang fr',
      ['! Horloge\u00a0: en retard de 2 min sur cet ordinateur (avertissement)'],
    ],
  ])('says that the clock %s', async (_, clockAhead, words, lines) => {
    const told = { ...answers, 'machine.info': { ...info, clockAhead } };
    const ran = await rdc(`machine health ${words}`, { answers: told });
    expect(ran.stdout.split('\n')).toEqual(expect.arrayContaining(lines));
  });

  it('tells programs every check, the good ones too', async () => {
    const ran = await rdc('machine health --output json', {
      answers: { ...answers, 'machine.containers': [] },
    });
    const { level, checks } = JSON.parse(ran.stdout) as { level: string; checks: { code: string }[] };
    expect([ran.exit, level]).toEqual([10, 'warning']);
    expect(checks.map(({ code }) => code)).toEqual([
      ...['load', 'memory', 'datastore', 'disk', 'agent', 'repository', 'volume'],
    ]);
  });

  it('is critical, exit code 12, when a repository is damaged; in French too', async () => {
    const damaged = { ...shop, state: 'damaged' };
    const ran = await rdc('machine health --lang fr', {
      answers: { ...answers, 'repository.list': [damaged] },
    });
    expect(ran.exit).toBe(12);
    expect(ran.stdout).toMatch(/✗ Dépôt webapp\s: endommagé \(critique\)/);
    expect(ran.stdout).toContain('Charge 0,1 par processeur');
  });
});

describe('machine containers', () => {
  it('lists them with what they use', async () => {
    const { stdout } = await rdc('machine containers', { answers });
    expect(stdout.split('\n').map((line) => line.split(/ {2,}/))).toEqual([
      ['REPOSITORY', 'CONTAINER', 'STATE', 'ADDRESS', 'RESTARTS', 'CPU', 'MEMORY'],
      ['webapp', 'webapp-api-1', 'Up 2 minutes (unhealthy)', '127.0.11.2', '3', '25.0 %', '1.0 MiB'],
      [''],
    ]);
  });

  it('says which are in a crash loop', async () => {
    const looping = { ...web, health: 'none', status: 'Up 3 seconds', crashLoop };
    const { stdout } = await rdc('machine containers', {
      answers: { ...answers, 'machine.containers': [looping] },
    });
    expect(stdout).toContain('  Up 3 seconds, crash loop: 8 restarts, last exit code 3  ');
  });

  it('writes figures as the language does', async () => {
    const { stdout } = await rdc('machine containers --lang fr', { answers });
    expect(stdout).toMatch(/ 25,0 % +1,0 Mio\n/);
  });
});
