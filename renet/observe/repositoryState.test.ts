import { describe, expect, it } from 'vitest';
import type { RepositoryState } from '../../shared/model.ts';
import { countRunning, repositoryState } from './repositoryState.ts';
import type { StateFacts } from './repositoryState.ts';

const HEALTHS = ['none', 'starting', 'healthy', 'unhealthy'];

const base: StateFacts = {
  damaged: false,
  busy: false,
  mounted: true,
  daemon: true,
  containers: [],
  services: [],
};

/**
 * Makes containers from words: "api", "api:unhealthy" (running), "api:exited(1)", "api:loop" (running, in a crash loop);
 * "-" belongs to no service.
 */
function containers(...words: string[]): StateFacts['containers'] {
  return words.map((word) => {
    const [service = '', how = 'none'] = word.split(':');
    if (how === 'loop') return { service, state: 'running', health: 'none', crashLoop: { restarts: 3 } };
    const [, state = '', exitCode] = /^([a-z-]+)(?:\((\d+)\))?$/.exec(how) ?? [];
    return {
      ...(service === '-' ? {} : { service }),
      ...(HEALTHS.includes(state) ? { state: 'running', health: state } : { state, health: 'none' }),
      ...(exitCode === undefined ? {} : { exitCode: Number(exitCode) }),
    };
  });
}

/** Makes services from names; one with a "?" is only in .rediacc.json. */
const services = (...names: string[]): StateFacts['services'] =>
  names.map((name) => ({ name: name.replace('?', ''), present: !name.endsWith('?') }));

describe('before the containers count', () => {
  const both = [false, true];
  const all = both.flatMap((damaged) =>
    both.flatMap((busy) =>
      both.flatMap((mounted) => both.map((daemon) => ({ damaged, busy, mounted, daemon }))),
    ),
  );

  it.each(all)('damaged before busy before closed before mounted: %j', (facts) => {
    const expected = (): RepositoryState => {
      if (facts.damaged) return 'damaged';
      if (facts.busy) return 'busy';
      if (!facts.mounted) return 'closed';
      return facts.daemon ? 'running' : 'mounted';
    };
    const up = { containers: containers('api'), services: services('api'), lastUp: 'succeeded' as const };
    expect(repositoryState({ ...base, ...up, ...facts })).toBe(expected());
  });
});

describe('with the daemon up', () => {
  it.each<[string[], string[], RepositoryState, number]>([
    [['api', 'db'], ['api', 'db'], 'running', 2],
    [['api', 'db'], ['api:healthy', 'db'], 'running', 2],
    [['api', 'db'], ['api:starting', 'db'], 'running', 2],
    [['api', 'old?'], ['api'], 'running', 1],
    [['api'], ['api', 'api'], 'running', 1],
    [['api'], ['api', 'api:exited(0)'], 'running', 1],
    [[], ['-', '-'], 'running', 2],
    [['api', 'db'], ['api'], 'degraded', 1],
    [['api', 'db'], ['api', 'db:exited(0)'], 'degraded', 1],
    [['api', 'db'], ['api', 'db:created'], 'degraded', 1],
    [['api', 'db'], ['api', 'db:unhealthy'], 'degraded', 1],
    [['api'], ['api:unhealthy'], 'degraded', 0],
    [['api'], ['api', '-:unhealthy'], 'degraded', 1],
    [['api'], ['api', 'api:restarting'], 'degraded', 1],
    [['api'], ['api', 'api:dead'], 'degraded', 1],
    [['api', 'db'], ['api', 'db:paused'], 'degraded', 1],
    [['api', 'db'], ['api', 'db:loop'], 'degraded', 1],
    [['api'], ['api', 'api:loop'], 'degraded', 1],
    [['api'], ['api:loop'], 'degraded', 0],
    [['api'], ['-'], 'degraded', 0],
    [['api'], [], 'daemon-up', 0],
    [['api'], ['api:created'], 'daemon-up', 0],
    [['api'], ['api:exited(0)'], 'daemon-up', 0],
    [['api'], ['api:exited(143)'], 'daemon-up', 0],
    [['api'], ['api:exited(137)'], 'daemon-up', 0],
    [['api'], ['api:exited(1)'], 'degraded', 0],
    [['api'], ['api:restarting'], 'degraded', 0],
    [[], [], 'daemon-up', 0],
  ])('services %j, containers %j: %s', (names, words, state, running) => {
    const facts = { ...base, services: services(...names), containers: containers(...words) };
    expect([repositoryState(facts), countRunning(facts)]).toEqual([state, running]);
  });

  it.each<[StateFacts['lastUp'], RepositoryState]>([
    [undefined, 'daemon-up'],
    ['succeeded', 'daemon-up'],
    ['warnings', 'daemon-up'],
    ['cancelled', 'daemon-up'],
    ['failed', 'failed'],
    ['lost', 'failed'],
  ])('when nothing runs after an up that ended as %s: %s', (lastUp, state) => {
    const idle = { ...base, services: services('api'), lastUp };
    const stopped = { ...idle, containers: containers('api:exited(0)') };
    expect([repositoryState(idle), repositoryState(stopped)]).toEqual([state, state]);
  });

  it('what runs outweighs how the last up ended', () => {
    const running = { ...base, services: services('api'), containers: containers('api') };
    expect(repositoryState({ ...running, lastUp: 'failed' })).toBe('running');
  });

  it('is green only when every service runs well, over every pair of containers', () => {
    const states = ['created', 'restarting', 'removing', 'paused', 'exited', 'dead', 'something-new'];
    const hows = [...HEALTHS, ...states];
    const isGood = (how: string): boolean => ['none', 'starting', 'healthy'].includes(how);
    const wrong = hows
      .flatMap((api) => hows.map((db) => [api, db] as const))
      .filter(([api, db]) => {
        const facts = { services: services('api', 'db'), containers: containers(`api:${api}`, `db:${db}`) };
        return (repositoryState({ ...base, ...facts }) === 'running') !== (isGood(api) && isGood(db));
      });
    expect(wrong).toEqual([]);
  });
});

describe('countRunning', () => {
  it.each([{ mounted: false }, { daemon: false }])('is 0 with %j', (facts) => {
    expect(countRunning({ ...base, containers: containers('-'), ...facts })).toBe(0);
  });
});
