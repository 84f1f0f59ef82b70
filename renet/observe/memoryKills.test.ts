import { expect, it } from 'vitest';
import { createMemoryKillCounter } from './memoryKills.ts';

it('counts the containers only after something of their repository was killed', () => {
  const kills: Record<string, number> = { '2816': 1, '2816/c1': 1, '2816/c2': 0 };
  const asked: string[] = [];
  let now = 0;
  const count = createMemoryKillCounter(
    (networkId, container) => {
      const key = [networkId, container].filter((part) => part !== undefined).join('/');
      asked.push(key);
      return kills[key];
    },
    () => now,
  );
  const repositories = [
    { guid: 'a', networkId: 2816, daemon: true },
    { guid: 'b', networkId: 2880, daemon: false },
    { guid: 'c', networkId: 2944, daemon: true },
  ];
  const containers = ['c1', 'c2', 'gone'].map((id) => ({ id, repository: { guid: 'a' } }));
  const look = () => count({ repositories, containers });
  expect(look()).toEqual([{ guid: 'a', kills: 1, containers: { c1: 1, c2: 0 } }]);
  now = 60_000;
  asked.length = 0;
  expect(look()).toEqual([{ guid: 'a', kills: 1 }]);
  expect(asked).toEqual(['2816', '2944']);
  kills['2816'] = 2;
  kills['2816/c2'] = 1;
  expect(look()).toEqual([{ guid: 'a', kills: 2, containers: { c1: 1, c2: 1 } }]);
});
