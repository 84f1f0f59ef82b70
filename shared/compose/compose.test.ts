import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCompose } from './compose.ts';
import type { Setting } from './compose.ts';
import { AppError } from '../errors.ts';

/** Reads the services of a file with one document, as name -> key -> "line:value". */
function keys(
  text: string,
  environment: Record<string, string> = {},
): Record<string, Record<string, string>> {
  const [document] = readCompose(text, 'compose.yaml', (name) => environment[name]);
  const shown = (setting: Setting): string => `${setting.line}:${setting.value ?? 'away'}`;
  return Object.fromEntries(
    (document?.services ?? []).map(({ name, settings }) => [
      name,
      Object.fromEntries(Object.entries(settings).map(([key, setting]) => [key, shown(setting)])),
    ]),
  );
}

function refusal(text: string): unknown {
  try {
    readCompose(text, 'api/compose.yaml');
  } catch (error) {
    if (error instanceof AppError) return [error.code, error.details['file'], error.details['line']];
    throw error;
  }
  return 'read';
}

const invalid = (line: number): unknown => ['compose-invalid', 'api/compose.yaml', line];

describe('readCompose', () => {
  it('reads the keys that matter, with their lines', () => {
    const text = [
      'name: shop',
      'services:',
      '  api:',
      '    build: ./api',
      '    ports: ["8080:80"]',
      '  web:',
      '    build: { context: ., network: none }',
      '    networks:',
      '      - front',
      '  db:',
      '    image: postgres:16',
      '    network_mode: ${MODE:-host}',
      '    networks: []',
      '    ports:',
      '  job: { network_mode: "service:db", profiles: [debug] }',
    ].join('\n');
    expect(keys(text)).toEqual({
      api: { build: '4:set', ports: '5:set' },
      web: { build: '7:set', 'build.network': '7:none', networks: '8:set' },
      db: { network_mode: '12:host' },
      job: { network_mode: '15:service:db', profiles: '15:debug' },
    });
    expect(keys(text, { MODE: 'none' })['db']).toEqual({ network_mode: '12:none' });
  });

  it('follows anchors, merge keys and lists of them; own keys win, earlier merged ones before later', () => {
    const text = [
      'x-common: &common',
      '  network_mode: host',
      '  restart: always',
      'x-built: &built',
      '  build: .',
      '  network_mode: none',
      'x-ports: &ports ["1:1"]',
      'services:',
      '  one:',
      '    <<: *common',
      '  two:',
      '    <<: [*common, *built]',
      '  three:',
      '    <<: *common',
      '    network_mode: container:x',
      '    ports: *ports',
      '  four: *built',
    ].join('\n');
    expect(keys(text)).toEqual({
      one: { network_mode: '2:host' },
      two: { network_mode: '2:host', build: '5:set' },
      three: { network_mode: '15:container:x', ports: '16:set' },
      four: { build: '5:set', network_mode: '6:none' },
    });
  });

  it('knows the tags of Compose and passes over others', () => {
    const text = [
      'services:',
      '  api:',
      '    ports: !reset []',
      '    networks: !override []',
      '    network_mode: !reset null',
      '    build: !override',
      '      context: .',
      '    environment: !something [A=1]',
      '  old: !reset null',
      '  new: !override',
      '    image: x',
    ].join('\n');
    const [document] = readCompose(text, 'f');
    expect(document?.services.map(({ name, mode }) => [name, mode])).toEqual([
      ['old', 'remove'],
      ['api', 'merge'],
      ['new', 'replace'],
    ]);
    expect(keys(text)['api']).toEqual({
      ports: '3:away',
      networks: '4:away',
      network_mode: '5:away',
      'build.network': '6:away',
      build: '6:set',
    });
    expect(readCompose('services: !override {a: {}}', 'f')[0]?.replacesServices).toBe(true);
    expect(readCompose('services: !reset {a: {}}', 'f')[0]?.services).toEqual([]);
  });

  it('takes a merge key with its tag for one, and a quoted one for none', () => {
    const text = (key: string): string =>
      `x: &x {network_mode: none}\nservices:\n  a:\n    ${key}: [*x]\n  b:\n    ${key}: *x\n`;
    for (const key of ['!!merge <<', '!!merge "<<"', '<<'])
      expect(keys(text(key))).toEqual({ a: { network_mode: '1:none' }, b: { network_mode: '1:none' } });
    for (const key of ['"<<"', '!merge <<']) expect(keys(text(key))).toEqual({ a: {}, b: {} });
    expect(refusal('services:\n  a:\n    !!merge <<: {}\n    <<: {}\n')).toEqual(invalid(4));
  });

  it('lets a mapping from a merge key set again what !reset beside it took away from earlier files', () => {
    const text = [
      'x: &x',
      '  ports: ["1:1"]',
      '  networks: !reset []',
      'services:',
      '  a:',
      '    ports: !reset []',
      '    network_mode: !reset null',
      '    <<: *x',
    ].join('\n');
    expect(keys(text)['a']).toEqual({ ports: '2:set', network_mode: '7:away', networks: '3:away' });
  });

  it('reads include and extends in their short and long forms', () => {
    const text = [
      'include:',
      '  - a.yaml',
      '  - path: ${DIR:-b}/compose.yaml',
      '    project_directory: .',
      '    env_file: x.env',
      '  - { path: [c.yaml, d.yaml], env_file: [1.env, 2.env] }',
      'services:',
      '  one: { extends: two }',
      '  two: { extends: { service: base, file: common.yml } }',
    ].join('\n');
    const [document] = readCompose(text, 'f');
    expect(document?.includes).toEqual([
      { paths: ['a.yaml'], envFiles: [], line: 2 },
      { paths: ['b/compose.yaml'], projectDirectory: '.', envFiles: ['x.env'], line: 3 },
      { paths: ['c.yaml', 'd.yaml'], envFiles: ['1.env', '2.env'], line: 6 },
    ]);
    expect(document?.services.map((service) => service.extends)).toEqual([
      { service: 'two', line: 8 },
      { service: 'base', file: 'common.yml', line: 9 },
    ]);
  });

  it('takes an empty file, and every document of a file with several, as Compose does', () => {
    expect([readCompose('', 'f'), readCompose('# nothing\n', 'f').flatMap((one) => one.services)]).toEqual([
      [],
      [],
    ]);
    const names = readCompose('services: {a: {}}\n---\nservices: {b: {}}\n', 'f').map(
      ({ services }) => services[0]?.name,
    );
    expect(names).toEqual(['a', 'b']);
  });

  const table: [string, string, unknown][] = [
    ['bad YAML', 'services:\n  api: [1\n', invalid(3)],
    ['a tab as indentation', 'services:\n\tapi: {}\n', invalid(2)],
    ['a key twice', 'services:\n  a: {}\n  b: {}\n  a: {}\n', invalid(4)],
    ['a key twice deep inside', 'services:\n  a:\n    environment:\n      X: 1\n      X: 2\n', invalid(5)],
    ['a list at the top', '- a\n', invalid(1)],
    ['services as a list', 'name: x\nservices: [a]\n', invalid(2)],
    ['a service as text', 'services:\n  a: text\n', invalid(2)],
    ['a name no service may have', 'services:\n  a b: {}\n', invalid(2)],
    ['a number as a name', 'services:\n  1: {}\n', invalid(2)],
    ['include as a mapping', 'include: {}\n', invalid(1)],
    ['include without a path', 'include:\n  - env_file: x\n', invalid(2)],
    ['a merge of no mapping', 'x: &x [1]\nservices:\n  a: { <<: *x }\n', invalid(1)],
    ['an alias without an anchor', 'services:\n  a: *x\n', invalid(1)],
    ['aliases of aliases', billionLaughs(), invalid(6)],
    ['an anchor within itself', 'services: &s\n  a: *s\n', invalid(1)],
    ['nesting beyond measure', '['.repeat(100_000), invalid(1)],
    ['more than 1 MiB', `# ${'é'.repeat(600_000)}\n`, ['file-too-large', 'api/compose.yaml', undefined]],
    ['hundreds of aliases of one anchor', `x: &x {a: 1}\ny:\n${'  - *x\n'.repeat(999)}`, 'read'],
    ['thousands of anchors', aliasPairs(5000), 'read'],
    ['thousands of documents', `a: 1\n${'---\n'.repeat(200_000)}`, invalid(1002)],
    ['half a million escaped line ends', `a: "${'\\\n'.repeat(500_000)}"\n`, invalid(10_001)],
    ['merges of merges, each longer', mergeChain(400), 'read'],
    ['brackets in comments', `#${'['.repeat(1000)}\n`, 'read'],
  ];
  it.each(table)('%s', (_, text, expected) => {
    expect(refusal(text)).toEqual(expected);
  });

  it('throws nothing but AppError, whatever the text', () => {
    const word = fc.constantFrom(
      ...[
        'services',
        'include',
        'extends',
        'build',
        'networks',
        '<<',
        '&a',
        '*a',
        '!reset',
        '!override',
        '!x',
        '${A:-',
      ],
      ...[
        ':',
        ': ',
        '- ',
        '\n',
        '\n  ',
        '\n    ',
        '{',
        '}',
        '[',
        ']',
        '"',
        "'",
        '|',
        '>',
        '?',
        ',',
        '---\n',
        '#',
        'null',
        '\t',
      ],
    );
    const text = fc.oneof(
      fc.string(),
      fc.array(fc.oneof(word, fc.string({ maxLength: 3 }))).map((words) => words.join('')),
    );
    fc.assert(
      fc.property(text, (yaml) => void refusal(yaml)),
      { numRuns: 2000 },
    );
  });
});

/** Makes a text with so many anchors, each of them used once. */
function aliasPairs(count: number): string {
  return Array.from({ length: count }, (_, at) => `k${at}: &a${at} {x: 1}\nl${at}: *a${at}\n`).join('');
}

/** Makes a chain of mappings, each of which merges the one before, and a service that merges the last. */
function mergeChain(length: number): string {
  const links = Array.from({ length }, (_, at) => `x${at + 1}: &x${at + 1} {<<: *x${at}, k${at}: 1}\n`);
  return `x0: &x0 {k: 1}\n${links.join('')}services:\n  s: {<<: *x${length}}\n`;
}

/** Makes a text of nine levels of aliases, each ten times the one before: small to read, a billion when written out. */
function billionLaughs(): string {
  const levels = Array.from({ length: 9 }, (_, at) => {
    const below = at === 0 ? 'lol' : `*l${at - 1}`;
    return `l${at}: &l${at} [${Array.from({ length: 10 }, () => below).join(', ')}]\n`;
  });
  return levels.join('');
}
