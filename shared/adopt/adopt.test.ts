import { describe, expect, it } from 'vitest';
import { readYaml } from '../compose/composeYaml.ts';
import { adopt, foldersToAdopt } from './adopt.ts';
import type { Adoption } from './adopt.ts';

const FOLDER = [{ folder: '', files: ['compose.yml'], hasRediaccfile: true }];

/** Adopts one compose file. Returns its text afterwards, and the questions as "code service". */
function adopted(text: string): { after: string; asks: string[] } {
  const result = adopt(FOLDER, () => text);
  const [after, asks] = [result.changes[0]?.after ?? text, questions(result)];
  // Whatever was adopted is adopted.
  const again = adopt(FOLDER, () => after);
  expect([again.changes, questions(again)]).toEqual([[], asks]);
  return { after, asks };
}

function questions({ findings }: Adoption): string[] {
  return findings
    .filter(({ severity }) => severity !== 'information')
    .map(({ code, details }) => `${code} ${String(details['service'] ?? details['file'])}`);
}

/** Adopts a service whose lines are given; returns its lines afterwards. */
function service(lines: string, name = 'db'): { after: string; asks: string[] } {
  const { after, asks } = adopted(`services:\n  ${name}:\n${lines.replace(/^/gm, '    ')}\n`);
  const own = after.split('\n').slice(2, -1);
  return { after: own.map((line) => line.slice(4)).join('\n'), asks };
}

describe('a service whose image is known listens at its address', () => {
  it.each([
    ['image: postgres:16', 'image: postgres:16\ncommand: -c listen_addresses=${DB_IP}'],
    [
      'image: postgres\ncommand: postgres -c x=1',
      'image: postgres\ncommand: postgres -c x=1 -c listen_addresses=${DB_IP}',
    ],
    [
      'image: postgres\ncommand: [postgres, -c, "listen_addresses=*"]',
      'image: postgres\ncommand: [postgres, -c, "listen_addresses=${DB_IP}"]',
    ],
    [
      'image: docker.io/library/postgres:${TAG:-16}',
      'image: docker.io/library/postgres:${TAG:-16}\ncommand: -c listen_addresses=${DB_IP}',
    ],
    [
      'image: mariadb:11\ncommand: "--max-connections=9"',
      'image: mariadb:11\ncommand: "--max-connections=9 --bind-address=${DB_IP}"',
    ],
    [
      'image: mysql\ncommand:\n  - mysqld # the server\n  - --sql-mode=',
      'image: mysql\ncommand:\n  - mysqld # the server\n  - --sql-mode=\n  - --bind-address=${DB_IP}\n  - --loose-mysqlx-bind-address=${DB_IP}',
    ],
    ['image: redis:7', 'image: redis:7\ncommand: redis-server --bind ${DB_IP}'],
    [
      "image: redis\ncommand: 'redis-server --save 60 1'",
      "image: redis\ncommand: 'redis-server --save 60 1 --bind ${DB_IP}'",
    ],
    [
      'image: redis\ncommand: >\n  redis-server\n  --appendonly yes\nrestart: always',
      'image: redis\ncommand: >\n  redis-server\n  --appendonly yes --bind ${DB_IP}\nrestart: always',
    ],
    ['image: valkey/valkey:8', 'image: valkey/valkey:8\ncommand: valkey-server --bind ${DB_IP}'],
    [
      'image: caddy',
      'image: caddy\ncommand: caddy file-server --root /usr/share/caddy --listen ${DB_IP}:80\nenvironment:\n  CADDY_ADMIN: ${DB_IP}:2019',
    ],
    ['image: mongo\ncommand: mongod --bind_ip_all', 'image: mongo\ncommand: mongod --bind_ip=${DB_IP}'],
    [
      'image: rabbitmq:3\nenvironment:\n  A: b # why',
      'image: rabbitmq:3\nenvironment:\n  A: b # why\n  RABBITMQ_NODE_IP_ADDRESS: ${DB_IP}',
    ],
    [
      'image: grafana/grafana\nenvironment:\n- A=b',
      'image: grafana/grafana\nenvironment:\n- A=b\n- GF_SERVER_HTTP_ADDR=${DB_IP}',
    ],
    [
      'image: minio/minio\ncommand: server /data --console-address ":9001"',
      'image: minio/minio\ncommand: server /data --console-address "${DB_IP}:9001" --address ${DB_IP}:9000',
    ],
    [
      'image: traefik:v3\ncommand: [--entrypoints.web.address=:80]',
      'image: traefik:v3\ncommand: ["--entrypoints.web.address=${DB_IP}:80"]',
    ],
  ])('%s', (before, after) => {
    expect(service(before)).toEqual({ after, asks: [] });
  });

  it('asks where a command is read by a shell, another program runs, or another’s image has the name', () => {
    for (const lines of [
      'image: redis\ncommand: sh -c "redis-server --requirepass $$P"',
      'image: postgres\nentrypoint: /start',
      'image: postgres\ncommand: -c listen_addresses=10.0.0.1',
      'image: bitnami/redis',
      'image: rabbitmq:3-management',
      'image: nginx\nvolumes: [./nginx.conf:/etc/nginx/nginx.conf]',
      'image: traefik:1.7',
    ])
      expect([lines, service(lines)]).toEqual([
        lines,
        { after: lines, asks: [expect.stringMatching(/ db$/)] },
      ]);
  });
});

