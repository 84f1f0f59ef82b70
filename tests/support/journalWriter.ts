// A process that keeps a journal until it is killed: at each look a container was started again once more.

import { createJournalKeeper } from '../../renet/journal/journalKeeper.ts';
import { shopLook } from '../../renet/journal/journal.fixtures.ts';
import type { Paths } from '../../renet/paths.ts';

const paths = JSON.parse(process.argv[2] ?? '') as Paths;
const keeper = createJournalKeeper({ paths });
for (let restarts = Number(process.argv[3]); ; restarts += 1) {
  await keeper.observe(shopLook(restarts));
  process.stdout.write(`${restarts}\n`);
}
