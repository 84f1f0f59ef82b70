// On true files: what is read of a pipe that nobody writes into never comes, as from a disk that hangs.

import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { closeSync, constants, mkdirSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { projectReader } from '../compose/composeFiles.ts';
import { makeRepository } from '../../tests/support/nativeRepository.ts';
import { arrival } from '../../tests/support/arrival.ts';
import { metadataFile, repositoriesFolder } from '../paths.ts';
import { machineAt } from '../thisMachine.ts';
import { listStates } from './inventory.ts';
import { createMachineWatch } from './watch.ts';

/** More than the threads that all reads of a process share. */
const REPOSITORIES = 8;

it('a datastore that hangs keeps no other one from being read', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'rediacc-hung-'));
  const paths = { datastore: join(folder, 'hung'), run: join(folder, 'run') };
  mkdirSync(repositoriesFolder(paths), { recursive: true });
  const pipes = Array.from({ length: REPOSITORIES }, () => metadataFile(paths, randomUUID()));
  execFileSync('mkfifo', pipes);
  const machine = machineAt(paths, projectReader());
  const stop = new AbortController();
  const watched = createMachineWatch(machine);
  // However many watch, and begin again to watch.
  const ends = Array.from({ length: 5 }, () => watched.follow(() => undefined, stop.signal));
  const repository = makeRepository({});
  onTestFinished(async () => {
    stop.abort();
    const waking = setInterval(() => pipes.forEach(wakeReader), 10);
    await Promise.allSettled(ends);
    clearInterval(waking);
    rmSync(folder, { recursive: true });
    repository.remove();
  });
  const states = listStates(repository.machine);
  await arrival('the state of the other datastore', states, () => 'nothing was read');
  expect(await states).toMatchObject([{ guid: repository.guid, state: 'mounted' }]);
});

/** Lets whoever reads a pipe find its end. */
function wakeReader(pipe: string): void {
  try {
    closeSync(openSync(pipe, constants.O_WRONLY | constants.O_NONBLOCK));
  } catch {
    // Nobody reads it now.
  }
}
