import type { en } from './en/en.ts';

/** The sentences of one language: English gives the shape, which every other language has to fill. */
export type Text = typeof en;
