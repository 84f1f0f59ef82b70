// On true files: a start whose answer was lost is sent again, with the same operation.

import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cgroupRoot, makeRepository, requestOf } from '../../tests/support/nativeRepository.ts';
import type { NativeRepository } from '../../tests/support/nativeRepository.ts';
import { awaitVerdict } from '../operation/log/logReader.ts';
import { logFolder } from '../operation/log/operationLog.ts';
import { volumeFile } from '../paths.ts';
import { start } from './handlers.ts';

let repository: NativeRepository;
beforeEach(() => {
  repository = makeRepository({});
  repository.flags.mounted = false;
});
afterEach(() => repository.remove());

const skipped = cgroupRoot() === undefined ? ' (SKIPPED: needs root and cgroup v2)' : '';
describe.skipIf(cgroupRoot() === undefined)(`a start that is sent again${skipped}`, () => {
  it.each([
    ['delete', requestOf('delete', 'shop', {})],
    ['rename', requestOf('rename', 'shop', { newName: 'store' })],
  ])('is answered as the first one was, though %s has taken the name away', async (_, request) => {
    const { agent, guid } = repository;
    const { paths } = repository.machine;
    const operation = randomUUID();
    const again = (): Promise<string> => start(agent, { ...request, operation, by: 'test' });
    expect(await again()).toBe(operation);
    const verdict = await awaitVerdict(paths, logFolder(paths, operation), new AbortController().signal);
    expect(verdict?.kind).toBe('succeeded');
    expect(await again()).toBe(operation);
    expect(existsSync(volumeFile(paths, guid))).toBe(request.verb === 'rename');
  });
});
