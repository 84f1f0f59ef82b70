import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AppError, toWire } from '../../../shared/errors.ts';
import type { JournalEntry } from '../../../shared/journal/entry.ts';
import { STREAM_WINDOW } from '../../../shared/protocol/protocol.ts';
import { arrival } from '../../../tests/support/arrival.ts';
import { createManualClock } from '../../../tests/support/manualClock.ts';
import type { AgentRequest, ScriptedAgent } from '../../../tests/support/scriptedAgent.ts';
import { createScriptedMachine } from '../../../tests/support/scriptedMachine.ts';
import { createEngine } from '../engine.ts';
import type { Engine, EventsRequest } from '../engine.ts';

const web = {
  context: 'work',
  machine: { name: 'web', host: 'web.test', port: 22, user: 'deploy', datastore: '/mnt/rediacc' },
  sshKey: '/keys/id',
};

const entry = (n: number, more: Partial<JournalEntry> = {}): JournalEntry => ({
  ...{ n, entry: n, kind: 'container-died', level: 'error', subject: {}, count: 1, details: {} },
  began: { at: 5, boot: { id: 'one', uptime: 5 } },
  ...more,
});

let folder: string;
let engine: Engine;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rediacc-'));
});
afterEach(async () => {
  await engine.close();
  await rm(folder, { recursive: true });
});

/** Makes a machine whose agents open the journal as stream 1, and then send what the test tells them to. */
function build(answer?: (request: AgentRequest, agent: ScriptedAgent) => void) {
  const clock = createManualClock();
  const asked: { request: AgentRequest; agent: ScriptedAgent }[] = [];
  let wake: () => void = () => undefined;
  const machine = createScriptedMachine({
    onRequest: (request, agent) => {
      if (request.method !== 'machine.events') return false;
      if (answer === undefined) agent.answer(request, { stream: 1 });
      else answer(request, agent);
      asked.push({ request, agent });
      wake();
      return true;
    },
  });
  engine = createEngine({
    ...{ access: machine.access, clock, random: () => 1, stateFolder: folder },
    ...{ by: 'ana@laptop', version: '1.0.0' },
  });
  const nth = async (count: number) => {
    for (;;) {
      const one = asked[count - 1];
      if (one !== undefined) return one;
      const woken = new Promise<void>((resolve) => {
        wake = resolve;
      });
      await arrival(`request ${count}`, woken);
    }
  };
  return { clock, machine, nth };
}

/** Reads the journal, and keeps what came. */
function read(request: EventsRequest, onEntry?: (entry: JournalEntry) => Promise<void>) {
  const stop = new AbortController();
  const entries: number[] = [];
  const notices: string[] = [];
  let wake: () => void = () => undefined;
  const ended = engine.events(
    web,
    request,
    {
      onEntry: async (one) => {
        entries.push(one.n);
        wake();
        await onEntry?.(one);
      },
      onNotice: ({ code }) => void notices.push(code),
    },
    stop.signal,
  );
  ended.catch(() => undefined);
  const until = async (count: number): Promise<void> => {
    while (entries.length < count) {
      const woken = new Promise<void>((resolve) => {
        wake = resolve;
      });
      await arrival(`${count} entries`, woken, () => JSON.stringify(entries));
    }
  };
  return { entries, notices, ended, until, stop: () => stop.abort() };
}

const send = (agent: ScriptedAgent, one: JournalEntry): void =>
  agent.send({ type: 'stream-entry', stream: 1, entry: one });

describe('the journal of a machine', () => {
  test('is read once, to its end, on the channel that there is', async () => {
    const { machine, nth } = build();
    const reading = read({ since: 1000 });
    const { agent, request } = await nth(1);
    send(agent, entry(1));
    agent.send({
      type: 'stream-notice',
      stream: 1,
      notice: { code: 'journal-spoiled', details: { lines: 1 } },
    });
    send(agent, entry(2, { kind: 'route-lost' as never }));
    agent.send({ type: 'stream-end', stream: 1, reason: 'closed' });
    await reading.ended;
    expect([reading.entries, reading.notices, request.params]).toEqual([
      ...[[1, 2], ['journal-spoiled']],
      { since: 1000 },
    ]);
    expect(machine.agents.length).toBe(1);
  });

  test('that is followed goes on after a cut from the last line, and ends at the signal', async () => {
    const { clock, machine, nth } = build();
    const reading = read({ since: 1000, limit: 100, follow: true });
    const { agent } = await nth(1);
    send(agent, entry(3));
    send(agent, entry(8, { entry: 3 }));
    await reading.until(2);
    machine.cut();
    await clock.awaited(500);
    clock.advance(500);
    const again = await nth(2);
    expect(again.request.params).toEqual({ follow: true, after: 8, limit: 10_000 });
    send(again.agent, entry(9));
    await reading.until(3);
    reading.stop();
    await reading.ended;
    expect(reading.entries).toEqual([3, 8, 9]);
  });

  test('of an agent that has none is told as an older agent', async () => {
    const refusal = toWire(new AppError('protocol-violation', { reason: 'no method machine.events' }));
    build((request, agent) => agent.send({ type: 'refusal', id: request.id, error: refusal }));
    const refused = read({}).ended;
    await expect(refused).rejects.toMatchObject({
      code: 'agent-older',
      details: { machine: 'web', ours: '1.0.0' },
    });
  });

  test('waits for a reader that is slow, and is granted as much again as that has read', async () => {
    const { nth } = build();
    let go: () => void = () => undefined;
    const slow = new Promise<void>((resolve) => {
      go = resolve;
    });
    const reading = read({}, () => slow);
    const { agent } = await nth(1);
    const large = entry(1, { lastLines: ['x'.repeat(60_000)] });
    const size = Buffer.byteLength(JSON.stringify({ type: 'stream-entry', stream: 1, entry: large }));
    for (let sent = 0; sent + size <= STREAM_WINDOW; sent += size) send(agent, large);
    await reading.until(1);
    expect(agent.received.some(({ type }) => type === 'credit')).toBe(false);
    go();
    expect(await agent.next('credit')).toEqual({ type: 'credit', stream: 1, bytes: size });
    agent.send({ type: 'stream-end', stream: 1, reason: 'closed' });
    await reading.ended;
  });
});
