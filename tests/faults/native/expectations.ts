import { TOLD } from '../faults.ts';
import type { FaultCase } from '../faults.ts';
import type { Reference } from './reference.ts';

const [FAILED, NETWORK, LOST, PRECONDITION, WARNINGS] = [1, 6, 8, 9, 10] as const;

/** Returns the exit codes with which `rdc` may end when a fault befalls a verb. */
export function expectedExits(
  { scenario, fault, point }: FaultCase,
  { exits, points }: Pick<Reference, 'exits' | 'points'>,
): readonly (number | null)[] {
  // A header is read over the connection itself, which no operation goes on without.
  if (scenario.program === 'serve') return [...exits, NETWORK];
  const begins = points.indexOf('started');
  const began = begins !== -1 && points.indexOf(point) >= begins;
  const isOver = point === TOLD || point === 'verdict';
  // A bulk verb sums up: what was lost of one repository is a warning beside the others.
  const summed = scenario.bulk === true ? [...exits, FAILED, LOST, WARNINGS] : undefined;
  switch (fault) {
    case 'connection cut':
    case 'app killed':
    case 'agent killed':
      return exits.slice(0, 1);
    case 'operation killed':
      if (isOver) return [...exits, LOST];
      return summed ?? (began ? [LOST] : [FAILED]);
    case 'power cut':
      if (isOver) return [...exits, LOST];
      // What had not begun is sent again once the machine is back, and is done then, or refused as things are then.
      return summed ?? (began ? [LOST] : [...exits, LOST, FAILED, PRECONDITION]);
    default:
      return fault satisfies never;
  }
}
