import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSettingsStore } from '../../electron/api/settings.ts';
import { createNoiseSkipper, readHello } from '../../electron/engine/agent/hello.ts';
import { createContextStore } from '../../electron/engine/context/contexts.ts';
import { openPresence } from '../../electron/engine/machine/presence.ts';
import { openHistory } from '../../electron/engine/operation/history.ts';
import { openWindowFile } from '../../electron/shell/windowFile.ts';
import { createHostKeys } from '../../electron/ssh/hostKeys.ts';
import { withFileLock } from '../../electron/engine/store/fileLock.ts';
import { judgeHostKey, knownHostName } from '../../electron/ssh/knownHosts.ts';
import { bootOperationOf, isBooted } from '../../renet/boot/bootUnit.ts';
import { listOperations, showOperation } from '../../renet/operation/knownOperations.ts';
import { readLog } from '../../renet/operation/log/logReader.ts';
import { digestOf } from '../../renet/operation/plan.ts';
import { operationFolder } from '../../renet/paths.ts';
import { findRepository, listRepositories } from '../../renet/repository/repositories.ts';
import type { OperationEvent } from '../../shared/model.ts';
import { addressesOf, parseSlotsFile } from '../../shared/network/slots.ts';
import { answers, fromAgentSchema } from '../../shared/protocol/answers.ts';
import type { FromAgent } from '../../shared/protocol/answers.ts';
import { createFrameDecoder } from '../../shared/protocol/frames.ts';
import type { Frame } from '../../shared/protocol/frames.ts';
import { requests, toAgentSchema } from '../../shared/protocol/protocol.ts';
import type { Method } from '../../shared/protocol/protocol.ts';

const VERSION = '0.1.0';
const past = join(import.meta.dirname, VERSION);
const text = (...path: string[]): string => readFileSync(join(past, ...path), 'utf8');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rediacc-read-'));
  cpSync(past, folder, { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true }));

describe(`what ${VERSION} kept on the admin's computer`, () => {
  it('is a context with its machines, and which one is current', async () => {
    const { current, contexts } = await createContextStore(join(folder, 'config')).list();
    expect(current).toBe('production');
    expect(contexts.map(({ name, machines }) => [name, ...machines.map((machine) => machine.name)])).toEqual([
      ['production', 'server-1', 'server-2'],
      ['staging'],
    ]);
    expect(contexts[0]?.machines[1]).toEqual({
      name: 'server-2',
      host: 'db.example',
      port: 2222,
      user: 'root',
      datastore: '/srv/rediacc',
    });
  });

  it('is the host keys that were trusted', async () => {
    const entries = await createHostKeys([], join(folder, 'config', 'known_hosts'), withFileLock).entries();
    const key = Buffer.from(entries[0]?.key ?? '', 'base64');
    for (const name of [knownHostName('203.0.113.50', 22), knownHostName('db.example', 2222)])
      expect(judgeHostKey(entries, name, key).kind).toBe('known');
    expect(judgeHostKey(entries, knownHostName('db.example', 22), key).kind).toBe('unknown');
  });

  it('is the settings', async () => {
    expect(await createSettingsStore(join(folder, 'config')).get()).toMatchObject({
      theme: 'dark',
      language: 'fr',
      screenReader: false,
      notifications: true,
    });
  });

  it('is the history, newest first, and none of it damaged', async () => {
    const { entries, keptAside } = await openHistory(join(folder, 'state')).list({});
    expect(keptAside).toBeUndefined();
    expect(entries.map(({ verb, verdict }) => `${verb} ${verdict?.kind ?? 'without a verdict'}`)).toEqual([
      'up without a verdict',
      'up cancelled',
      'up failed',
      'up warnings',
      'up succeeded',
    ]);
    expect(entries[2]?.verdict?.error?.details).toMatchObject({ function: 'prep', exitCode: 4 });
  });

  it('is when each machine was last seen, and where the window was', async () => {
    const clock = { now: () => 0, after: () => () => undefined };
    const presence = openPresence(join(folder, 'state'), clock);
    const [machine] = (await createContextStore(join(folder, 'config')).list()).contexts[0]?.machines ?? [];
    if (machine === undefined) throw new Error('no machine');
    expect(await presence.lastSeen({ context: 'production', machine, sshKey: '' })).toBe(
      Date.UTC(2026, 10, 28, 12),
    );
    expect(await openWindowFile(join(folder, 'state')).read()).toEqual({
      bounds: { x: 10, y: 20, width: 1280, height: 800 },
      maximized: true,
    });
  });
});

