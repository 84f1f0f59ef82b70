import { expect, it } from 'vitest';
import { repositoryStateSchema } from './model.ts';
import { fittingAction } from './repositoryAction.ts';

it('every state has the one action that fits', () => {
  const actions = Object.fromEntries(
    repositoryStateSchema.options.map((state) => [state, fittingAction({ state })]),
  );
  expect(actions).toEqual({
    closed: 'up',
    mounted: 'up',
    'daemon-up': 'up',
    running: 'down',
    degraded: 'down',
    failed: 'up',
    busy: 'cancel',
    damaged: 'inspect',
    unknown: 'reconnect',
  });
});
