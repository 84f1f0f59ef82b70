import { describe, expect, it } from 'vitest';
import type { OperationEntry } from '../../shared/api/apiModel.ts';
import { groupOperations } from './operationList.ts';

describe('groupOperations', () => {
  const entry = (over: Partial<OperationEntry>): OperationEntry => ({
    id: '7d3a4c1e-94b8-4f0a-8a3e-3a1b2c3d4e5f',
    verb: 'up',
    startedAt: new Date(2026, 10, 24, 14).getTime(),
    machine: { context: 'production', name: 'prod-1' },
    repository: 'webapp',
    state: 'succeeded',
    ...over,
  });
  const yesterday = new Date(2026, 10, 23, 9).getTime();

  it('puts what runs first and the rest by day, newest first', () => {
    const { running, days } = groupOperations(
      [
        entry({ repository: 'mail', state: 'running' }),
        entry({ repository: 'billing' }),
        entry({ startedAt: yesterday, repository: 'old' }),
      ],
      { text: '', trouble: false },
    );
    expect(running.map(({ repository }) => repository)).toEqual(['mail']);
    expect(days.map((day) => day.operations.map(({ repository }) => repository))).toEqual([
      ['billing'],
      ['old'],
    ]);
  });

  it('shows the newest, all that run, and says how many are older', () => {
    const all = [
      entry({ repository: 'new' }),
      entry({ startedAt: yesterday, state: 'running', repository: 'long' }),
      entry({ startedAt: yesterday - 1, repository: 'old' }),
    ];
    const { running, days, older } = groupOperations(all, { text: '', trouble: false }, 1);
    const names = [running, ...days.map(({ operations }) => operations)].map((own) =>
      own.map(({ repository }) => repository),
    );
    expect([names, older]).toEqual([[['long'], ['new']], 1]);
    expect(groupOperations(all, { text: '', trouble: false }, 2).older).toBe(0);
  });

  it('keeps the order of the machine, though its clock went back', () => {
    const all = [
      entry({ repository: 'last', startedAt: yesterday }),
      entry({ repository: 'first' }),
      entry({ repository: 'before', startedAt: yesterday }),
    ];
    const { days } = groupOperations(all, { text: '', trouble: false }, 2);
    expect(days.flatMap(({ operations }) => operations.map(({ repository }) => repository))).toEqual([
      'last',
      'first',
    ]);
  });

  it('narrows to a name and to trouble', () => {
    const all = [entry({ by: 'Ana' }), entry({ state: 'failed' }), entry({ state: 'lost', repository: 'x' })];
    const count = (text: string, trouble: boolean) => {
      const { days } = groupOperations(all, { text, trouble });
      return days.flatMap(({ operations }) => operations).length;
    };
    expect([count(' ana', false), count('', true), count('x', true), count('prod-1', false)]).toEqual([
      1, 2, 1, 3,
    ]);
  });
});
