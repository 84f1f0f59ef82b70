import { containerText } from '../../../shared/text/containerText.ts';
import type { Service } from '../../../shared/model.ts';
import type { Text } from '../../../shared/text/text.ts';
import type { Answer, Call } from '../../call.ts';
import { table } from '../../terminal/table.ts';
import { startAndFollow } from '../startAndFollow.ts';

/** Lists the services of a repository with their slots: `repo slots NAME -m M`. */
export async function printSlots(call: Call, name: string, machineName: string | undefined): Promise<Answer> {
  const machine = await call.machine(machineName);
  const { engine } = await call.remote();
  const slots = await engine.request(machine, 'repository.slots', { repository: name });
  const lines =
    slots.services.length > 0 ? servicesTable(slots.services, call.text) : [call.text.cli.nothing];
  return { document: slots, lines };
}

/** Returns the services of a repository as a table: slot, address, variable, open ports and containers. */
export function servicesTable(services: readonly Service[], text: Text): string[] {
  const { columns, gone } = text.cli;
  const heads = [
    columns.services,
    columns.slot,
    columns.address,
    columns.variable,
    columns.listening,
    columns.container,
  ];
  const rows = services.map(({ name, slot, address, variable, listening = [], present, containers }) => [
    name,
    String(slot),
    address,
    variable ?? '',
    listening.join(' '),
    [...(present ? [] : [gone]), ...containers.map((one) => containerText(one, text))].join(', '),
  ]);
  return table(heads, rows);
}

/** Frees the slot of a service that is gone: `repo slots release NAME SERVICE -m M`. */
export async function releaseServiceSlot(
  call: Call,
  name: string,
  service: string,
  machineName: string | undefined,
): Promise<Answer> {
  const machine = await call.machine(machineName);
  return startAndFollow(call, machine, { verb: 'release-slot', repository: name, options: { service } });
}
