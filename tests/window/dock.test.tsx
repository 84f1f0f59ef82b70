// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Dock } from '../../renderer/dock/Dock.tsx';
import { speak } from '../../renderer/i18n/language.ts';
import { createFakeApi } from '../../renderer/logs/fakeApi.fixtures.ts';
import { createLogSessions } from '../../renderer/logs/sessions.ts';
import { showPane, useDock } from '../../renderer/state/dockStore.ts';
import { containerPane } from '../../renderer/state/panes.ts';
import { webapp } from './panes.fixtures.ts';
import './terminal.fixtures.ts';

const machine = { context: 'production', name: 'prod-1' };

beforeEach(() => {
  speak('en');
  useDock.setState({ open: false, tabs: [] });
  for (const { name } of webapp.services) showPane(containerPane(machine, webapp, name));
});
afterEach(cleanup);

const tabs = () => screen.getAllByRole('tab').map(({ textContent }) => textContent);

it('moves a tab by Alt and an arrow, which the browser does not take for a way back', () => {
  render(<Dock sessions={createLogSessions(createFakeApi().api)} screenReader={false} />);
  expect(tabs()).toEqual(['webapp · api', 'webapp · postgres', 'webapp · redis']);
  const press = (key: string, altKey: boolean): boolean =>
    fireEvent.keyDown(screen.getByRole('tab', { name: 'webapp · postgres' }), { key, altKey });
  expect(press('ArrowLeft', false)).toBe(true);
  expect(press('ArrowDown', true)).toBe(true);
  expect(tabs()).toEqual(['webapp · api', 'webapp · postgres', 'webapp · redis']);
  expect(press('ArrowLeft', true)).toBe(false);
  expect(tabs()).toEqual(['webapp · postgres', 'webapp · api', 'webapp · redis']);
  // Where there is no neighbour the page is not left either.
  expect(press('ArrowLeft', true)).toBe(false);
  press('ArrowRight', true);
  press('ArrowRight', true);
  expect(tabs()).toEqual(['webapp · api', 'webapp · redis', 'webapp · postgres']);
});
