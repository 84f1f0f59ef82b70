import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { en } from '../../shared/text/en/en.ts';
import { lookClock, shopLook } from '../journal/journal.fixtures.ts';
import { createJournalKeeper } from '../journal/journalKeeper.ts';
import { eventsByHand } from './eventsByHand.ts';

it('shows the journal by the machine’s clock, with what to do, whatever a container wrote', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'rediacc-events-'));
  const paths = { datastore: folder, run: join(folder, 'run') };
  const clock = lookClock();
  const lastWords = () => Promise.resolve({ exitCode: 3, lines: ['bye\u0007'] });
  const keeper = createJournalKeeper({ paths, clock, lastWords });
  for (const restarts of [0, 1, 2]) await keeper.observe(shopLook(restarts));
  const shown: string[] = [];
  const exit = await eventsByHand(paths, { follow: false }, en, (words) => shown.push(words));
  rmSync(folder, { recursive: true });
  expect([exit, shown.join('')]).toEqual([
    0,
    '✗ 2027-01-15 09:00:04Z - 2027-01-15 09:00:06Z  Container shop-api-0 of shop ended: exit code 3 (2 times)\n' +
      '  │ bye\n' +
      '  → See `rdc repo logs shop api`.\n',
  ]);
});
