import { expect, it } from 'vitest';
import { createWindowSessions } from './windowSessions.ts';

it('knows whether a person can look at one of the windows: not before one says so, nor once it is hidden or gone', () => {
  const sessions = createWindowSessions();
  const open = () => sessions.open({ send: () => Promise.resolve() });
  const [shell, first, second] = [open(), open(), open()];
  expect(sessions.isLooked()).toBe(false);
  first.look(true);
  second.look(true);
  second.look(false);
  expect(sessions.isLooked()).toBe(true);
  first.close();
  expect(sessions.isLooked()).toBe(false);
  first.look(true);
  expect(sessions.isLooked()).toBe(false);
  second.look(true);
  expect(sessions.isLooked()).toBe(true);
  expect(sessions.count()).toBe(2);
  shell.close();
  second.close();
  expect(sessions.isLooked()).toBe(false);
});
