import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { expect, it, onTestFinished } from 'vitest';
import { INDEX_FILE } from '../operation/log/logIndex.ts';
import { operationsFolder } from '../paths.ts';
import { watchChanges } from './machineChanges.ts';

/** Watches a datastore without logs and counts what it tells, until the test is over. */
async function watchEmpty() {
  const datastore = mkdtempSync(join(tmpdir(), 'rediacc-changes-'));
  const paths = { datastore, run: join(datastore, 'run') };
  for (const folder of [operationsFolder(paths), paths.run]) mkdirSync(folder);
  const told = { changes: 0 };
  const watched = watchChanges(paths, () => {
    told.changes += 1;
  });
  onTestFinished(() => {
    watched.close();
    rmSync(datastore, { recursive: true });
  });
  await watched.look();
  return { paths, watched, told };
}

it('a new log is a change, and what a list writes beside the logs is none', async () => {
  const { paths, told } = await watchEmpty();
  const logs = operationsFolder(paths);
  told.changes = 0;
  // In one turn: all of it is heard of together.
  writeFileSync(join(logs, INDEX_FILE), 'a line\n');
  writeFileSync(join(logs, `.${INDEX_FILE}.0123456789abcdef`), 'a line\n');
  mkdirSync(join(logs, randomUUID()));
  await expect.poll(() => told.changes).toBeGreaterThan(0);
  expect(told.changes).toBe(1);
});

it('a log in a folder that stands in the place of another is a change, as when a disk is mounted there', async () => {
  const { paths, watched, told } = await watchEmpty();
  const logs = operationsFolder(paths);
  renameSync(logs, join(paths.datastore, 'before'));
  mkdirSync(logs);
  await watched.look();
  told.changes = 0;
  mkdirSync(join(logs, randomUUID()));
  await expect.poll(() => told.changes).toBe(1);
});

it('a daemon that comes is a change, and what the agent itself writes every few seconds is none', async () => {
  const { paths, told } = await watchEmpty();
  told.changes = 0;
  for (const name of ['agent.ready', 'journal-writer.json', '.journal-writer.json.0123456789abcdef', 'locks'])
    mkdirSync(join(paths.run, name));
  mkdirSync(join(paths.run, 'docker-2816.sock'));
  await expect.poll(() => told.changes).toBeGreaterThan(0);
  expect(told.changes).toBe(1);
});
