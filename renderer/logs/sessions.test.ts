import { expect, it } from 'vitest';
import type { LogSource } from '../../shared/api/api.ts';
import { operationId } from '../status/events.fixtures.ts';
import { createFakeApi } from './fakeApi.fixtures.ts';
import { createLogSessions } from './sessions.ts';

const machine = { context: 'production', name: 'prod-1' };
const source: LogSource = { kind: 'operation', machine, operation: operationId };

it('reads a log once for all who look at it, and closes it when the last of them goes', async () => {
  const { api, callsOf } = createFakeApi();
  const sessions = createLogSessions(api);
  const first = sessions.acquire('log', source);
  expect(sessions.acquire('log', source)).toBe(first);
  await Promise.resolve();
  expect(callsOf('log.open')).toHaveLength(1);
  sessions.release('log');
  expect(sessions.find('log')).toBe(first);
  expect(callsOf('log.close')).toEqual([]);
  sessions.release('log');
  expect(sessions.find('log')).toBeUndefined();
  expect(callsOf('log.close')).toEqual([{ log: 1 }]);
});

it('opens a log anew for whoever comes after the last has gone', () => {
  const { api, callsOf } = createFakeApi();
  const sessions = createLogSessions(api);
  const first = sessions.acquire('log', source);
  sessions.release('log');
  sessions.release('log');
  expect(sessions.acquire('log', source)).not.toBe(first);
  expect(callsOf('log.open')).toHaveLength(2);
});
