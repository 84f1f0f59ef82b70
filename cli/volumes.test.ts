import { describe, expect, it } from 'vitest';
import { following, rdc } from './rdc.fixtures.ts';

describe('rdc repo rename and slots', () => {
  const engine = following({ kind: 'succeeded' });

  it('renames', async () => {
    const { exit, asked } = await rdc('repo rename webapp store -m prod-1', { engine });
    expect([exit, asked]).toEqual([
      0,
      [['start', { verb: 'rename', repository: 'webapp', options: { newName: 'store' } }]],
    ]);
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
