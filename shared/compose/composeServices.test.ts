import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCompose } from './compose.ts';
import { overrideFor } from '../../renet/compose/composeOverride.ts';
import { mergeFolders, mergeServices, networkDecision, portsNotices } from './composeServices.ts';
import type { MergedService } from './composeServices.ts';
import { AppError } from '../errors.ts';

/** Merges the services of files given as texts, named 1.yaml, 2.yaml, ... */
function merge(...texts: string[]): MergedService[] {
  return mergeServices(texts.flatMap((text, at) => readCompose(text, `${at + 1}.yaml`)));
}

function decide(...texts: string[]): unknown {
  const [service] = merge(...texts);
  if (service === undefined) return 'no service';
  try {
    return networkDecision(service);
  } catch (error) {
    if (error instanceof AppError) return [error.code, error.details];
    throw error;
  }
}

describe('mergeServices', () => {
  it('unites the names, sorted bytewise, and keeps where each was first found', () => {
    const base = 'services:\n  web: {}\n  Api: {}\n  db: {}\n';
    const override = 'services:\n  db: {}\n  api: {}\n';
    expect(merge(base, override).map(({ name, file, line }) => `${name} ${file}:${line}`)).toEqual([
      'Api 1.yaml:3',
      'api 2.yaml:3',
      'db 1.yaml:4',
      'web 1.yaml:2',
    ]);
  });

  it('removes and replaces whole services, and all of them', () => {
    const base = 'services: {a: {network_mode: host}, b: {network_mode: host}}';
    expect(merge(base, 'services: {a: !reset null, b: !override {image: x}}')).toMatchObject([
      { name: 'b', settings: {} },
    ]);
    expect(merge(base, 'services: !override {c: {}}').map(({ name }) => name)).toEqual(['c']);
  });
});

describe('networkDecision', () => {
  const refused = (file: string, line: number, what: string): unknown => [
    'compose-network',
    { file, line, service: 'a-b', what, variable: 'A_B_IP' },
  ];
  const one = (keys: string): string => `services:\n  a-b:\n    image: x\n    ${keys}\n`;
  const table: [string[], unknown][] = [
    [[one('')], 'inject-host'],
    [[one('network_mode:')], 'inject-host'],
    [[one('network_mode: ""')], 'inject-host'],
    [[one('network_mode: ${UNSET}')], 'inject-host'],
    [[one('networks: {}')], 'inject-host'],
    [[one('network_mode: host')], 'pass'],
    [[one('network_mode: none')], 'pass'],
    [[one('network_mode: service:db')], 'pass'],
    [[one('network_mode: container:abc')], 'pass'],
    [[one('network_mode: bridge')], refused('1.yaml', 4, 'network_mode: bridge')],
    [[one('network_mode: mine')], refused('1.yaml', 4, 'network_mode: mine')],
    [[one('network_mode: "service:"')], refused('1.yaml', 4, 'network_mode: service:')],
    [[one('networks: [front]')], refused('1.yaml', 4, 'networks:')],
    [[one(''), one('networks: {front: }')], refused('2.yaml', 4, 'networks:')],
    [[one('networks: [front]'), one('networks: !reset []')], 'inject-host'],
    [[one('networks: [front]'), one('networks: !override []')], 'inject-host'],
    [[one('networks: [front]'), one('networks:')], refused('1.yaml', 4, 'networks:')],
    [[one('network_mode: bridge'), one('network_mode: host')], 'pass'],
    [[one('network_mode: host'), one('network_mode: !reset null')], 'inject-host'],
  ];
  it.each(table)('%j', (texts, expected) => {
    expect(decide(...texts)).toEqual(expected);
  });
});

