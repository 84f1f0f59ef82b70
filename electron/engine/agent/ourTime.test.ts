import { describe, expect, it } from 'vitest';
import type { JournalEntry, Moment } from '../../../shared/journal/entry.ts';
import type { OperationEvent, OperationSummary, Repository } from '../../../shared/model.ts';
import { readClock } from './machineClock.ts';
import { createOurTime } from './ourTime.ts';

const MINUTE = 60_000;
const YEAR = 365 * 24 * 60 * MINUTE;
/** Our time now. */
const NOW = 1_800_000_000_000;
/** The machine has been up for an hour. */
const UP = 60 * MINUTE;
const GUID = '2d25d88d-e186-48b0-aff3-500528150a52';

const begun = (startedAt: number, more: Partial<OperationSummary> = {}): OperationSummary => ({
  ...{ id: GUID, verb: 'up', repository: { guid: GUID, name: 'shop' }, origin: 'person', by: 'ann' },
  ...{ state: 'succeeded', startedAt, endedAt: startedAt + MINUTE },
  ...more,
});
const thisBoot = (minutesAgo: number): Partial<OperationSummary> => ({
  boot: { id: 'this', uptime: UP - minutesAgo * MINUTE },
});

/** Moves an operation's times, as told by a machine whose clock is `ahead` milliseconds ahead now. */
const moved = (operation: OperationSummary, ahead: number): number[] => {
  const clock = { ahead, bootedAt: NOW - UP };
  const { startedAt, endedAt } = createOurTime('this', () => clock).answer('operation.show', operation);
  return [startedAt - NOW, (endedAt ?? 0) - NOW].map((milliseconds) => milliseconds / MINUTE);
};

describe('the time of an operation', () => {
  it.each([YEAR, -YEAR])('is ours though the machine’s clock is off by %i', (ahead) => {
    expect(moved(begun(NOW + ahead - 3 * MINUTE, thisBoot(3)), ahead)).toEqual([-3, -2]);
    expect(moved(begun(NOW + ahead - 3 * MINUTE), ahead)).toEqual([-3, -2]);
  });

  it('is how long the machine has been up since, however its clock was set meanwhile', () => {
    expect(moved(begun(NOW - 3 * MINUTE, thisBoot(3)), YEAR)).toEqual([-3, -2]);
    expect(moved(begun(NOW + YEAR, thisBoot(3)), 0)).toEqual([-3, -2]);
  });

  it('is what the clocks said to each other then, where the machine was paused since and its uptime stood still', () => {
    // Five minutes ago by its uptime, which does not have the two hours of the pause.
    expect(moved(begun(NOW - 125 * MINUTE, { ...thisBoot(5), ahead: 300 }), 0)).toEqual([-125, -124]);
  });

  it('is moved by the uptime where the clock of whoever asked was wrong', () => {
    const hour = { ...thisBoot(60), ahead: YEAR };
    expect(moved(begun(NOW - 60 * MINUTE, hour), 0)).toEqual([-60, -59]);
    expect(moved(begun(NOW - 60 * MINUTE, { ...hour, ahead: -YEAR }), 0)).toEqual([-60, -59]);
  });

  it('of an earlier boot is what the clocks said to each other then', () => {
    const boot = { id: 'before', uptime: 5 };
    expect(moved(begun(NOW - 200 * MINUTE, { boot, ahead: 300 }), YEAR)).toEqual([-200, -199]);
    expect(moved(begun(NOW + YEAR - 200 * MINUTE, { boot, ahead: YEAR }), 0)).toEqual([-200, -199]);
  });

  it('of an earlier boot is never within this one', () => {
    expect(moved(begun(NOW, { boot: { id: 'before', uptime: 5 } }), -YEAR)).toEqual([-60, -59]);
  });

  it('stays as it was told where the difference is the network’s, or the agent does not say its time', () => {
    expect(moved(begun(NOW - 3 * MINUTE + 1234, thisBoot(3)), 1200)[0]).toBe(-3 + 1234 / MINUTE);
    const old = begun(5);
    expect(createOurTime('this', () => undefined).answer('operation.list', [old])).toEqual([old]);
  });
});

