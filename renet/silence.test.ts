import { describe, expect, it } from 'vitest';
import { AppError } from '../shared/errors.ts';
import { onceEach, steadily, whileItAnswers, within } from './silence.ts';

const SILENT = { code: 'datastore-silent', details: { path: '/mnt/gone' } };
const never = (): Promise<never> => new Promise(() => undefined);

describe('a file system that may hang', () => {
  it('is waited for so long, and what fails is told as it is', async () => {
    await expect(within(1, '/mnt/gone', never())).rejects.toMatchObject(SILENT);
    await expect(within(60_000, '/mnt/gone', Promise.reject(new Error('EIO')))).rejects.toThrow('EIO');
    expect(await within(60_000, '/mnt/gone', Promise.resolve(7))).toBe(7);
  });

  it('is asked once by all who ask for the same while it is silent', async () => {
    const asked: string[] = [];
    let answer: (value: number) => void = () => undefined;
    const ask = onceEach((key) => {
      asked.push(key);
      return new Promise<number>((resolve) => {
        answer = resolve;
      });
    });
    const both = [ask('a'), ask('a')];
    answer(1);
    expect(await Promise.all(both)).toEqual([1, 1]);
    void ask('b');
    void ask('a');
    expect(asked).toEqual(['a', 'b', 'a']);
  });

  it('tells what it told last while it is silent, and nothing more is read from it', async () => {
    let reads = 0;
    const once = onceEach(() => {
      reads += 1;
      return reads === 1 ? Promise.resolve('first') : never();
    });
    const read = steadily(1, '/mnt/gone', once);
    expect([await read(), await read(), await read()]).toEqual(['first', 'first', 'first']);
    // However often a reader is made for it.
    expect(await steadily(1, '/mnt/gone', once)()).toBeUndefined();
    expect(reads).toBe(2);
    const nothing = steadily(1, '/mnt/gone', (): Promise<string> => never());
    expect(await nothing()).toBeUndefined();
  });

  it('may take its time as long as it answers', async () => {
    let asks = 0;
    let finish: (value: string) => void = () => undefined;
    const slow = new Promise<string>((resolve) => {
      finish = resolve;
    });
    const ask = (): Promise<void> => {
      asks += 1;
      if (asks === 3) finish('done');
      return asks === 2 ? Promise.reject(new Error('it is not there')) : Promise.resolve();
    };
    expect(await whileItAnswers('/mnt/gone', slow, { every: 1, within: 60_000, ask })).toBe('done');
    const told = Promise.reject(new AppError('datastore-silent', { path: '/mnt/inside' }));
    await expect(whileItAnswers('/mnt/gone', told)).rejects.toMatchObject({
      details: { path: '/mnt/inside' },
    });
    const silent = { every: 1, within: 1, ask: never };
    await expect(whileItAnswers('/mnt/gone', never(), silent)).rejects.toMatchObject(SILENT);
  });
});
