import type { frameEn } from './frame.en.ts';

/** What the window's frame says, in French; part of fr.ts. */
export const frameFr: typeof frameEn = {
  machines: 'Machines',
  noMachine: 'Aucune machine',
  addMachine: 'Ajouter une machine',
  newContext: 'Nouveau contexte',
};
