import { mkdtempSync, readdirSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { headerFile, headersFolder } from '../paths.ts';
import { bootClock } from '../process.ts';
import { prepareHeaders, writeHeaderPart } from './headers.ts';

let paths: { datastore: string; run: string };
beforeEach(() => {
  const run = mkdtempSync(join(tmpdir(), 'rediacc-headers-'));
  paths = { datastore: run, run };
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(paths.run, { recursive: true });
});

it('a header on its way stays, though the clock is set a year ahead; a forgotten one goes', async () => {
  const [onItsWay, forgotten] = [randomUUID(), randomUUID()];
  for (const id of [onItsWay, forgotten]) await writeHeaderPart(paths, id, 0, 'AAAA');
  const twoHoursAgo = bootClock().uptime / 1000 - 7200;
  utimesSync(headerFile(paths, forgotten), twoHoursAgo, twoHoursAgo);
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 365 * 86_400_000 });
  await prepareHeaders(paths);
  expect(readdirSync(headersFolder(paths))).toEqual([onItsWay]);
});
