import { expect, it } from 'vitest';
import { repositoryStateSchema } from './model.ts';
import { fittingAction, isDeletable } from './repositoryAction.ts';

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

it('only what is closed can be deleted, damaged or not', () => {
  const deletable = repositoryStateSchema.options.flatMap((state) =>
    [false, true].filter((mounted) => isDeletable({ state, mounted })).map((mounted) => [state, mounted]),
  );
  expect(deletable).toEqual([
    ['closed', false],
    ['closed', true],
    ['damaged', false],
  ]);
});
