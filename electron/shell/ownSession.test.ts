import { expect, it, vi } from 'vitest';
import type { Application } from '../api/application.ts';
import type { Sink } from '../api/sink.ts';
import { openOwnSession } from './ownSession.ts';
import { settingsSchema } from '../../shared/api/apiModel.ts';
import { AppError, toWire } from '../../shared/errors.ts';

const settings = settingsSchema.parse({});
const prompt = {
  prompt: 'p1',
  kind: 'host-key',
  host: 'h',
  keyType: 'ssh-ed25519',
  fingerprint: 'f',
} as const;

/** Makes an application that answers calls from this table; a test sends events through its `sink`. */
function applicationOf(answers: Readonly<Record<string, unknown>>): {
  application: Application;
  calls: unknown[];
  sink: () => Sink;
} {
  const calls: unknown[] = [];
  let opened: Sink | undefined;
  const application = {
    open: (sink: Sink) => {
      opened = sink;
      return { close: () => undefined };
    },
    dispatch: (_session: unknown, method: string, params: unknown) => {
      calls.push([method, params]);
      const result = answers[method];
      return Promise.resolve(
        result === undefined
          ? { ok: false, error: toWire(new AppError('not-mounted', { name: 'webapp' })) }
          : { ok: true, result },
      );
    },
    snapshot: () => ({ machines: [] }),
    close: () => Promise.resolve(),
  } as unknown as Application;
  const sink = (): Sink => opened ?? { send: () => Promise.reject(new Error('nobody listens')) };
  return { application, calls, sink };
}

const listeners = (): Parameters<typeof openOwnSession>[1] => ({
  state: vi.fn(),
  settings: vi.fn(),
  asked: vi.fn(),
});

it('hears how things are at once, then what changes and what is asked', async () => {
  const { application, sink } = applicationOf({ 'settings.get': settings });
  const heard = listeners();
  await openOwnSession(application, heard);
  expect(heard.settings).toHaveBeenLastCalledWith(settings);
  expect(heard.state).toHaveBeenLastCalledWith({ machines: [] });
  await sink().send('settings.changed', { ...settings, language: 'fr' });
  expect(heard.settings).toHaveBeenLastCalledWith({ ...settings, language: 'fr' });
  await sink().send('state.changed', { machines: [], removed: [] });
  expect(heard.state).toHaveBeenCalledTimes(2);
  expect(heard.asked).not.toHaveBeenCalled();
  await sink().send('prompt.asked', prompt);
  expect(heard.asked).toHaveBeenCalledOnce();
});

it('rejects with the error that a call was refused with', async () => {
  const { application } = applicationOf({ 'settings.get': settings });
  const own = await openOwnSession(application, listeners());
  await expect(own.call('machine.reconnect', { machine: { context: 'c', name: 'm' } })).rejects.toMatchObject(
    {
      code: 'not-mounted',
    },
  );
});

it('declines what waits for an answer when nobody is there to give it', async () => {
  const { application, calls } = applicationOf({
    'settings.get': settings,
    'state.get': { machines: [], bulks: [], prompts: [prompt] },
    'prompt.answer': {},
  });
  const own = await openOwnSession(application, listeners());
  await own.declinePrompts();
  expect(calls.slice(-1)).toEqual([['prompt.answer', { prompt: 'p1' }]]);
});
