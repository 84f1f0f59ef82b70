import { describe, expect, it } from 'vitest';
import { AppError } from '../../shared/errors.ts';
import { createSharedReads } from './sharedReads.ts';

/** Makes a reading whose ends are decided by the test. */
function heldReading() {
  const ends: ((value: string) => void)[] = [];
  return {
    begun: () => ends.length,
    end: (index: number, value: string) => ends[index]?.(value),
    read: () => new Promise<string>((resolve) => ends.push(resolve)),
  };
}

/** Lets what was settled be heard of. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('the same question of several at the same time', () => {
  it('is read once more for all who ask while it is read, and never with an answer older than the question', async () => {
    const reads = createSharedReads('/mnt');
    const held = heldReading();
    const first = reads.ask('list', held.read);
    const later = [reads.ask('list', held.read), reads.ask('list', held.read), reads.ask('list', held.read)];
    expect(held.begun()).toBe(1);
    held.end(0, 'old');
    expect(await first).toBe('old');
    await turn();
    held.end(1, 'new');
    expect(await Promise.all(later)).toEqual(['new', 'new', 'new']);
    expect(held.begun()).toBe(2);
    void reads.ask('list', held.read);
    expect(held.begun()).toBe(3);
  });

  it('is read although the reading before it failed', async () => {
    const reads = createSharedReads('/mnt');
    const first = reads.ask('list', () => Promise.reject(new Error('EIO')));
    const second = reads.ask('list', () => Promise.resolve('well'));
    await expect(first).rejects.toThrow('EIO');
    expect(await second).toBe('well');
  });

  it('is refused at once while a datastore does not answer, and read again when it does', async () => {
    const silent = new AppError('datastore-silent', { path: '/mnt' });
    let isSilent = true;
    const reads = createSharedReads('/mnt', (_, work) => (isSilent ? Promise.reject(silent) : work));
    const held = heldReading();
    const refused = { code: 'datastore-silent' };
    await expect(reads.ask('list', held.read)).rejects.toMatchObject(refused);
    await expect(reads.ask('status shop', held.read)).rejects.toMatchObject(refused);
    await expect(reads.askAlone(held.read)).rejects.toMatchObject(refused);
    expect(held.begun()).toBe(1);
    isSilent = false;
    await expect(reads.ask('list', held.read)).rejects.toMatchObject(refused);
    held.end(0, 'at last');
    await turn();
    await expect(reads.ask('list', () => Promise.reject(silent))).rejects.toBe(silent);
    expect(await reads.ask('status shop', () => Promise.resolve('well'))).toBe('well');
  });
});
