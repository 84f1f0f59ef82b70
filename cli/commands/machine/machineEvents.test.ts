import { describe, expect, it } from 'vitest';
import type { Engine } from '../../../electron/engine/engine.ts';
import { AppError } from '../../../shared/errors.ts';
import type { JournalEntry, JournalKind, Moment } from '../../../shared/journal/entry.ts';
import { journalKindSchema } from '../../../shared/journal/entry.ts';
import { entryText } from '../../../shared/journal/entryText.ts';
import type { NewerName } from '../../../shared/newerNames.ts';
import { en } from '../../../shared/text/en/en.ts';
import { fr } from '../../../shared/text/fr/fr.ts';
import { rdc, repository } from '../../rdc.fixtures.ts';
import type { Scene } from '../../rdc.fixtures.ts';

const moment = (at: number, uncertain?: number): Moment => ({
  at,
  boot: { id: 'one', uptime: at },
  ...(uncertain !== undefined && { uncertain }),
});
const entry = (kind: JournalKind, more: Partial<JournalEntry> = {}): JournalEntry => ({
  ...{ n: 1, entry: 1, kind, level: 'error', count: 1, began: moment(40_000), details: {} },
  subject: { repository, container: 'webapp-api-1', service: 'api' },
  ...more,
});
/** This computer's time of so many milliseconds after the epoch. */
const local = (at: number): string => {
  const time = new Date(at - new Date(at).getTimezoneOffset() * 60_000);
  return time.toISOString().slice(0, 19).replace('T', ' ');
};

const loop = entry('crash-loop', {
  ...{
    count: 40,
    details: { exitCode: 3, restarts: 40, kills: 2 },
    lastLines: ['one', 'two', 'three', 'four'],
  },
});
const full = entry('datastore-full', {
  ...{ n: 7, entry: 2, level: 'critical', subject: { path: '/mnt/rediacc' }, details: { percent: 97 } },
  ...{ began: moment(10_000, 5000), ended: moment(70_000), milliseconds: 60_000 },
});
const newer = entry('booted', {
  n: 3,
  entry: 3,
  kind: 'route-lost' as NewerName,
  level: 'ok',
  ended: moment(40_000),
});

/** Makes a scene whose machine has these entries. Whoever follows them presses Ctrl-C once all have come. */
const having = (...entries: JournalEntry[]): Scene => {
  let press: () => void = () => undefined;
  const events: Engine['events'] = async (_, { follow }, { onEntry, onNotice }, signal) => {
    for (const one of entries) await onEntry(one);
    await onNotice?.({ code: 'journal-spoiled', details: { lines: 2 } });
    if (follow !== true) return;
    press();
    expect(signal.aborted).toBe(true);
  };
  return {
    engine: { events },
    onInterrupt: (handler) => {
      press = handler;
    },
  };
};

describe('machine events', () => {
  it('tells when, how long, what, how often and what to do, in the order in which it began', async () => {
    const { stdout, exit } = await rdc('machine events -m prod-1', having(newer, full, loop));
    expect(exit).toBe(0);
    expect(stdout.split('\n')).toEqual([
      `✗ ${local(40_000).padEnd(26)} ${'1 min so far'.padEnd(18)} Container webapp-api-1 of webapp ended again and again: last exit code 3; processes killed for want of memory: 2 (40 times)`,
      '  │ two',
      '  │ three',
      '  │ four',
      '  → See why it ends with `rdc repo logs webapp api`.',
      `✗ ${`before ${local(10_000)}`.padEnd(26)} ${'1 min'.padEnd(18)} Datastore /mnt/rediacc 97 % used`,
      '  → Delete repositories that nobody needs, or give the datastore a larger disk; at 100 % every write fails.',
      `· ${local(40_000).padEnd(26)} ${''.padEnd(18)} route-lost webapp webapp-api-1`,
      '! 2 lines of the machine’s journal are spoiled, as a power cut or the disk may do; the others are here.',
      '',
    ]);
  });

  it('says that there is nothing', async () => {
    const events: Engine['events'] = () => Promise.resolve();
    expect((await rdc('machine events', { engine: { events } })).stdout).toBe(
      'Nothing in the journal of prod-1.\n',
    );
  });

  it('asks for an age, and refuses what is none', async () => {
    const asked: unknown[] = [];
    const events: Engine['events'] = (_, request) => {
      asked.push(request);
      return Promise.resolve();
    };
    await rdc('machine events prod-1', { engine: { events } });
    await rdc('machine events -m prod-1 --since 8h', { engine: { events } });
    expect(asked).toEqual([
      { limit: 100, follow: false },
      { limit: 10_000, since: 8 * 3_600_000, follow: false },
    ]);
    const refused = await rdc('machine events --since yesterday', { engine: { events } });
    expect([refused.exit, refused.stderr]).toEqual([2, expect.stringContaining('--since')]);
  });

  it('gives a program one document, and with --follow an entry a line', async () => {
    const whole = await rdc('machine events --output json', having(loop));
    expect(JSON.parse(whole.stdout)).toEqual({
      machine: 'prod-1',
      entries: [loop],
      notices: [{ code: 'journal-spoiled', details: { lines: 2 } }],
    });
    const scene = having(loop, full);
    const followed = await rdc('machine events --follow --output json', scene);
    expect(followed.exit).toBe(130);
    expect(
      followed.stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual([loop, full]);
    const lines = await rdc('machine events --follow --events', scene);
    expect(lines.stdout.split('\n')[0]).toBe(JSON.stringify({ type: 'entry', entry: loop }));
  });

  it('follows for people, and says what is spoiled', async () => {
    const scene = having(full);
    const { stdout, stderr, exit } = await rdc('machine events --follow --lang fr', scene);
    expect(exit).toBe(130);
    expect(stdout).toMatch(/^✗ avant .* 1 min +Datastore \/mnt\/rediacc utilisé à 97 %\n {2}→ /);
    expect(stderr).toContain('2 lignes du journal');
  });

  it('of a machine whose agent has no journal says to update it', async () => {
    const events: Engine['events'] = () =>
      Promise.reject(new AppError('agent-older', { machine: 'prod-1', agent: '0.1.0', ours: '0.2.0' }));
    const { exit, stderr } = await rdc('machine events', { engine: { events } });
    expect([exit, stderr]).toEqual([9, expect.stringContaining('rdc context setup-machine prod-1')]);
  });
});

describe.each([
  ['English', en],
  ['French', fr],
])('in %s', (_, text) => {
  it.each(journalKindSchema.options)('%s has a sentence and a next step without a hole', (kind) => {
    const details = { exitCode: 3, kills: 1, percent: 90, load: 4, enabled: 2, started: 1, reason: 'r' };
    const error = { code: 'autostart-slot-empty', details: { name: 'webapp' }, message: 'm' };
    const more = { details: { ...details, verb: 'up', verdict: 'failed', seconds: -3600 }, error };
    const subject = { repository, container: 'c', path: '/', operation: repository.guid };
    const { what, next } = entryText(entry(kind, { ...more, subject }), text);
    expect(`${what} ${next}`).not.toMatch(/[{}]| {2}| \.| `\./);
    expect([what === '', next === '']).toEqual([false, false]);
  });
});

it('shows nothing of a container as it is, as it may write anything', () => {
  const subject = { repository: { ...repository, name: 'a\u001b[2Jb' }, container: 'c\u202ed' };
  expect(entryText(entry('container-died', { subject }), en).what).toBe(
    'Container cd of a[2Jb ended: exit code ?',
  );
});
