import { describe, expect, it } from 'vitest';
import { following, rdc } from '../../rdc.fixtures.ts';

describe('rdc repo rename, resize, fork and slots', () => {
  const engine = following({ kind: 'succeeded' });

  it('renames', async () => {
    const { exit, asked } = await rdc('repo rename webapp store -m prod-1', { engine });
    expect([exit, asked]).toEqual([
      0,
      [['start', { verb: 'rename', repository: 'webapp', options: { newName: 'store' } }]],
    ]);
  });

  it('grows, with the passphrase', async () => {
    const answers = { 'repository.status': { autostart: { enabled: false } } };
    const words = 'repo resize webapp --size 20G -m prod-1 --passphrase-file -';
    const { exit, asked } = await rdc(words, { engine, answers, stdin: 'secret\n' });
    const request = { verb: 'resize', repository: 'webapp', options: { size: 20 * 1024 ** 3 } };
    expect([exit, asked.at(-1)]).toEqual([0, ['start', request, 'secret']]);
  });

  it('grows what starts at boot by its key, and asks for nothing', async () => {
    const answers = { 'repository.status': { autostart: { enabled: true } } };
    const { exit, asked } = await rdc('repo resize webapp --size 20G -m prod-1', { engine, answers });
    const options = { size: 20 * 1024 ** 3, byKey: true };
    expect([exit, asked.at(-1)]).toEqual([0, ['start', { verb: 'resize', repository: 'webapp', options }]]);
  });

  it('forks', async () => {
    const { exit, asked } = await rdc('repo fork webapp --tag staging -m prod-1', { engine });
    const request = { verb: 'fork', repository: 'webapp', options: { tag: 'staging' } };
    expect([exit, asked]).toEqual([0, [['start', request]]]);
  });

  it('releases a slot', async () => {
    const { exit, asked } = await rdc('repo slots release webapp api -m prod-1', { engine });
    expect([exit, asked]).toEqual([
      0,
      [['start', { verb: 'release-slot', repository: 'webapp', options: { service: 'api' } }]],
    ]);
  });

  it('still shows the slots of a repository', async () => {
    const answers = { 'repository.slots': { networkId: 2816, services: [] } };
    const { exit, asked } = await rdc('repo slots webapp -m prod-1 --output json', { answers });
    expect([exit, asked]).toEqual([0, [['repository.slots', { repository: 'webapp' }]]]);
  });
});

describe('rdc repo allow', () => {
  const engine = following({ kind: 'succeeded' });

  it.each([
    ['repo allow webapp db', { other: 'db' }],
    ['repo allow webapp db --revoke', { other: 'db', revoke: true }],
  ])('%s', async (words, options) => {
    const { exit, asked } = await rdc(words, { engine });
    expect([exit, asked]).toEqual([0, [['start', { verb: 'allow', repository: 'webapp', options }]]]);
  });
});