describe('overrideFor', () => {
  const repository = { name: 'shop', networkId: 2816 };
  const addresses = { api: '127.0.11.2' };

  it('writes these bytes', () => {
    const services = merge(
      'services: {db: {network_mode: none, build: {context: ., network: none}}, api: {build: ./api}, job: {build: {network: default}}}',
    );
    expect(overrideFor(services, { repository, addresses, strict: true })).toBe(
      [
        'services:',
        '  "api":',
        '    labels:',
        '      rediacc.service_name: "api"',
        '      rediacc.service_ip: "127.0.11.2"',
        '      rediacc.network_id: "2816"',
        '      rediacc.repo_name: "shop"',
        '    network_mode: host',
        '    build:',
        '      network: host',
        '  "db":',
        '    labels:',
        '      rediacc.service_name: "db"',
        '      rediacc.network_id: "2816"',
        '      rediacc.repo_name: "shop"',
        '  "job":',
        '    labels:',
        '      rediacc.service_name: "job"',
        '      rediacc.network_id: "2816"',
        '      rediacc.repo_name: "shop"',
        '    network_mode: host',
        '    build:',
        '      network: host',
        '',
      ].join('\n'),
    );
  });

  it('refuses a network of its own when strict, else leaves it as it is', () => {
    const services = merge('services: {a: {networks: [x]}, b: {network_mode: bridge}}');
    expect(() => overrideFor(services, { repository, addresses, strict: true })).toThrow(AppError);
    expect(overrideFor(services, { repository, addresses, strict: false })).not.toContain('network_mode');
  });

  it('is a compose file of the same services, injected where the rule says, whatever the order of the input', () => {
    const name = fc.stringMatching(/^[a-zA-Z0-9._-]{1,12}$/);
    const body = fc.constantFrom('{}', '{network_mode: host}', '{network_mode: none}', '{build: .}');
    fc.assert(
      fc.property(fc.dictionary(name, body, { noNullPrototype: true }), (wanted) => {
        const lines = Object.entries(wanted).map(([key, value]) => `  "${key}": ${value}\n`);
        const text = (all: string[]): string => (all.length === 0 ? '' : `services:\n${all.join('')}`);
        const written = overrideFor(merge(text(lines)), { repository, addresses: {}, strict: true });
        expect(
          overrideFor(merge(text([...lines].reverse())), { repository, addresses: {}, strict: true }),
        ).toBe(written);
        const back = Object.fromEntries(merge(written).map((one) => [one.name, one.settings]));
        expect(Object.keys(back).sort()).toEqual(Object.keys(wanted).sort());
        for (const [key, value] of Object.entries(wanted)) {
          expect([back[key]?.network_mode?.value, back[key]?.build?.value]).toEqual([
            value.includes('network_mode') ? undefined : 'host',
            value.includes('build') ? 'set' : undefined,
          ]);
        }
      }),
    );
  });
});

describe('notices', () => {
  it('names ports that have no effect', () => {
    expect(
      portsNotices(
        merge('services:\n  a:\n    ports: ["1:1"]\n  b.c:\n    ports:\n      - target: 80\n  d: {}\n'),
      ),
    ).toEqual([
      { code: 'ports-ignored', details: { file: '1.yaml', line: 3, service: 'a', variable: 'A_IP' } },
      {
        code: 'ports-ignored',
        details: { file: '1.yaml', line: 5, service: 'b.c', variable: '{SERVICE}_IP' },
      },
    ]);
  });

  it('names both folders of one service, which gets one slot', () => {
    const folders = [
      { file: 'compose.yaml', names: ['redis', 'api'] },
      { file: 'db/compose.yml', names: ['postgres', 'redis'] },
      { file: 'web/compose.yml', names: ['redis'] },
    ];
    const notice = (second: string): unknown => ({
      code: 'service-in-two-folders',
      details: { service: 'redis', first: 'compose.yaml', second },
    });
    expect(mergeFolders(folders)).toEqual({
      services: ['api', 'postgres', 'redis'],
      notices: [notice('db/compose.yml'), notice('web/compose.yml')],
    });
  });
});
