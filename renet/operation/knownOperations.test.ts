import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { OperationSummary } from '../../shared/model.ts';
import { operationFolder } from '../paths.ts';
import { identify } from '../process.ts';
import { listOperations } from './knownOperations.ts';
import { createLog, PROCESS_FILE } from './log/operationLog.ts';

it('operations are listed by their start, the newest first', async () => {
  const paths = { datastore: mkdtempSync(join(tmpdir(), 'rediacc-known-')), run: '' };
  const begun = async (digit: number, startedAt: number): Promise<void> => {
    const id = `${String(digit).repeat(8)}-1111-4111-8111-111111111111`;
    const log = await createLog(operationFolder(paths, id), Date.now);
    const repository = { guid: id, name: 'shop' };
    log.event({
      type: 'started',
      operation: { id, verb: 'up', repository, origin: 'person', by: 'ann', startedAt },
    });
    log.close();
  };
  for (const [digit, startedAt] of [
    [1, 20],
    [2, 30],
    [3, 10],
  ] as const) {
    await begun(digit, startedAt);
  }
  expect((await listOperations(paths, {})).map(({ startedAt }) => startedAt)).toEqual([30, 20, 10]);
  rmSync(paths.datastore, { recursive: true });
});

it('one that looks lost for a moment is looked at again; one that has ended is not', async () => {
  const paths = { datastore: mkdtempSync(join(tmpdir(), 'rediacc-known-')), run: '' };
  const id = '11111111-1111-4111-8111-111111111111';
  const folder = operationFolder(paths, id);
  const log = await createLog(folder, Date.now);
  const repository = { guid: id, name: 'shop' };
  log.event({
    type: 'started',
    operation: { id, verb: 'up', repository, origin: 'person', by: 'ann', startedAt: 1 },
  });
  const known = new Map<string, OperationSummary>();
  const state = async (): Promise<string | undefined> => (await listOperations(paths, {}, known))[0]?.state;
  const note = (pid: number): void =>
    writeFileSync(join(folder, PROCESS_FILE), JSON.stringify({ ...identify(process.pid), pid }));
  // Process ids end at 2 ** 22, so no process has this one.
  note(2 ** 30);
  expect(await state()).toBe('lost');
  note(process.pid);
  expect(await state()).toBe('running');
  log.event({ type: 'verdict', verdict: { kind: 'succeeded', failures: [], notRun: [] } });
  log.close();
  expect([await state(), known.get(id)?.state]).toEqual(['succeeded', 'succeeded']);
  rmSync(paths.datastore, { recursive: true });
});
