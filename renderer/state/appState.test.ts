import { afterEach, describe, expect, it } from 'vitest';
import type { Bulk, MachineState, Prompt, Settings } from '../../shared/api/apiModel.ts';
import { AppError } from '../../shared/errors.ts';
import { createFakeApi } from '../logs/fakeApi.fixtures.ts';
import { feedState, mergeMachines, unknownState, useAppState } from './appState.ts';

const machine = (name: string, change: Partial<MachineState> = {}): MachineState => ({
  machine: { context: 'production', name, host: name, port: 22, user: 'ops', datastore: '/mnt/rediacc' },
  connection: { state: 'connecting', since: 0 },
  metrics: [],
  ...change,
});
const key = (name: string) => ({ context: 'production', name });
const names = (machines: readonly MachineState[]) => machines.map((one) => one.machine.name);

describe('a change of the machines', () => {
  const connected = { state: 'connected', since: 5 } as const;

  it('replaces the fields that it has, whole, and leaves the others', () => {
    const before = [machine('prod-1', { lastSeen: 3 }), machine('prod-2')];
    const after = mergeMachines(before, {
      machines: [{ machine: key('prod-1'), change: { connection: connected } }],
      removed: [],
    });
    expect(after).toEqual([{ ...machine('prod-1', { lastSeen: 3 }), connection: connected }, before[1]]);
    expect(after[1]).toBe(before[1]);
  });

  it('adds a machine that comes whole, and not one that comes in part', () => {
    const change = {
      machines: [
        { machine: key('prod-1'), change: machine('prod-1') },
        { machine: key('prod-2'), change: { connection: connected } },
      ],
      removed: [],
    };
    expect(mergeMachines([], change)).toEqual([machine('prod-1')]);
  });

  it('takes machines away, also one that comes back in the same change', () => {
    const change = {
      machines: [{ machine: key('prod-2'), change: machine('prod-2') }],
      removed: [key('prod-1'), key('prod-2')],
    };
    const after = mergeMachines([machine('prod-1'), machine('prod-2', { lastSeen: 9 })], change);
    expect(after).toEqual([machine('prod-2')]);
  });
});

describe('the fed state', () => {
  afterEach(() => useAppState.setState(unknownState, true));

  const settings: Settings = { theme: 'dark', language: 'fr', screenReader: false, notifications: true };
  const contexts = { current: 'production', contexts: [] };
  const bulk = (cancelled: boolean): Bulk => ({
    bulk: 'b1',
    request: { verb: 'up', machines: [key('prod-1')] },
    startedAt: 1,
    cancelled,
    items: [],
    failures: [],
  });
  const prompt: Prompt = {
    prompt: 'p1',
    kind: 'host-key',
    host: 'prod-1',
    keyType: 'ssh-ed25519',
    fingerprint: 'SHA256:x',
  };

  function feed(machines: () => MachineState[]) {
    const fake = createFakeApi({
      'app.info': () => ({ version: '1', mode: 'browser' }),
      'settings.get': () => settings,
      'contexts.list': () => contexts,
      'state.get': () => ({ context: 'production', machines: machines(), bulks: [], prompts: [] }),
    });
    let reads = 0;
    let wake: (() => void) | undefined;
    const stop = feedState(fake.api, () => {
      reads += 1;
      wake?.();
    });
    const read = (): Promise<void> =>
      new Promise((resolve) => {
        wake = resolve;
        fake.link('open');
      });
    return { ...fake, stop, read, reads: () => reads };
  }

  it('is read when the link opens, goes with every event, and is read again after a lost link', async () => {
    let machines = [machine('prod-1')];
    const fed = feed(() => machines);
    expect(useAppState.getState().link).toBe('connecting');
    await fed.read();
    expect(useAppState.getState()).toMatchObject({ link: 'open', settings, contexts, context: 'production' });

    fed.emit('settings.changed', { ...settings, language: 'en' });
    fed.emit('bulk.changed', bulk(false));
    fed.emit('bulk.changed', bulk(true));
    fed.emit('prompt.asked', prompt);
    fed.emit('state.changed', {
      context: 'staging',
      machines: [{ machine: key('prod-2'), change: machine('prod-2') }],
      removed: [],
    });
    const state = useAppState.getState();
    expect(state.settings?.language).toBe('en');
    expect(state.bulks).toEqual([bulk(true)]);
    expect(state.prompts).toEqual([prompt]);
    expect([state.context, ...names(state.machines)]).toEqual(['staging', 'prod-1', 'prod-2']);
    fed.emit('prompt.withdrawn', { prompt: 'p1' });
    fed.emit('contexts.changed', { contexts: [] });
    expect(useAppState.getState()).toMatchObject({ prompts: [], context: undefined });

    fed.link('lost');
    expect(useAppState.getState()).toMatchObject({ link: 'lost' });
    expect(names(useAppState.getState().machines)).toEqual(['prod-1', 'prod-2']);
    machines = [machine('prod-3')];
    await fed.read();
    expect(names(useAppState.getState().machines)).toEqual(['prod-3']);
    expect(fed.reads()).toBe(2);
  });

  it('says why it cannot be read, until it can', async () => {
    let broken = true;
    const fed = feed(() => {
      if (broken) throw new AppError('no-context');
      return [];
    });
    const told = new Promise<void>((resolve) => {
      const off = useAppState.subscribe(({ unreadable }) => {
        if (unreadable === undefined) return;
        off();
        resolve();
      });
    });
    fed.link('open');
    await told;
    expect(useAppState.getState().unreadable?.code).toBe('no-context');
    broken = false;
    await fed.read();
    expect(useAppState.getState().unreadable).toBeUndefined();
  });

  it('hears nothing any more once it is stopped', async () => {
    const fed = feed(() => []);
    await fed.read();
    fed.stop();
    fed.emit('contexts.changed', { current: 'other', contexts: [] });
    expect(useAppState.getState().context).toBe('production');
  });
});
