import { describe, expect, test } from 'vitest';
import { AppError } from '../../../shared/errors.ts';
import type { Plan, Repository } from '../../../shared/model.ts';
import { previewBulk, surveyBulk } from './bulkSurvey.ts';
import type { Engine } from '../engine.ts';
import { machinesOf } from '../machineReference.ts';

const machines = machinesOf({
  name: 'work',
  sshKey: '/keys/id',
  machines: ['web', 'gone', 'db'].map((name) => ({
    ...{ name, host: `${name}.test`, port: 22, user: 'deploy', datastore: '/mnt/rediacc' },
  })),
});

function repository(name: string, more: Partial<Repository> = {}): Repository {
  return {
    ...{ guid: `guid-${name}`, name, networkId: 2816, created: '', state: 'mounted', mounted: true },
    ...{ daemon: false, size: 0, path: '', services: [], running: 0, autostart: { enabled: false } },
    notices: [],
    ...more,
  };
}

const repositories: Record<string, Repository[]> = {
  web: [repository('api', { mounted: false, state: 'closed' }), repository('copy', { parent: 'guid-api' })],
  db: [repository('db'), repository('empty')],
};

const engine: Pick<Engine, 'request' | 'plan'> = {
  request: ({ machine: { name, host } }) =>
    name in repositories
      ? Promise.resolve(repositories[name] as never)
      : Promise.reject(new AppError('machine-unreachable', { host, port: 22, reason: 'no route' })),
  plan: (_, { verb, repository: name }) => {
    if (name === 'empty') return Promise.reject(new AppError('nothing-to-start', { name, path: '/p' }));
    const plan: Plan = {
      ...{ verb, repository: { guid: `guid-${name}`, name }, steps: [], complete: true, notices: [] },
    };
    return Promise.resolve({ plan, digest: `of-${name}` });
  },
};

describe('a whole context', () => {
  let now = 0;
  const survey = () => surveyBulk(engine, machines, { verb: 'up-all' }, () => (now += 100));

  test('is surveyed machine by machine; one that cannot be reached is its own failure', async () => {
    const { tasks, leftOut, unreachable } = await survey();
    expect([
      tasks.map(({ machine, name, needsPassphrase }) => [machine.machine.name, name, needsPassphrase]),
      leftOut.map(({ machine, name, reason }) => [machine.machine.name, name, reason]),
      unreachable,
    ]).toEqual([
      [
        ['web', 'api', true],
        ['db', 'db', false],
        ['db', 'empty', false],
      ],
      [['web', 'copy', 'fork']],
      [
        {
          machine: 'gone',
          verdict: expect.objectContaining({
            kind: 'failed',
            error: expect.objectContaining({ code: 'machine-unreachable' }) as unknown,
          }) as unknown,
          milliseconds: expect.any(Number) as number,
        },
      ],
    ]);
  });

  test('a preview is the machine’s plan, with its digest, or the refusal', async () => {
    const { tasks } = await survey();
    const previews = await previewBulk(engine, tasks, 3);
    expect(
      previews.map((preview) => [
        preview.task.name,
        ...('plan' in preview ? [preview.plan.verb, preview.digest] : [preview.refusal.code]),
      ]),
    ).toEqual([
      ['api', 'up', 'of-api'],
      ['db', 'up', 'of-db'],
      ['empty', 'nothing-to-start'],
    ]);
  });
});
