import { takeDown } from '../../../sandbox/machines.ts';
import { giveUpClaims } from './claims.ts';

/**
 * The program that {@link setup} of stopMachines.ts starts: stops the machines that a run of tests has claimed, and what
 * runs left that are gone, when its input ends. Its argument is the run's process id.
 */
const run = Number(process.argv[2]);
// A signal that ends the run and everything it started must not end this program.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
process.stdin.resume().on('end', () => {
  void giveUpClaims(run, takeDown);
});
