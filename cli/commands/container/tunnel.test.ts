import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { Service } from '../../../shared/model.ts';
import { AppError } from '../../../shared/errors.ts';
import { rdc } from '../../rdc.fixtures.ts';
import type { Ran, Scene } from '../../rdc.fixtures.ts';

function service(name: string, listening?: number[]): Service {
  const slot = { name, slot: 0, address: '127.0.11.2', present: true, containers: [] };
  return { ...slot, ...(listening && { listening }) };
}
const services = [service('api', [8080]), service('db', [5432, 8008]), service('idle', []), service('old')];

describe('rdc repo tunnel', () => {
  const opened: unknown[] = [];
  let closed: number;

  /** Runs `rdc` until Ctrl-C, which is pressed once the tunnel is open. */
  function tunnel(words: string): Promise<Ran> {
    opened.length = 0;
    closed = 0;
    let press: () => void = () => undefined;
    const engine: Scene['engine'] = {
      request: (_, method) => {
        opened.push(method);
        return Promise.resolve({ networkId: 2816, services } as never);
      },
      tunnel: (_, { host, port, local, onRefused }) => {
        opened.push([host, port, local]);
        onRefused(new AppError('nothing-listens', { host, port }));
        setImmediate(() => press());
        const close = () => Promise.resolve(void (closed += 1));
        return Promise.resolve({ port: local ?? 4000, close });
      },
    };
    const onInterrupt = (handler: () => void): void => void (press = handler);
    return rdc(`repo tunnel webapp ${words} -m prod-1`, { engine, onInterrupt });
  }

  it('leads to the only port of the service, says so, and ends with Ctrl-C', async () => {
    const { exit, stdout, stderr } = await tunnel('api');
    expect([exit, opened, closed]).toEqual([0, ['repository.slots', ['127.0.11.2', 8080, undefined]], 1]);
    expect(stdout).toBe('localhost:4000 leads to api (127.0.11.2:8080) on prod-1. Ctrl-C ends it.\n');
    expect(stderr).toContain('Nothing answers at 127.0.11.2:8080');
  });

  it('leads to the port that was named, from the port that was named', async () => {
    const { stdout } = await tunnel('old:9000 --local 1234 --events');
    expect(opened[1]).toEqual(['127.0.11.2', 9000, 1234]);
    const about = { machine: 'prod-1', repository: 'webapp', host: '127.0.11.2', port: 9000, local: 1234 };
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual([
      { type: 'tunnel', ...about },
      { type: 'result', result: about },
    ]);
  });

  it.each([
    ['db', 2, 'port-needed', { ports: '5432, 8008' }],
    ['idle', 9, 'service-silent', { address: '127.0.11.2' }],
    ['old', 9, 'service-silent', {}],
    ['nobody', 5, 'service-not-found', { service: 'nobody' }],
    ['api:70000', 2, 'bad-port', { port: '70000' }],
    ['api:0', 2, 'bad-port', { port: '0' }],
  ])('opens nothing for %s', async (target, code, error, details) => {
    const { exit, stdout } = await tunnel(`${target} --output json`);
    expect([exit, JSON.parse(stdout)]).toMatchObject([code, { error: { code: error, details } }]);
    expect(opened).toEqual(['repository.slots']);
  });
});

describe('rdc term', () => {
  it('is a shell in the repository, on a terminal, and ends as the shell does', async () => {
    const started: unknown[] = [];
    const engine: Scene['engine'] = {
      execute: (_, words, { pty }) => {
        started.push(words, pty);
        const stdout = new PassThrough();
        stdout.end('$ ');
        const stderr = new PassThrough();
        stderr.end();
        const exit = Promise.resolve({ code: 7, signal: null });
        return Promise.resolve({ stdin: new PassThrough(), stdout, stderr, exit, kill: () => undefined });
      },
    };
    const { exit, stdout } = await rdc('term webapp -m prod-1', {
      engine,
      answers: { 'repository.status': { mounted: true, name: 'webapp' } },
      terminal: true,
      env: { TERM: 'foot' },
    });
    expect([exit, stdout]).toEqual([7, '$ ']);
    expect(started).toEqual([
      ['exec', 'webapp', '--', 'bash', '-i'],
      { term: 'foot', columns: 80, rows: 24 },
    ]);
  });

  it('needs a terminal', async () => {
    const { exit, stderr } = await rdc('term webapp -m prod-1');
    expect([exit, stderr]).toEqual([2, expect.stringContaining('rdc repo exec webapp')]);
    const { stdout } = await rdc('term webapp -m prod-1 --output json');
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'terminal-needed' } });
  });

  it('is not opened in a closed repository', async () => {
    const answers = { 'repository.status': { mounted: false, name: 'webapp' } };
    const { exit, stderr } = await rdc('term webapp -m prod-1 --lang fr', { answers, terminal: true });
    expect([exit, stderr]).toEqual([9, expect.stringContaining('n’est pas monté')]);
  });
});
