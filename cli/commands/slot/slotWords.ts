import type { Command } from 'commander';
import { addGroup, addMachineCommand, withMachine } from '../words.ts';
import type { MachineOption, WordsDependencies } from '../words.ts';

const slots = () => import('./slots.ts');

/** Adds `rdc repo slots ...` to `rdc repo`. */
export function addSlotCommands(repo: Command, dependencies: WordsDependencies): void {
  const { text, run } = dependencies;
  const { help } = text.cli;
  const group = addGroup(repo, 'slots', help.slots, dependencies);
  // The default subcommand: a word that names no other one is a repository, as in `repo slots NAME`.
  withMachine(group.command('show <name>', { isDefault: true }).description(help.slotsShow), dependencies)
    .helpOption('-h, --help', help.showHelp)
    .action((name: string, { machine }: MachineOption) =>
      run(async (call) => (await slots()).printSlots(call, name, machine)),
    );
  addMachineCommand(group, 'release <name> <service>', help.slotsRelease, dependencies).action(
    (name: string, service: string, { machine }: MachineOption) =>
      run(async (call) => (await slots()).releaseServiceSlot(call, name, service, machine)),
  );
}
