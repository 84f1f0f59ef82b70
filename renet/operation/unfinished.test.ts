import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { expect, it, onTestFinished } from 'vitest';
import { runCommand } from '../host.ts';
import { lockFile, metadataFile, repositoriesFolder } from '../paths.ts';
import { writeMetadata } from '../repository/repositories.ts';
import { createVolumes } from '../volume/volumes.ts';
import type { MachineDependencies } from '../machineDependencies.ts';
import { prepareLocks } from '../fileLock.ts';
import { collectUnfinished } from './unfinished.ts';

const RANDOM = '0123456789abcdef';

function datastoreWith(...guids: readonly string[]) {
  const datastore = mkdtempSync(join(tmpdir(), 'rediacc-unfinished-'));
  onTestFinished(() => rmSync(datastore, { recursive: true }));
  const paths = { datastore, run: join(datastore, 'run') };
  const folder = repositoriesFolder(paths);
  mkdirSync(folder);
  const leftovers = guids.map((guid) => join(folder, `.${guid}.json.${RANDOM}`));
  for (const file of leftovers) writeFileSync(file, '{');
  return { paths, folder, leftovers };
}

it('a power cut’s half of new metadata is removed by what collects, but not while their repository is locked', async () => {
  const [free, held] = [randomUUID(), randomUUID()];
  const { paths, leftovers } = datastoreWith(free, held);
  await prepareLocks(paths);
  const holder = spawn('sh', [
    ...['-c', 'exec 9>>"$1"; flock 9; echo held; exec sleep 600', 'sh', lockFile(paths, held)],
  ]);
  onTestFinished(() => void holder.kill());
  await once(holder.stdout, 'data');
  const volumes = createVolumes(paths, runCommand);
  const collect = () => collectUnfinished({ paths, volumes } as unknown as MachineDependencies);
  expect(await collect()).toEqual([]);
  expect(leftovers.map((file) => existsSync(file))).toEqual([false, true]);
});

it('a power cut’s half of new metadata is removed by the next writer of that file, and no other file is', async () => {
  const [guid, other] = [randomUUID(), randomUUID()];
  const { paths, folder } = datastoreWith(guid, other);
  writeFileSync(join(folder, `.${guid}.json.notes`), '');
  await writeMetadata(paths, { guid, name: 'shop', networkId: 2816, created: '2026-01-02T00:00:00.000Z' });
  expect(readdirSync(folder).sort()).toEqual(
    [`${guid}.json`, `.${guid}.json.notes`, `.${other}.json.${RANDOM}`].sort(),
  );
  expect(existsSync(metadataFile(paths, guid))).toBe(true);
});
