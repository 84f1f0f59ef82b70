import type { Command } from 'commander';
import { addCommand, withMachine } from '../words.ts';
import type { Building } from '../words.ts';

const operations = () => import('./operations.ts');

interface Options {
  readonly machine?: string;
}

/** `rdc op ...` */
export function addOperationCommands(group: Command, building: Building): void {
  const { help } = building.text.cli;
  const { run } = building;
  const add = (usage: string, description: string): Command =>
    withMachine(addCommand(group, usage, description, building), building);
  add('list', help.opList).action(({ machine }: Options) =>
    run(async (call) => (await operations()).listOperations(call, machine)),
  );
  add('show <id>', help.opShow).action((id: string, { machine }: Options) =>
    run(async (call) => (await operations()).showOperation(call, id, machine)),
  );
  add('follow <id>', help.opFollow).action((id: string, { machine }: Options) =>
    run(async (call) => (await operations()).follow(call, id, machine)),
  );
  add('cancel <id>', help.opCancel).action((id: string, { machine }: Options) =>
    run(async (call) => (await operations()).cancel(call, id, machine)),
  );
}
