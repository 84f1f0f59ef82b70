import { create } from 'zustand';
import { newRun } from './flow.ts';
import type { FirstRun } from './flow.ts';

/** The run that this window is in; kept when its screen is left for another. */
export const useRun = create<FirstRun>(() => newRun(undefined));

/** Notes what is new of the run. */
export function changeRun(change: Partial<FirstRun>): void {
  useRun.setState(change);
}

/** Begins anew, or with a machine that is there. */
export function beginRun(run: FirstRun): void {
  useRun.setState(run, true);
}
