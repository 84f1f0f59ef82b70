import { describe, expect, it } from 'vitest';
import type { LogSource } from '../../shared/api/api.ts';
import { AppError } from '../../shared/errors.ts';
import { createTeller, operationId, planOf } from '../status/events.fixtures.ts';
import { createFakeApi } from './fakeApi.fixtures.ts';
import { openLog } from './logSession.ts';

const machine = { context: 'production', name: 'prod-1' };
const source: LogSource = { kind: 'operation', machine, operation: operationId };
const bytes = (text: string) => new TextEncoder().encode(text);
/** Waits until the calls that are under way have been answered. */
const answered = async () => {
  for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
};

async function follow(of: LogSource = source) {
  const fake = createFakeApi();
  const session = openLog(fake.api, of, () => 5_000_000);
  await answered();
  const text = () => new TextDecoder().decode(session.store.read(0, session.store.length()));
  return { ...fake, session, text };
}

describe('openLog', () => {
  it('keeps bytes and events in order and ends with the verdict', async () => {
    const { session, emit, text } = await follow();
    expect(session.snapshot().status.kind).toBe('following');
    const { events } = createTeller('up', planOf('up'));
    for (const event of events) emit('log.event', { log: 1, event });
    emit('log.chunk', { log: 1, offset: 0, bytes: bytes('one\n') });
    emit('log.chunk', { log: 2, offset: 0, bytes: bytes('of another pane\n') });
    emit('log.chunk', { log: 1, offset: 4, bytes: bytes('two\n') });
    emit('log.ended', { log: 1, reason: 'verdict' });
    expect(text()).toBe('one\ntwo\n');
    expect(session.snapshot()).toMatchObject({ status: { kind: 'ended' }, lines: 2, bytes: 8 });
    expect(session.snapshot().events).toEqual(events);
  });

  it('keeps what came before the answer that gives its number', async () => {
    const fake = createFakeApi();
    const session = openLog(fake.api, source, () => 0);
    fake.emit('log.chunk', { log: 1, offset: 0, bytes: bytes('early') });
    expect(session.store.length()).toBe(0);
    await answered();
    expect(session.store.length()).toBe(5);
  });

  it('acknowledges what is stored', async () => {
    const { emit, callsOf } = await follow();
    emit('log.chunk', { log: 1, offset: 0, bytes: new Uint8Array(40_000) });
    emit('log.chunk', { log: 1, offset: 40_000, bytes: new Uint8Array(10) });
    emit('log.chunk', { log: 1, offset: 40_010, bytes: new Uint8Array(1) });
    expect(callsOf('log.ack')).toEqual([
      { log: 1, bytes: 40_000 },
      { log: 1, bytes: 10 },
      { log: 1, bytes: 1 },
    ]);
  });

  it('waits through a lost connection of the machine', async () => {
    const { session, emit } = await follow();
    emit('log.connection', { log: 1, connected: false, retryAt: 7 });
    expect(session.snapshot().status).toEqual({ kind: 'disconnected', retryAt: 7 });
    emit('log.connection', { log: 1, connected: true });
    expect(session.snapshot().status.kind).toBe('following');
  });

  it('goes on where it stopped when the way to the program is back', async () => {
    const { session, emit, link, callsOf, text } = await follow();
    const { events } = createTeller('up', planOf('up'));
    for (const event of events) emit('log.event', { log: 1, event });
    emit('log.chunk', { log: 1, offset: 0, bytes: bytes('half a ') });
    link('lost');
    expect(session.snapshot().status.kind).toBe('disconnected');
    link('open');
    await answered();
    expect(callsOf('log.open')[1]).toEqual({ source: { ...source, from: { event: 2, output: 7 } } });
    emit('log.chunk', { log: 2, offset: 7, bytes: bytes('line\n') });
    expect(text()).toBe('half a line\n');
  });

  it('puts a container log that begins anew behind what it has', async () => {
    const { emit, link, text } = await follow({ kind: 'containers', machine, repository: 'webapp' });
    emit('log.chunk', { log: 1, offset: 0, bytes: bytes('before\n') });
    link('lost');
    link('open');
    await answered();
    emit('log.chunk', { log: 2, offset: 0, bytes: bytes('after\n') });
    expect(text()).toBe('before\nafter\n');
  });

  it('says why it could not be opened, and when its operation is lost', async () => {
    const refused = createFakeApi({
      'log.open': () => {
        throw new AppError('operation-not-found', { id: operationId });
      },
    });
    const session = openLog(refused.api, source, () => 0);
    await answered();
    expect(session.snapshot().status).toMatchObject({ error: { code: 'operation-not-found' } });
    const { session: other, emit } = await follow();
    emit('log.ended', { log: 1, reason: 'lost' });
    expect(other.snapshot().status.kind).toBe('lost');
  });

  it('closes what it opened, also when closed while it was being opened', async () => {
    const { session, callsOf } = await follow();
    session.close();
    expect(callsOf('log.close')).toEqual([{ log: 1 }]);
    const fake = createFakeApi();
    openLog(fake.api, source, () => 0).close();
    await answered();
    expect(fake.callsOf('log.close')).toEqual([{ log: 1 }]);
  });

  it('knows the time of a line: the machine says it in events, else when it came', async () => {
    const { session, emit } = await follow();
    const { events } = createTeller('up', planOf('up'));
    for (const event of events) emit('log.event', { log: 1, event: { ...event, output: 0 } });
    expect(session.times.at(0)).toBe(1_000_000);
    emit('log.chunk', { log: 1, offset: 0, bytes: bytes('one\n') });
    expect(session.times.at(2)).toBe(1_000_000);
    emit('log.chunk', { log: 1, offset: 4, bytes: bytes('two\n') });
    expect(session.times.at(5)).toBe(5_000_000);
  });
});
