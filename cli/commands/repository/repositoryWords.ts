import type { Command } from 'commander';
import { addAutostartCommands } from '../autostart/autostartWords.ts';
import { addBulkCommands } from '../bulk/bulkWords.ts';
import { addContainerCommands, addTunnelCommand } from '../container/containerWords.ts';
import { addKeyCommands } from '../key/keyWords.ts';
import { addCreateCommand, addDeleteCommand, addLifecycleCommands } from '../lifecycle/lifecycleWords.ts';
import { addSlotCommands } from '../slot/slotWords.ts';
import { addVolumeCommands } from '../volume/volumeWords.ts';
import { addMachineCommand } from '../words.ts';
import type { MachineOption, WordsDependencies } from '../words.ts';
import type { ValidateOptions } from './validate.ts';

const repositories = () => import('./repositories.ts');
const validation = () => import('./validate.ts');

/** Adds the commands of `rdc repo` to its group, in the order in which its help lists them. */
export function addRepositoryCommands(group: Command, dependencies: WordsDependencies): void {
  addCreateCommand(group, dependencies);
  addViews(group, dependencies);
  addVolumeCommands(group, dependencies);
  addSlotCommands(group, dependencies);
  addKeyCommands(group, dependencies);
  addTunnelCommand(group, dependencies);
  addLifecycleCommands(group, dependencies);
  addBulkCommands(group, dependencies);
  addAutostartCommands(group, dependencies);
  addDeleteCommand(group, dependencies);
  addContainerCommands(group, dependencies);
}

/** Adds the commands that look at repositories and change nothing. */
function addViews(group: Command, dependencies: WordsDependencies): void {
  const { text, run } = dependencies;
  const { help } = text.cli;
  const add = (usage: string, description: string): Command =>
    addMachineCommand(group, usage, description, dependencies);
  add('list', help.list).action(({ machine }: MachineOption) =>
    run(async (call) => (await repositories()).printRepositories(call, machine)),
  );
  add('status <name>', help.status).action((name: string, { machine }: MachineOption) =>
    run(async (call) => (await repositories()).printRepository(call, name, machine)),
  );
  add('validate <name>', help.validate)
    .option('--fix', help.options.fix)
    .action((name: string, options: ValidateOptions) =>
      run(async (call) => (await validation()).printValidation(call, name, options)),
    );
}
