import { create } from 'zustand';
import { newRun } from './flow.ts';
import type { FirstRun } from './flow.ts';

/** The first run of this window. It is kept when its screen is left for another. */
export const useRun = create<FirstRun>(() => newRun(undefined));

/** Changes some fields of the run. */
export function changeRun(change: Partial<FirstRun>): void {
  useRun.setState(change);
}

/** Replaces the run by another. */
export function beginRun(run: FirstRun): void {
  useRun.setState(run, true);
}
