import { storedTargets } from './storedTargets.ts';
import type { Target } from './target.ts';
import { textTargets } from './textTargets.ts';

/** Makes every parser that is fuzzed, ready to run. */
export const makeTargets = (): readonly Target[] => [...textTargets, ...storedTargets()];
