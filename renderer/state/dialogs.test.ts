import { beforeEach, expect, it } from 'vitest';
import { showDialog, useDialogs } from './dialogs.ts';

const waiting = () => useDialogs.getState().waiting.map(({ content }) => content(() => undefined));

beforeEach(() => useDialogs.setState({ waiting: [] }));

it('waits for its turn, and goes when it is closed, once', () => {
  const closeFirst = showDialog(() => 'first');
  const closeSecond = showDialog(() => 'second');
  expect(waiting()).toEqual(['first', 'second']);
  closeSecond();
  expect(waiting()).toEqual(['first']);
  closeFirst();
  closeFirst();
  expect(waiting()).toEqual([]);
});
