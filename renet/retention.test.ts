import { describe, expect, it } from 'vitest';
import { logsToRemove } from './retention.ts';

const DAY = 24 * 60 * 60 * 1000;
const now = 1000 * DAY;
const log = (id: string, days: number, bytes: number): { id: string; at: number; bytes: number } => ({
  id,
  at: now - days * DAY,
  bytes,
});

describe('logsToRemove', () => {
  it('removes what is older than 90 days', () => {
    expect(logsToRemove([log('old', 91, 1), log('new', 89, 1)], now, 1e9)).toEqual(['old']);
  });

  it('removes the oldest beyond 5 % of the disk, whatever order they come in', () => {
    const logs = [log('c', 3, 20), log('a', 1, 20), log('b', 2, 20)];
    expect(logsToRemove(logs, now, 1000)).toEqual(['c']);
    expect(logsToRemove(logs, now, 600)).toEqual(['b', 'c']);
  });
});