describe('a service of a person’s own listens where its command or variables say it', () => {
  it.each([
    [
      'build: .\ncommand: uvicorn a:b --host 0.0.0.0 --port 80',
      'build: .\ncommand: uvicorn a:b --host ${DB_IP} --port 80',
    ],
    [
      'build: .\ncommand: [gunicorn, -b, 0.0.0.0:80, a]',
      'build: .\ncommand: [gunicorn, -b, "${DB_IP}:80", a]',
    ],
    [
      'build: .\ncommand: sh -c "m && python manage.py runserver 0.0.0.0:80"',
      'build: .\ncommand: sh -c "m && python manage.py runserver ${DB_IP}:80"',
    ],
    [
      'image: node\ncommand: node a.js\nenvironment: {HOST: 0.0.0.0}',
      'image: node\ncommand: node a.js\nenvironment: {HOST: "${DB_IP}"}',
    ],
    [
      'build: .\nenvironment:\n  - ASPNETCORE_URLS=http://+:80',
      'build: .\nenvironment:\n  - ASPNETCORE_URLS=http://${DB_IP}:80',
    ],
    [
      'image: a/b\ncommand: app --listen 0.0.0.0:80\nexpose: [80]',
      'image: a/b\ncommand: app --listen ${DB_IP}:80\nexpose: [80]',
    ],
    ['image: busybox\ncommand: sleep 9', 'image: busybox\ncommand: sleep 9'],
    [
      'image: alpine\ncommand: sh -c "sleep 9 && echo x"',
      'image: alpine\ncommand: sh -c "sleep 9 && echo x"',
    ],
    ['build: .\ncommand: celery -A x worker', 'build: .\ncommand: celery -A x worker'],
  ])('%s', (before, after) => {
    expect(service(before)).toEqual({ after, asks: [] });
  });

  it.each([
    'build: .',
    'build: .\nports: [80:80]',
    'image: their/thing',
    'image: their/thing\ncommand: app --rpc-listen 0.0.0.0:80',
    'image: their/thing\nenvironment: [RPC_ADDR=0.0.0.0]',
    'image: busybox\ncommand: httpd -f',
    'build: .\ncommand: sh -c "sleep 9 && ./app"',
    'build: .\ncommand: [sh, -c, "python manage.py migrate; ./app"]',
    'build: .\ncommand: |\n  sh -c "sleep 9\n  ./app"',
    'image: alpine\ncommand: sh -c "app --web 0.0.0.0:80 & sleep 9"',
    'image: alpine\ncommand: ./start',
    'build: .\ncommand: npm start',
    'build: .\ncommand: app --allow-from 0.0.0.0',
    'build: .\ncommand: app --a 0.0.0.0 --b 0.0.0.0',
    'build: .\ncommand: app -b 0.0.0.0:81\nports: [80:80]',
    'build: .\ncommand: app -b 0.0.0.0:80\nports: [80:80, 90:90]',
    'build: .\ncommand: celery worker\nports: [80:80]',
  ])('asks: %s', (lines) => {
    expect(service(lines)).toEqual({ after: lines, asks: [expect.stringMatching(/ db$/)] });
  });
});

