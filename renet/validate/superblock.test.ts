import { describe, expect, it } from 'vitest';
import type { LuksHeader } from '../volume/luksMetadata.ts';
import { headerFindings } from './luksHeader.ts';
import { parseSuperblock, superblockFindings } from './superblock.ts';

const MEBI = 1024 * 1024;

function superblock(
  change: { state?: string; errors?: string; features?: string; blocks?: number } = {},
): string {
  const { state = 'clean', errors = '', features = 'has_journal extent', blocks = 131072 } = change;
  return `Filesystem volume name:   <none>
Filesystem features:      ${features}
Filesystem state:         ${state}
Errors behavior:          Continue
Block count:              ${blocks}
Free blocks:              100
Block size:               4096
${errors}`;
}

const volume = { name: 'shop', file: '/v', size: 528 * MEBI };
const codes = (text: string, size = volume.size): string[] =>
  superblockFindings(parseSuperblock(text), { ...volume, size }).map(({ code }) => code);

describe('a superblock', () => {
  it('is read with what counts', () => {
    const text = superblock({
      features: 'has_journal needs_recovery',
      errors: 'FS Error count:           2\nLast error time:          Fri Nov 27 04:00:00 2026\n',
    });
    expect(parseSuperblock(text)).toEqual({
      state: 'clean',
      errors: 2,
      lastError: 'Fri Nov 27 04:00:00 2026',
      size: 512 * MEBI,
      needsRecovery: true,
    });
  });

  it.each<[string, string, number, string[]]>([
    ['sound', superblock(), 528, []],
    ['mounted', superblock({ features: 'needs_recovery' }), 528, []],
    ['with errors', superblock({ state: 'clean with errors' }), 528, ['filesystem-errors']],
    [
      'with errors that were counted',
      superblock({ errors: 'FS Error count:           1\n' }),
      528,
      ['filesystem-errors'],
    ],
    ['no file system at all', 'dumpe2fs: Bad magic number', 100, ['filesystem-errors']],
    ['grown not to its end', superblock(), 2048, ['volume-not-grown']],
  ])('%s', (_, text, size, found) => {
    expect(codes(text, size * MEBI)).toEqual(found);
  });
});

describe('a LUKS header', () => {
  const header = (slots: Record<string, string>, mark?: { keyslots: number[] }): LuksHeader => {
    const type = 'rediacc-passphrase-change';
    const content = { type, home: true, replacement: 31 };
    return {
      slots: new Map(
        Object.entries(slots).map(([slot, kdf]) => [
          Number(slot),
          { kdf, area: undefined, bound: true, text: '' },
        ]),
      ),
      tokens: new Map(mark === undefined ? [] : [[3, { type, slots: mark.keyslots, content }]]),
    };
  };

  it.each<[string, Record<string, string>, string[], { keyslots: number[] }?]>([
    ['as we make it', { 0: 'argon2id' }, []],
    ['with autostart', { 0: 'argon2id', 1: 'pbkdf2' }, []],
    ['without a passphrase', { 1: 'pbkdf2' }, ['passphrase-slot-empty']],
    ['with a weaker passphrase', { 0: 'pbkdf2' }, ['weak-key-derivation']],
    ['with a key of somebody else', { 0: 'argon2id', 4: 'argon2id' }, ['other-key-slots']],
    ['in a change that has begun', { 0: 'argon2id' }, ['passphrase-change-begun'], { keyslots: [0] }],
    [
      'in a change whose new passphrase is in place',
      { 0: 'argon2id', 4: 'argon2id', 31: 'argon2id' },
      ['passphrase-change-half-done', 'other-key-slots'],
      { keyslots: [0, 31] },
    ],
    [
      'in a change that has emptied slot 0',
      { 31: 'argon2id' },
      ['passphrase-change-half-done'],
      { keyslots: [31] },
    ],
  ])('%s', (_, slots, found, mark) => {
    const findings = headerFindings(header(slots, mark), { name: 'shop', file: '/v' });
    expect(findings.map(({ code }) => code)).toEqual(found);
  });
});
