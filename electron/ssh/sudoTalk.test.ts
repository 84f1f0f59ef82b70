import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../shared/errors.ts';
import { createSudoTalk } from './sudoTalk.ts';

const marker = '[sudo-0a1b]';
const announcement = '[root-0a1b]';
const target = { host: 'h', port: 22, user: 'deploy', keyFile: '/k', machine: 'm' };

/** Feeds the talk with pieces of what sudo says. Returns what passed through, was answered, begun and refused. */
async function hear(pieces: readonly string[], password?: () => Promise<Uint8Array | undefined>) {
  const answers: string[] = [];
  const refusals: AppError[] = [];
  let begun = 0;
  const talk = createSudoTalk({
    marker,
    announcement,
    target,
    password,
    answer: (bytes) => answers.push(bytes.toString()),
    begin: () => {
      begun += 1;
    },
    refuse: (error) => refusals.push(error),
  });
  const passed = text(talk);
  for (const piece of pieces) {
    talk.write(piece);
    await new Promise(setImmediate);
  }
  talk.end();
  return { passed: await passed, answers, begun, refusals: refusals.map(({ code }) => code) };
}

const pass = (word: string) => (): Promise<Buffer> => Promise.resolve(Buffer.from(word));
const quiet = { answers: [], begun: 0, refusals: [] as string[] };

describe('the talk with sudo', () => {
  it('is the same however it comes apart', async () => {
    const said = `lecture\n${marker}Sorry, try again.\n${marker}${announcement}out ${marker} [root-`;
    const expected = {
      passed: `lecture\nSorry, try again.\nout ${marker} [root-`,
      answers: ['word\n', 'word\n'],
      begun: 1,
      refusals: [],
    };
    for (const pieces of [[said], said.split(''), said.split(/(?<=\[)/)]) {
      expect(await hear(pieces, pass('word'))).toEqual(expected);
    }
  });

  it('hears no question in what the command prints, not even in the same breath', async () => {
    expect(await hear([`${announcement}${marker}`, marker], pass('word'))).toEqual({
      ...quiet,
      passed: `${marker}${marker}`,
      begun: 1,
    });
  });

  it.each([
    ['deploy is not in the sudoers file.', 'sudo-not-allowed'],
    ['Sorry, user deploy may not run sudo on h.', 'sudo-not-allowed'],
    ["Sorry, user deploy is not allowed to execute 'x' as root on h.", 'sudo-not-allowed'],
    ['sudo: 3 incorrect password attempts', 'sudo-password-refused'],
  ])('knows a refusal in whatever pieces: %s', async (said, code) => {
    const { passed, refusals } = await hear(said.split(''));
    expect([passed, refusals]).toEqual([said, [code]]);
  });

  it('takes such words from the command for what they are', async () => {
    const said = 'deploy is not in the sudoers file';
    expect(await hear([announcement, said])).toEqual({ ...quiet, passed: said, begun: 1 });
  });

  it.each([
    ['nobody answers', undefined, 1, 'sudo-password-needed'],
    ['nobody answers a second time', [Buffer.from('a'), undefined], 2, 'sudo-password-refused'],
    ['three were wrong', ['a', 'b', 'c', 'd'].map((word) => Buffer.from(word)), 4, 'sudo-password-refused'],
  ])('is refused when %s', async (_, words, questions, code) => {
    const left = [...(words ?? [])];
    const pieces = Array.from({ length: questions }, () => marker);
    const { answers, refusals } = await hear(pieces, words && (() => Promise.resolve(left.shift())));
    expect([answers.length, refusals]).toEqual([questions - 1, [code]]);
  });

  it('passes on why the question could not be asked', async () => {
    const cancelled = (): Promise<never> => Promise.reject(new AppError('cancelled'));
    expect((await hear([marker], cancelled)).refusals).toEqual(['cancelled']);
    const broken = (): Promise<never> => Promise.reject(new Error('no window'));
    expect((await hear([marker], broken)).refusals).toEqual(['sudo-password-needed']);
  });
});