it('is moved wherever a machine tells it: in repositories, containers, autostart and states', () => {
  const time = createOurTime('this', () => ({ ahead: YEAR, bootedAt: NOW - UP }));
  const told = begun(NOW + YEAR - 3 * MINUTE);
  const ours = begun(NOW - 3 * MINUTE);
  const repository = { lastOperation: told, operation: told, autostart: { enabled: true, lastBoot: told } };
  const expected = { lastOperation: ours, operation: ours, autostart: { enabled: true, lastBoot: ours } };
  const one = repository as unknown as Repository;
  const container = { startedAt: NOW + YEAR } as never;
  const state = { at: NOW + YEAR, repositories: [one], operations: [told], containers: [container] };
  expect(time.answer('repository.list', [one])).toEqual([expected]);
  expect(time.state(state)).toEqual({
    ...{ at: NOW + YEAR, repositories: [expected], operations: [ours], containers: [{ startedAt: NOW }] },
    clockAhead: YEAR,
  });
  expect(time.answer('machine.info', {} as never)).toEqual({ clockAhead: YEAR });
  const unreadable = {
    id: GUID,
    state: 'unreadable',
    error: { code: '', details: {}, message: '' },
  } as const;
  expect(time.answer('operation.list', [unreadable, told])).toEqual([unreadable, ours]);
});

it('is moved alike for all events of an operation, also where its beginning is not read again', () => {
  const operation = begun(NOW + YEAR - 3 * MINUTE, thisBoot(3));
  const started: OperationEvent = { n: 0, at: operation.startedAt, output: 0, type: 'started', operation };
  const notice: OperationEvent = {
    ...{ n: 1, at: operation.startedAt + 7, output: 0, type: 'notice', notice: { code: '', details: {} } },
  };
  const time = createOurTime('this', () => ({ ahead: YEAR, bootedAt: NOW - UP }));
  const startedAt = NOW - 3 * MINUTE;
  expect([started, notice].map(time.events())).toEqual([
    { ...started, at: startedAt, operation: { ...operation, startedAt } },
    { ...notice, at: startedAt + 7 },
  ]);
  expect([notice].map(time.events())).toEqual([{ ...notice, at: startedAt + 7 }]);
});

describe('the clock of a machine', () => {
  const said = { at: NOW + YEAR, uptime: UP };
  const at = (now: number): { asked: number; now: number } => ({ asked: now, now });

  it('is read out of the answer to a ping', () => {
    expect(readClock(said, at(NOW), undefined)).toEqual({ ahead: YEAR, bootedAt: NOW - UP });
    expect(readClock({}, at(NOW), undefined)).toBeUndefined();
  });

  it('does not move with the network, and does with a jump', () => {
    const before = readClock(said, at(NOW), undefined);
    expect(readClock(said, at(NOW + 500), before)).toBe(before);
    expect(readClock({ ...said, at: NOW }, at(NOW), before)).toEqual({ ahead: 0, bootedAt: NOW - UP });
  });

  it('is not read anew by an answer that this computer slept through, or whose round trip a jump of our clock made', () => {
    const before = readClock(said, at(NOW), undefined);
    for (const now of [NOW + 8 * 60 * MINUTE, NOW - YEAR])
      expect(readClock(said, { asked: NOW, now }, before)).toBe(before);
  });
});

describe('the time of an entry of the journal', () => {
  const entry = (began: Moment, ended?: Moment, milliseconds?: number): JournalEntry => ({
    ...{ n: 1, entry: 1, kind: 'container-died', level: 'error', subject: {}, count: 1, details: {} },
    ...{ began, ended, milliseconds },
  });
  /** Returns when an entry began and ended, in minutes from now, as told by a machine whose clock is a year ahead. */
  const told = (one: JournalEntry): (number | undefined)[] => {
    const { began, ended } = createOurTime('this', () => ({ ahead: YEAR, bootedAt: NOW - UP })).entry(one);
    return [began.at, ended?.at].map((at) => (at === undefined ? at : (at - NOW) / MINUTE));
  };
  const at = (minutesAgo: number, by = YEAR): Moment => ({
    at: NOW + by - minutesAgo * MINUTE,
    boot: { id: 'this', uptime: UP - minutesAgo * MINUTE },
  });

  it('is ours, whatever the clock said at its begin or its end', () => {
    expect(told(entry(at(30)))).toEqual([-30, undefined]);
    expect(told(entry(at(30, 0), at(10), 20 * MINUTE))).toEqual([-30, -10]);
    expect(told(entry(at(30), at(10, 0)))).toEqual([-30, -10]);
  });

  it('of an earlier boot is never within this one', () => {
    const before = { at: NOW + YEAR - 90 * MINUTE, boot: { id: 'before', uptime: 1 } };
    expect(told(entry(before, before, 0))).toEqual([-90, -90]);
    expect(told(entry({ ...before, at: NOW + YEAR }))).toEqual([-60, undefined]);
  });
});
