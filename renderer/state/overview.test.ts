import { expect, it } from 'vitest';
import type { Connection, MachineState } from '../../shared/api/apiModel.ts';
import { AppError, toWire } from '../../shared/errors.ts';
import type { OperationSummary } from '../../shared/model.ts';
import { countConnections, toldOperations } from './overview.ts';

const connected: Connection = { state: 'connected', since: 0, latency: 12 };
const offline: Connection = { state: 'offline', since: 0, retryAt: 9_000 };
const error = toWire(new AppError('root-needed'));

it('connections are counted, with the next try of those that are tried again', () => {
  const machines = [
    connected,
    connected,
    offline,
    { ...offline, retryAt: 7_000 },
    { state: 'offline' as const, since: 0, error },
    { state: 'connecting' as const, since: 0 },
  ].map((connection) => ({ connection }));
  expect(countConnections(machines)).toEqual({
    connected: 2,
    connecting: 1,
    retrying: { count: 2, retryAt: 7_000 },
    offline: 1,
  });
  expect(countConnections([]).retrying).toBeUndefined();
});

it('operations of all machines stand in one list, newest first', () => {
  const operation = (id: string, startedAt: number) =>
    ({
      id,
      startedAt,
      verb: 'up',
      state: 'failed',
      repository: { guid: 'g', name: 'mail' },
    }) as OperationSummary;
  const on = (name: string, ...operations: readonly OperationSummary[]) =>
    ({ machine: { context: 'production', name }, operations }) as unknown as MachineState;
  const told = toldOperations([on('prod-1', operation('a', 1)), on('prod-2', operation('b', 2))]);
  expect(told).toMatchObject([
    { id: 'b', repository: 'mail', guid: 'g', machine: { context: 'production', name: 'prod-2' } },
    { id: 'a', machine: { name: 'prod-1' } },
  ]);
});
