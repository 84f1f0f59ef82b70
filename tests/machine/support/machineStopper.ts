import { takeDown, listMachines } from '../../../sandbox/machines.ts';

/** The program that {@link setup} of stopMachines.ts starts: stops the machines of the tests when its input ends. */
// Whoever ends the run with all that it started does not mean this program.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
process.stdin.resume().on('end', () => {
  void stopMachines();
});

async function stopMachines(): Promise<void> {
  for (const { name } of await listMachines()) if (name.startsWith('test-')) await takeDown(name);
}
