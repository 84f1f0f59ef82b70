import { expect, test } from 'vitest';
import { rdc, repository } from '../../rdc.fixtures.ts';

const GIB = 1024 ** 3;
const closed = {
  ...{ ...repository, networkId: 2816, created: '', state: 'closed', mounted: false, daemon: false },
  ...{ size: 8 * GIB, path: '', services: [], running: 0, autostart: { enabled: false }, notices: [] },
};

test.each([
  ['how much of it is used', { used: GIB, available: 3 * GIB }, '1.0 GiB used of 4.0 GiB'],
  ['its size alone where nothing tells what is free', { used: GIB }, '8.0 GiB'],
  ['its size alone where nothing tells what is used', { available: GIB }, '8.0 GiB'],
])('repo status has the size of a volume: %s', async (_, room, shown) => {
  const { stdout } = await rdc('repo status webapp', {
    answers: { 'repository.status': { ...closed, ...room } },
  });
  expect(/^Size +(.*)$/m.exec(stdout)?.[1]).toBe(shown);
});
