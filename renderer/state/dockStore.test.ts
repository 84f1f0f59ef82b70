import { beforeEach, describe, expect, it } from 'vitest';
import {
  activateTab,
  closePane,
  closeTab,
  moveTab,
  setDockOpen,
  showPane,
  splitPane,
  useDock,
} from './dockStore.ts';
import { sourceKey } from '../logs/sourceKey.ts';
import type { PaneSpec } from './dockStore.ts';

const machine = { context: 'production', name: 'prod-1' };
const pane = (id: string): PaneSpec => ({
  id,
  title: id,
  source: { kind: 'operation', machine, operation: id },
});
const shown = () => {
  const { open, active, tabs } = useDock.getState();
  return { open, active, tabs: tabs.map(({ panes }) => panes.map(({ id }) => id).join('|')) };
};

describe('the dock', () => {
  beforeEach(() => useDock.setState({ open: false, tabs: [] }));

  it('opens by itself, and shows a log once', () => {
    showPane(pane('a'));
    showPane(pane('b'));
    showPane(pane('a'));
    expect(shown()).toEqual({ open: true, active: 'a', tabs: ['a', 'b'] });
  });

  it('puts panes side by side and takes them away again', () => {
    showPane(pane('a'));
    splitPane(pane('b'));
    splitPane(pane('b'));
    expect(shown().tabs).toEqual(['a|b']);
    closePane('a');
    expect(shown()).toEqual({ open: true, active: 'a', tabs: ['b'] });
    closePane('b');
    expect(shown().open).toBe(false);
  });

  it('moves a tab, brings another to the front when the active one goes', () => {
    for (const id of ['a', 'b', 'c']) showPane(pane(id));
    moveTab('c', 'a');
    expect(shown().tabs).toEqual(['c', 'a', 'b']);
    activateTab('a');
    closeTab('a');
    expect(shown()).toEqual({ open: true, active: 'b', tabs: ['c', 'b'] });
  });

  it('folds away and keeps its tabs', () => {
    showPane(pane('a'));
    setDockOpen(false);
    expect(shown()).toEqual({ open: false, active: 'a', tabs: ['a'] });
  });

  it('knows two panes of one log', () => {
    expect(sourceKey(pane('a').source)).toBe(sourceKey({ ...pane('a').source, machine: { ...machine } }));
    expect(sourceKey({ kind: 'containers', machine, repository: 'a' })).not.toBe(
      sourceKey({ kind: 'containers', machine, repository: 'a', service: 'api' }),
    );
  });
});
