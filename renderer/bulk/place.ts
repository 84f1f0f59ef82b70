import type { MachineKey } from '../../shared/api/apiModel.ts';
import { fill } from '../../shared/errors.ts';
import type { Text } from '../../shared/text/text.ts';

/** What a person types before services stop or keys go: the machine's name, or the context's of several. */
export function placeName(machines: readonly MachineKey[]): string {
  const [first] = machines;
  return (machines.length === 1 ? first?.name : first?.context) ?? '';
}

/** Where a verb for all works, in words. */
export function placeTitle(machines: readonly MachineKey[], text: Text): string {
  const name = placeName(machines);
  return machines.length === 1 ? name : fill(text.machines.bulk.allMachines, { context: name });
}
