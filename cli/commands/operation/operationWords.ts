import type { Command } from 'commander';
import { addMachineCommand } from '../words.ts';
import type { MachineOption, WordsDependencies } from '../words.ts';

const operations = () => import('./operations.ts');

/** Adds the commands of `rdc op` to its group. */
export function addOperationCommands(group: Command, dependencies: WordsDependencies): void {
  const { text, run } = dependencies;
  const { help } = text.cli;
  const add = (usage: string, description: string): Command =>
    addMachineCommand(group, usage, description, dependencies);
  add('list', help.opList).action(({ machine }: MachineOption) =>
    run(async (call) => (await operations()).printOperations(call, machine)),
  );
  add('show <id>', help.opShow).action((id: string, { machine }: MachineOption) =>
    run(async (call) => (await operations()).printOperation(call, id, machine)),
  );
  add('follow <id>', help.opFollow).action((id: string, { machine }: MachineOption) =>
    run(async (call) => (await operations()).follow(call, id, machine)),
  );
  add('cancel <id>', help.opCancel).action((id: string, { machine }: MachineOption) =>
    run(async (call) => (await operations()).cancel(call, id, machine)),
  );
}