describe('what the host’s network makes of a file', () => {
  it('takes networks, ports, links and bridge away, and leaves every other byte', () => {
    const text = [
      '\ufeffversion: "3" # old\r',
      'services:\r',
      '  db: # the database\r',
      '    # before the image\r',
      '    image: "postgres:16"   # sixteen\r',
      '    networks: [back]\r',
      '    ports:\r',
      '      - "5432:5432"\r',
      '    # after the ports\r',
      '    environment: {A: b}\r',
      '  job:\r',
      '    image: postgres\r',
      '    network_mode: bridge\r',
      '    command: pg_dump -h db x\r',
      '    links:\r',
      '      - db\r',
      '\r',
      'networks:\r',
      '  back:\r',
      'volumes: {d: }',
    ];
    const gone = [5, 6, 7, 12, 14, 15, 17, 18];
    const kept = text.filter((_, index) => !gone.includes(index));
    kept.splice(5, 0, '    command: -c listen_addresses=${DB_IP}\r');
    expect(adopted(text.join('\n'))).toEqual({ after: kept.join('\n'), asks: [] });
  });

  it('keeps the networks that a service keeps of which it asks', () => {
    const text = 'services:\n  a:\n    build: .\n    networks: [n]\nnetworks:\n  n:\n';
    expect(adopted(text)).toEqual({ after: text, asks: ['adopt-build a'] });
  });

  it('has a health check ask at the address', () => {
    const test = (image: string, line: string): string =>
      service(`image: ${image}\nhealthcheck:\n  test: ${line}`).after.split('\n').at(-1) ?? '';
    expect([
      test('redis', '["CMD", "redis-cli", "ping"]'),
      test('redis', 'redis-cli ping | grep PONG'),
      test('mongo', 'mongosh localhost:27017/test --quiet'),
      test('mysql', '[CMD, mysqladmin, ping, -h, localhost]'),
      test('mysql', '[CMD, mysqladmin, ping, -h, 127.0.0.1]'),
      test('grafana/grafana', '[CMD, curl, http://localhost:3000]'),
    ]).toEqual([
      '  test: ["CMD", "redis-cli", "-h", "${DB_IP}", "ping"]',
      '  test: redis-cli -h ${DB_IP} ping | grep PONG',
      '  test: mongosh ${DB_IP}:27017/test --quiet',
      '  test: [CMD, mysqladmin, ping, -h, localhost]',
      '  test: [CMD, mysqladmin, ping, -h, "${DB_IP}"]',
      '  test: [CMD, curl, "http://${DB_IP}:3000"]',
    ]);
    expect(service('image: redis\nhealthcheck:\n  test: /check.sh').asks).toEqual(['adopt-healthcheck db']);
  });
});

