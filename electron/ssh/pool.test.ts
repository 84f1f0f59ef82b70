import { expect, it } from 'vitest';
import { AppError } from '../../shared/errors.ts';
import { createPool } from './pool.ts';
import type { SshSession, SshTarget } from './types.ts';

const target: SshTarget = { host: 'h', port: 22, user: 'u', keyFile: '/k', machine: 'm' };

/** Makes a session that is closed once it was ended. */
function fakeSession(): SshSession {
  let end: () => void = () => undefined;
  const closed = new Promise<AppError>((resolve) => {
    end = () => resolve(new AppError('connection-lost'));
  });
  const refuse = (): Promise<never> => Promise.reject(new Error('not here'));
  return { target, hostKey: 'SHA256:h', closed, end, exec: refuse, forward: refuse, answers: refuse };
}

it('tries again after a failed connect, which all who waited hear of', async () => {
  const failures = [new AppError('machine-unreachable')];
  const pool = createPool(() => {
    const failure = failures.shift();
    return failure === undefined ? Promise.resolve(fakeSession()) : Promise.reject(failure);
  });
  const both = await Promise.allSettled([pool.acquire('a', target), pool.acquire('a', target)]);
  expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(await pool.acquire('a', target)).toMatchObject({ target });
});

it('shares a session until it is over, and then makes another', async () => {
  const pool = createPool(() => Promise.resolve(fakeSession()));
  const first = await pool.acquire('a', target);
  expect(await pool.acquire('a', target)).toBe(first);
  first.end();
  await first.closed;
  expect(await pool.acquire('a', target)).not.toBe(first);
});

it('shares with nobody of another key, user or key file', async () => {
  const pool = createPool(() => Promise.resolve(fakeSession()));
  const sessions = await Promise.all([
    pool.acquire('a', target),
    pool.acquire('b', target),
    pool.acquire('a', { ...target, user: 'other' }),
    pool.acquire('a', { ...target, keyFile: '/other' }),
  ]);
  expect(new Set(sessions).size).toBe(4);
});

it('ends all, also what is still connecting', async () => {
  let connected: (session: SshSession) => void = () => undefined;
  const late = new Promise<SshSession>((resolve) => {
    connected = resolve;
  });
  const first = fakeSession();
  const pool = createPool(({ port }) => (port === 22 ? Promise.resolve(first) : late));
  await pool.acquire('a', target);
  const waiting = pool.acquire('a', { ...target, port: 23 });
  pool.endAll();
  connected(fakeSession());
  const ends = await Promise.all([first.closed, (await waiting).closed]);
  expect(ends).toMatchObject([{ code: 'connection-lost' }, { code: 'connection-lost' }]);
});
