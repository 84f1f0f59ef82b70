import type { Command } from 'commander';
import type { VerbOptions } from '../lifecycle/lifecycle.ts';
import { addCommand, withMachine } from '../words.ts';
import type { Building } from '../words.ts';

const repositories = () => import('../repository/repositories.ts');
const volumes = () => import('./volumes.ts');

/** `rdc repo rename`, `resize`, `fork`, `slots ...`: what changes a repository but not its services. */
export function addVolumeCommands(repo: Command, building: Building): void {
  const { text, run } = building;
  const { help } = text.cli;
  const add = (group: Command, usage: string, description: string): Command =>
    withMachine(addCommand(group, usage, description, building), building);

  add(repo, 'rename <name> <new>', help.rename).action(
    (name: string, newName: string, { machine }: VerbOptions) =>
      run(async (call) => (await volumes()).rename(call, name, newName, machine)),
  );
  add(repo, 'resize <name>', help.resize)
    .requiredOption('--size <size>', help.options.newSize)
    .option('--passphrase-file <file>', help.options.passphraseFile)
    .action((name: string, options: VerbOptions & { size: string }) =>
      run(async (call) => (await volumes()).resize(call, name, options)),
    );
  add(repo, 'fork <parent>', help.fork)
    .requiredOption('--tag <name>', help.options.tag)
    .action((parent: string, options: VerbOptions & { tag: string }) =>
      run(async (call) => (await volumes()).fork(call, parent, options)),
    );
  const slots = addCommand(repo, 'slots', help.slots, building).helpCommand(false);
  // A word that is no subcommand is a repository: `repo slots NAME`.
  withMachine(slots.command('show <name>', { isDefault: true }).description(help.slotsShow), building)
    .helpOption('-h, --help', help.showHelp)
    .action((name: string, { machine }: VerbOptions) =>
      run(async (call) => (await repositories()).showSlots(call, name, machine)),
    );
  add(slots, 'release <name> <service>', help.slotsRelease).action(
    (name: string, service: string, { machine }: VerbOptions) =>
      run(async (call) => (await volumes()).releaseSlot(call, name, service, machine)),
  );
}