describe('what others use is not changed', () => {
  it.each([
    [
      'an alias',
      'x-p: &p ["5432:5432"]\nservices:\n  db:\n    image: postgres\n    ports: *p\n',
      'adopt-shared db',
    ],
    [
      'an anchor in use',
      'services:\n  db: &a\n    image: redis\n    command: redis-server\n  e:\n    <<: *a\n',
      'adopt-shared',
    ],
    [
      'a merge',
      'x-n: &n\n  networks: [b]\nservices:\n  db:\n    <<: *n\n    image: redis\nnetworks:\n  b:\n',
      'adopt-shared db',
    ],
    ['extends', 'services:\n  db:\n    image: redis\n  e:\n    extends: db\n', 'adopt-extends'],
    ['a tag', 'services:\n  db:\n    image: redis\n    ports: !reset []\n', 'adopt-tags'],
    ['two documents', 'services:\n  db:\n    image: redis\n---\nservices: {}\n', 'adopt-documents'],
    ['include', 'include: [a.yml]\nservices:\n  db:\n    image: redis\n', 'adopt-include'],
    [
      'a second name',
      'services:\n  db:\n    image: redis\n    container_name: cache\n  w:\n    image: busybox\n    environment: {REDIS_URL: "redis://cache:6379"}\n',
      'adopt-name db',
    ],
    ['copies', 'services:\n  db:\n    image: redis\n    deploy: {replicas: 2}\n', 'adopt-copies db'],
    ['one line', 'services: {db: {image: redis}}\n', 'adopt-shared db'],
    [
      'another’s network',
      'services:\n  db:\n    image: redis\n    network_mode: service:x\n',
      'adopt-network-mode db',
    ],
    ['no variable', 'services:\n  d.b:\n    image: redis\n', 'adopt-service-name d.b'],
    ['not a compose file', 'redis:\n  image: redis\n', 'adopt-no-services'],
  ])('%s', (_, text, question) => {
    const { after, asks } = adopted(text);
    expect([after, asks]).toEqual([text, expect.arrayContaining([expect.stringContaining(question)])]);
  });

  it('takes a name for a worker’s only where it can be nothing else', () => {
    const asks = (name: string): number => service('image: their/thing', name).asks.length;
    expect(
      ['worker', 'celery_worker-2', 'db-migrate', 'cross-seed', 'queue', 'networker', 'app'].map(asks),
    ).toEqual([0, 0, 0, 1, 1, 1, 1]);
  });

  it('asks about a service that two files write', () => {
    const texts = new Map([
      ['compose.yml', 'services:\n  db:\n    image: redis\n'],
      ['compose.override.yml', 'services:\n  db:\n    ports: [6379:6379]\n'],
    ]);
    const folders = [{ folder: '', files: [...texts.keys()], hasRediaccfile: true }];
    const result = adopt(folders, (path) => texts.get(path) ?? '');
    expect([result.changes, new Set(questions(result))]).toEqual([[], new Set(['adopt-two-files db'])]);
  });
});

it('shows a diff, writes a Rediaccfile, and finds nothing more to do in its own result', () => {
  const text = 'services:\n  db:\n    image: redis\n    ports: [6379:6379]\n  app:\n    build: .\n';
  const folders = [{ folder: 'a', files: ['a/compose.yml'], hasRediaccfile: false }];
  const first = adopt(folders, () => text);
  expect(first.changes.map(({ diff }) => diff.slice(0, 8))).toEqual([
    [
      '--- a/a/compose.yml',
      '+++ b/a/compose.yml',
      '@@ -1,6 +1,6 @@',
      ' services:',
      '   db:',
      '     image: redis',
      '-    ports: [6379:6379]',
      '+    command: redis-server --bind ${DB_IP}',
    ],
    [
      '--- /dev/null',
      '+++ b/a/Rediaccfile',
      '@@ -0,0 +1,14 @@',
      '+#!/bin/bash',
      '+',
      '+prep() {',
      '+    renet compose -- pull --ignore-buildable &&',
      '+        renet compose -- build',
    ],
  ]);
  const after = first.changes[0]?.after ?? '';
  expect(readYaml(after, 'compose.yml')).toHaveLength(1);
  const second = adopt(
    folders.map((folder) => ({ ...folder, hasRediaccfile: true })),
    () => after,
  );
  expect([second.changes, questions(second)]).toEqual([[], questions(first)]);
});

it('adopts the folders with a Rediaccfile, else the root, else all', () => {
  const listing = (folder: string, ...names: string[]) => ({
    folder,
    entries: names.map((name) => ({ name, kind: 'file' as const })),
  });
  const chosen = (...listings: ReturnType<typeof listing>[]): string[] =>
    foldersToAdopt(listings).flatMap(({ files }) => files);
  const [root, api] = [listing('', 'compose.yml'), listing('api', 'compose.yaml')];
  expect([
    chosen(root, api),
    chosen(listing(''), api, listing('b', 'compose.yml')),
    chosen(root, listing('api', 'compose.yaml', 'rediaccfile')),
    chosen(listing('', 'readme')),
  ]).toEqual([['compose.yml'], ['api/compose.yaml', 'b/compose.yml'], ['api/compose.yaml'], []]);
});
