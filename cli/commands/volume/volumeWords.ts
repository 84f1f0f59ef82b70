import type { Command } from 'commander';
import { addMachineCommand } from '../words.ts';
import type { MachineOption, WordsDependencies } from '../words.ts';
import type { AllowOptions, ForkOptions, ResizeOptions } from './volumes.ts';

const volumes = () => import('./volumes.ts');

/** Adds `rdc repo rename`, `allow`, `resize` and `fork` to `rdc repo`: the verbs that leave services alone. */
export function addVolumeCommands(repo: Command, dependencies: WordsDependencies): void {
  const { text, run } = dependencies;
  const { help } = text.cli;
  const add = (usage: string, description: string): Command =>
    addMachineCommand(repo, usage, description, dependencies);

  add('rename <name> <new>', help.rename).action(
    (name: string, newName: string, { machine }: MachineOption) =>
      run(async (call) => (await volumes()).renameRepository(call, name, newName, machine)),
  );
  add('allow <name> <other>', help.allow)
    .option('--revoke', help.options.revoke)
    .action((name: string, other: string, options: AllowOptions) =>
      run(async (call) => (await volumes()).allow(call, name, other, options)),
    );
  add('resize <name>', help.resize)
    .requiredOption('--size <size>', help.options.newSize)
    .option('--passphrase-file <file>', help.options.passphraseFile)
    .action((name: string, options: ResizeOptions) =>
      run(async (call) => (await volumes()).resize(call, name, options)),
    );
  add('fork <parent>', help.fork)
    .requiredOption('--tag <name>', help.options.tag)
    .action((parent: string, options: ForkOptions) =>
      run(async (call) => (await volumes()).fork(call, parent, options)),
    );
}
