// The comparison of npm run test:wild, on files that were written to be read rightly and wrongly.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { composeSuites, keptCompose } from '../../scripts/trueCompose.ts';
import { compareReadings, reportLines } from './comparison.ts';
import { composeReading, ourReading } from './readings.ts';

describe('the comparison of two readings', () => {
  const refused = (code: string) => ({ code, message: 'why' });
  const services = (...names: string[]) => ({ services: names });

  it.each([
    ['the same services', services('a', 'b'), services('a', 'b')],
    ['DIFFERENT SERVICES', services('a'), services('a', 'b')],
    ['REFUSED, BUT NOT BY RULE', refused('compose-invalid'), services('a')],
    ['REFUSED, BUT NOT BY RULE', refused('crash'), services('a')],
    ['refused by rule: unsafe-path', refused('unsafe-path'), services('a')],
    ['refused by rule: compose-network', { ...services('a'), rule: 'compose-network' }, services('a')],
    ['DIFFERENT SERVICES', { ...services('a'), rule: 'compose-network' }, services('b')],
    ['refused by both', refused('compose-invalid'), refused('compose')],
    ['refused by Compose alone', services('a'), refused('compose')],
  ])('says %s', (outcome, ours, theirs) => {
    expect(compareReadings(ours, theirs)).toBe(outcome);
  });

  it('counts the outcomes, and names each file that must not be so', () => {
    const same = {
      file: 'a.yml',
      outcome: 'the same services',
      ours: services('a'),
      theirs: services('a'),
    } as const;
    const other = {
      file: 'b.yml',
      outcome: 'DIFFERENT SERVICES',
      ours: services(),
      theirs: services('b'),
    } as const;
    expect(reportLines([same, other, same])).toEqual([
      '       1  DIFFERENT SERVICES',
      '       2  the same services',
      'DIFFERENT SERVICES: b.yml',
      '    ours:    (none)',
      '    Compose: b',
    ]);
  });
});

describe.each(composeSuites)(
  "readings by the docker compose of Debian's %s (SKIPPED WITHOUT IT)",
  (suite) => {
    const program = keptCompose(suite)?.program;
    let root = '';
    beforeEach(() => {
      root = mkdtempSync(join(tmpdir(), 'rediacc-wild-'));
    });
    afterEach(() => {
      rmSync(root, { recursive: true });
    });

    /** Returns how the readings of the first file compare, the others being there too. */
    async function outcomeOf(files: Record<string, string>): Promise<string> {
      for (const [path, text] of Object.entries(files)) {
        mkdirSync(dirname(join(root, path)), { recursive: true });
        writeFileSync(join(root, path), text);
      }
      const file = join(root, Object.keys(files)[0] ?? '');
      const { reading, variables } = await composeReading(program ?? '', file);
      return compareReadings(await ourReading(root, file, variables), reading);
    }

    it.skipIf(program === undefined).each<[string, string, Record<string, string>]>([
      [
        'profiles and an include',
        'the same services',
        {
          'compose.yaml': 'include: [more/c.yml]\nservices: {a: {image: x, profiles: [p]}}\n',
          'more/c.yml': 'services: {b: {image: x}}\n',
        },
      ],
      [
        'a variable that must be set',
        'the same services',
        { 'compose.yaml': 'services: {a: {image: "x:${TAG:?say which}", command: "${TWO?}"}}\n' },
      ],
      [
        'a network',
        'refused by rule: compose-network',
        { 'compose.yaml': 'services: {a: {image: x, networks: [n]}}\nnetworks: {n: {}}\n' },
      ],
      ['no YAML', 'refused by both', { 'compose.yaml': 'services: {a: [\n' }],
      ['a key that is none', 'refused by Compose alone', { 'compose.yaml': 'services: {a: {imagine: x}}\n' }],
    ])('compares %s', async (_title, outcome, files) => {
      expect(await outcomeOf(files)).toBe(outcome);
    });
  },
);
