/** What the window's frame says, in English; part of en.ts. `{name}` is filled by the caller. */
export const frameEn = {
  machines: 'Machines',
  noMachine: 'No machine yet',
  addMachine: 'Add a machine',
  newContext: 'New context',
};