describe(`what ${VERSION} kept on a machine`, () => {
  const guid = '00000000-0000-4000-8000-000000000001';
  /** Lays the datastore out as it lay on the machine. */
  const datastore = (): { datastore: string; run: string } => {
    const [root, run] = [join(folder, 'datastore'), join(folder, 'run')];
    const machine = join(folder, 'machine');
    mkdirSync(root);
    cpSync(join(machine, 'repositories'), join(root, 'repositories'), { recursive: true });
    cpSync(join(machine, 'operations'), join(root, '.operations'), { recursive: true });
    cpSync(join(machine, 'boot'), join(run, 'boot'), { recursive: true });
    // The fixtures have no volumes; small files stand for them.
    for (const name of readdirSync(join(root, 'repositories')))
      writeFileSync(join(root, 'repositories', name.replace('.json', '')), 'a volume');
    return { datastore: root, run };
  };
  const ids = JSON.parse(text('machine', 'operations.json')) as Record<string, string>;

  it('is the metadata of a repository and of its fork', async () => {
    const paths = datastore();
    expect(await findRepository(paths, 'store', 'server-1')).toMatchObject({
      guid,
      networkId: 2816,
      autostart: { delay: 30, consent: { by: 'test (ann@laptop)' } },
    });
    expect(await findRepository(paths, 'staging', 'server-1')).toMatchObject({
      networkId: 2880,
      parent: guid,
      inherits: { guid, name: 'store' },
    });
  });

  it('is nothing that passes for damaged', async () => {
    const stored = await listRepositories(datastore());
    expect(stored.map(({ kind }) => kind)).toEqual(['repository', 'repository']);
  });

  it('is the slots of its services', () => {
    const file = parseSlotsFile(text('machine', 'rediacc.json'), '.rediacc.json');
    expect(addressesOf(file, 2816)).toEqual({
      API_IP: '127.0.11.2',
      QUEUE_WORKER_IP: '127.0.11.3',
      WEB_IP: '127.0.11.4',
    });
  });

  it.each([
    ['succeeded', 'succeeded'],
    ['degraded', 'warnings'],
    ['stopped-with-warnings', 'warnings'],
    ['failed', 'failed'],
    ['cancelled', 'cancelled'],
    ['lost', 'lost'],
    ['autostart-enable', 'succeeded'],
    ['rename', 'succeeded'],
    ['fork', 'succeeded'],
  ])('is the log of an operation: %s', async (name, state) => {
    const paths = datastore();
    const id = ids[name] ?? '';
    const events: OperationEvent[] = [];
    const chunks: Uint8Array[] = [];
    const end = await readLog(
      paths,
      operationFolder(paths, id),
      { event: 0, output: 0 },
      {
        event: (event) => Promise.resolve(void events.push(event)),
        output: (bytes) => Promise.resolve(void chunks.push(Uint8Array.from(bytes))),
      },
      new AbortController().signal,
    );
    expect(end).toBe(state === 'lost' ? 'lost' : 'verdict');
    expect(events.map(({ n }) => n)).toEqual(events.map((_, index) => index));
    const kept = readFileSync(join(past, 'machine/operations', id, 'output.000000000000000'));
    expect(Buffer.concat(chunks)).toEqual(kept);
    expect(await showOperation(paths, id)).toMatchObject({ id, state });
  });

  it('is a list of operations, and what the boot had come to', async () => {
    const paths = datastore();
    expect(await listOperations(paths, {})).toHaveLength(Object.keys(ids).length);
    expect([await isBooted(paths), await bootOperationOf(paths, guid)]).toEqual([true, ids['succeeded']]);
  });
});

describe(`an engine and an agent of ${VERSION}`, () => {
  const sent = text('dialogue', 'sent.jsonl')
    .split('\n')
    .filter(Boolean)
    .map((line) => toAgentSchema.parse(JSON.parse(line)));
  const asked = sent.flatMap((message) => (message.type === 'request' ? [message] : []));
  const received = readFileSync(join(past, 'dialogue', 'received.bin'));
  const frames: Frame[] = createFrameDecoder()(createNoiseSkipper()(received) ?? new Uint8Array());
  const messages: FromAgent[] = frames.flatMap((frame) =>
    frame.kind === 'json' ? [fromAgentSchema.parse(frame.value)] : [],
  );

  it('are understood: the hello', () => {
    const [first] = frames;
    expect(readHello(first?.kind === 'json' ? first.value : undefined, 'server-1', VERSION)).toMatchObject({
      version: VERSION,
      protocol: 1,
    });
  });

  it.each(asked.map(({ method, params, id }) => [id, method, params] as const))(
    'are understood: request %i, %s, and its answer',
    (id, method, params) => {
      expect(requests[method as Method].safeParse(params).error).toBeUndefined();
      const answer = messages.find((message) => 'id' in message && message.id === id);
      if (answer?.type === 'answer')
        expect(answers[method as Method].parse(answer.result)).toEqual(answer.result);
      else expect(answer?.type).toBe('refusal');
    },
  );

  it('agree with this version on what identifies a plan', () => {
    const plans = asked.flatMap(({ id, method }) => {
      const answer = messages.find((message) => message.type === 'answer' && message.id === id);
      if (method !== 'operation.plan' || answer?.type !== 'answer') return [];
      return [answers['operation.plan'].parse(answer.result)];
    });
    expect(plans.length).toBeGreaterThan(6);
    for (const { plan, digest } of plans) expect(digestOf(plan)).toBe(digest);
  });

  it('deliver a followed log: every event and every byte', () => {
    const events = messages.flatMap((message) => (message.type === 'stream-event' ? [message.event] : []));
    expect(events.at(-1)).toMatchObject({ type: 'verdict', verdict: { kind: 'succeeded' } });
    const bytes = Buffer.concat(frames.flatMap((frame) => (frame.kind === 'bytes' ? [frame.bytes] : [])));
    expect(bytes.toString('utf8')).toBe(
      'preparing 127.0.11.2\r\nroot is up\r\n\u001b[32mapi\u001b[0m is up\r\n',
    );
    expect(messages.at(-2)).toEqual({ type: 'stream-end', stream: 1, reason: 'verdict' });
  });
});
