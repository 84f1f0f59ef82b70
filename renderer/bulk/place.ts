import type { MachineKey } from '../../shared/api/apiModel.ts';
import { fill } from '../../shared/errors.ts';
import type { Text } from '../../shared/text/text.ts';

/**
 * Returns the name that a person types before services stop or keys go: the machine's, or the context's where there are
 * several machines.
 */
export function placeName(machines: readonly MachineKey[]): string {
  const [first] = machines;
  return (machines.length === 1 ? first?.name : first?.context) ?? '';
}

/** Returns in words where a bulk verb works: a machine, or all machines of a context. */
export function placeTitle(machines: readonly MachineKey[], text: Text): string {
  const name = placeName(machines);
  return machines.length === 1 ? name : fill(text.machines.bulk.allMachines, { context: name });
}
