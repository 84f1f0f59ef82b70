import { containerText } from '../../../shared/text/containerText.ts';
import type { MachineContainer } from '../../../shared/protocol/observation.ts';
import type { Text } from '../../../shared/text/text.ts';
import type { Answer, Call } from '../../call.ts';
import { numberText, sizeText } from '../../output/amountText.ts';
import { table } from '../../terminal/table.ts';

/** Lists the containers of every repository's daemon: `machine containers MACHINE`. */
export async function printContainers(call: Call, name: string | undefined): Promise<Answer> {
  const machine = await call.machine(name);
  const containers = await (await call.remote()).engine.request(machine, 'machine.containers', {});
  const { columns, nothing } = call.text.cli;
  const heads = [
    ...[columns.repository, columns.container, columns.state, columns.address],
    ...[columns.restarts, columns.cpu, columns.memory],
  ];
  const rows = containers.map((container) => containerRow(container, call.text));
  const lines = containers.length === 0 ? [nothing] : table(heads, rows);
  return { document: containers, lines };
}

function containerRow(container: MachineContainer, text: Text): string[] {
  const { repository, name, address = '', restarts, cpu, memory } = container;
  return [
    repository.name,
    name,
    containerText(container, text),
    address,
    String(restarts),
    cpu === undefined ? '' : `${numberText((cpu * 100).toFixed(1), text)} %`,
    memory === undefined ? '' : sizeText(memory, text),
  ];
}
