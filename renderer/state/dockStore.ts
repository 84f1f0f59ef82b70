import { create } from 'zustand';
import type { LogSource } from '../../shared/api/api.ts';
import type { FunctionName } from '../../shared/model.ts';

/** One pane of a tab: a whole log, or the output of one function of one Rediaccfile. */
export interface PaneSpec {
  readonly id: string;
  readonly title: string;
  readonly source: LogSource;
  readonly step?: { readonly file: string; readonly function: FunctionName };
}

/** Panes that stand side by side under one name. */
export interface DockTab {
  readonly id: string;
  readonly title: string;
  readonly panes: readonly PaneSpec[];
}

interface DockState {
  readonly open: boolean;
  readonly tabs: readonly DockTab[];
  readonly active?: string;
}

/** The store of what the dock shows; it lasts as long as the window. */
export const useDock = create<DockState>(() => ({ open: false, tabs: [] }));

const change = (next: (state: DockState) => Partial<DockState>): void => useDock.setState(next);

/** Shows a pane in a tab of its own, or brings the tab to the front that has it already. */
export function showPane(pane: PaneSpec): void {
  change(({ tabs }) => {
    const found = tabs.find(({ panes }) => panes.some(({ id }) => id === pane.id));
    if (found) return { open: true, active: found.id };
    return {
      open: true,
      active: pane.id,
      tabs: [...tabs, { id: pane.id, title: pane.title, panes: [pane] }],
    };
  });
}

/** Shows a pane beside those of the active tab; without such a tab, or when it is there already, as `showPane` does. */
export function splitPane(pane: PaneSpec): void {
  const { tabs, active } = useDock.getState();
  const tab = tabs.find(({ id }) => id === active);
  if (!tab || tab.panes.some(({ id }) => id === pane.id)) {
    showPane(pane);
    return;
  }
  change(() => ({
    open: true,
    tabs: tabs.map((one) => (one === tab ? { ...tab, panes: [...tab.panes, pane] } : one)),
  }));
}

/** Closes a pane, and its tab if that has no other. */
export function closePane(pane: string): void {
  change(({ tabs, active, open }) => {
    const left = tabs
      .map((tab) => ({ ...tab, panes: tab.panes.filter(({ id }) => id !== pane) }))
      .filter(({ panes }) => panes.length > 0);
    return afterClosing(left, active, open);
  });
}

/** Closes a tab with its panes. */
export function closeTab(tab: string): void {
  change(({ tabs, active, open }) =>
    afterClosing(
      tabs.filter(({ id }) => id !== tab),
      active,
      open,
    ),
  );
}

/** Returns the dock with the tabs that are left; the last one becomes active where the active one was closed. */
function afterClosing(
  tabs: readonly DockTab[],
  active: string | undefined,
  open: boolean,
): Partial<DockState> {
  const still = tabs.some(({ id }) => id === active);
  const last = tabs.at(-1)?.id;
  return { tabs, open: open && tabs.length > 0, ...(still || last === undefined ? {} : { active: last }) };
}

/** Brings a tab to the front. */
export function activateTab(active: string): void {
  change(() => ({ active, open: true }));
}

/** Moves a tab to the place of the tab `before`; does nothing when either is gone. */
export function moveTab(tab: string, before: string): void {
  change(({ tabs }) => {
    const moved = tabs.find(({ id }) => id === tab);
    const to = tabs.findIndex(({ id }) => id === before);
    if (!moved || to === -1) return {};
    return { tabs: tabs.filter((one) => one !== moved).toSpliced(to, 0, moved) };
  });
}

/** Opens the dock, or folds it away while its tabs stay. */
export function setDockOpen(open: boolean): void {
  change(() => ({ open }));
}
