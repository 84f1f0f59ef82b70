import { expect, it } from 'vitest';
import { AppError, toWire } from '../errors.ts';
import { en } from '../text/en/en.ts';
import { fr } from '../text/fr/fr.ts';
import type { JournalEntry } from './entry.ts';
import { entryText } from './entryText.ts';

const entry = (more: Partial<JournalEntry>): JournalEntry => ({
  ...{ n: 1, entry: 1, kind: 'booted', level: 'ok', subject: {}, count: 1, details: {} },
  began: { at: 0, boot: { id: 'one', uptime: 5 } },
  ...more,
});
const plainSpaces = (sentence: string): string => sentence.replaceAll(/[\u00a0\u202f]/g, ' ');

it('tells of a boot which repositories came up, where any should have', () => {
  const results = { enabled: 3, started: 2, failed: 'mail', down: 120 };
  expect(entryText(entry({ level: 'error', details: results }), en).what).toBe(
    'The machine started; repositories that came up by themselves: 2 of 3; not started: mail; it was last seen 2 min before',
  );
  const french = entryText(entry({ details: results }), fr).what;
  expect(plainSpaces(french)).toMatch(
    /^La machine a démarré ; dépôts démarrés d’eux-mêmes : 2 sur 3 ; non démarrés : mail ;/,
  );
  const none = { enabled: 0, started: 0, failed: '', degraded: '' };
  expect(entryText(entry({ details: none }), en).what).toBe('The machine started');
});

it('tells of an autostart that is broken in the words of its error', () => {
  const error = toWire(new AppError('autostart-key-refused', { name: 'shop' }));
  expect(entryText(entry({ kind: 'autostart-broken', level: 'error', error }), en).what).toBe(
    'The autostart key of "shop" does not open key slot 1',
  );
});

it('tells of a container by the part of its name that people chose', () => {
  const guid = '1841c33e-6f5c-4997-8ebb-9526417412e0';
  const subject = { repository: { guid, name: 'shop' }, container: `${guid}-api-1`, service: 'api' };
  const told = (more: Partial<JournalEntry['subject']>): string =>
    entryText(entry({ kind: 'container-unhealthy', level: 'error', subject: { ...subject, ...more } }), en)
      .what;
  expect(told({})).toBe('Container api-1 of shop: unhealthy');
  expect(told({ container: 'my-own-name' })).toBe('Container my-own-name of shop: unhealthy');
});
