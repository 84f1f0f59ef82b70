import { expect, it } from 'vitest';
import { createBridgeClient } from './bridgeClient.ts';

const settings = { theme: 'dark', language: 'fr', screenReader: false, notifications: true } as const;

it('hands an event on as long as somebody listens, and leaves alone what it cannot read', () => {
  let tell: (event: string, payload: unknown) => void = () => undefined;
  const client = createBridgeClient({
    call: () => Promise.reject(new Error('nothing is called here')),
    listen: (listener) => {
      tell = listener;
    },
  });
  const heard: unknown[] = [];
  const stop = client.on('settings.changed', (payload) => heard.push(payload));
  tell('settings.changed', settings);
  tell('settings.changed', { theme: 'loud' });
  tell('something.new', settings);
  expect(heard).toEqual([settings]);
  stop();
  tell('settings.changed', settings);
  expect(heard).toEqual([settings]);
});
