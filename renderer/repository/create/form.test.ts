import { expect, it } from 'vitest';
import { en } from '../../../shared/text/en/en.ts';
import { createFormats } from '../../format/format.ts';
import { repositoryProblems } from './form.ts';
import type { Room } from './form.ts';

const room = { machine: 'prod-1', datastore: '/mnt/rediacc', free: 20 * 1024 ** 3, names: ['mail'] };
const draft = { name: 'web', size: '10G', passphrase: 'a', repeat: 'a', remember: false, template: '' };
const problems = (change: Partial<typeof draft>, where: Room = room) =>
  repositoryProblems({ ...draft, ...change }, where, en, createFormats('en'));

it.each([
  [{}, {}],
  [{ name: 'Web' }, { name: expect.stringContaining('"Web" cannot be a name') as unknown }],
  [{ name: 'mail' }, { name: 'prod-1 has a repository of this name.' }],
  [{ size: 'much' }, { size: expect.stringContaining('"much" is not a size') as unknown }],
  [{ size: '10M' }, { size: 'The smallest volume is 64\u00a0MiB.' }],
  [{ size: '21G' }, { size: 'That is more than the 20\u00a0GiB that are free in /mnt/rediacc.' }],
  [{ passphrase: '', repeat: '' }, { passphrase: expect.stringContaining('empty') as unknown }],
  [{ repeat: 'b' }, { repeat: 'The two are not the same.' }],
])('finds in %j what the machine would refuse', (change, expected) => {
  expect(problems(change)).toEqual(expected);
});

it('lets a size be where nobody knows yet how much is free', () => {
  expect(problems({ size: '21G' }, { ...room, free: undefined })).toEqual({});
});
