import { describe, expect, it } from 'vitest';
import { groupHasOthers, readAccounts } from './accounts.ts';

const files = {
  passwd: [
    'root:x:0:0:root:/root:/bin/bash',
    'deploy:x:1000:1000::/home/deploy:/bin/bash',
    'ann:x:1001:1001::/home/ann:/bin/bash',
    'bob:x:1002:100::/home/bob:/bin/bash',
    '',
  ].join('\n'),
  group: ['root:x:0:', 'users:x:100:', 'deploy:x:1000:', 'ann:x:1001:deploy', 'ops:x:2000:ann,root', ''].join(
    '\n',
  ),
};

describe('a group', () => {
  it.each([
    ["an account's own", 1000, 1000, false],
    ["root's", 0, 1000, false],
    ["somebody else's own", 1001, 1000, true],
    ['with another member', 1001, 1001, true],
    ['of root and the account', 2000, 1001, false],
    ['that is the first one of another', 100, 1000, true],
    ['nobody knows', 4711, 1000, true],
  ])('%s', (_, gid, uid, hasOthers) => {
    expect(groupHasOthers(files, gid, uid)).toBe(hasOthers);
  });

  it('is read from this machine', async () => {
    expect((await readAccounts()).passwd).toMatch(/^root:/m);
  });
});
