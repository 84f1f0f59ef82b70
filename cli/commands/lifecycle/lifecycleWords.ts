import type { Command } from 'commander';
import { addMachineCommand } from '../words.ts';
import type { MachineOption, WordsDependencies } from '../words.ts';
import type { CreateOptions, DeleteOptions, DownOptions, MountOptions, UpOptions } from './lifecycle.ts';

const lifecycle = () => import('./lifecycle.ts');

/** Adds `rdc repo create` to `rdc repo`. */
export function addCreateCommand(repo: Command, dependencies: WordsDependencies): void {
  const { text, run } = dependencies;
  const { help } = text.cli;
  addMachineCommand(repo, 'create <name>', help.create, dependencies)
    .requiredOption('--size <size>', help.options.size)
    .option('--passphrase-file <file>', help.options.passphraseFile)
    .action((name: string, options: CreateOptions) =>
      run(async (call) => (await lifecycle()).create(call, name, options)),
    );
}

/** Adds `rdc repo mount`, `unmount`, `up` and `down` to `rdc repo`. */
export function addLifecycleCommands(repo: Command, dependencies: WordsDependencies): void {
  const { text, run } = dependencies;
  const { help } = text.cli;
  const add = (usage: string, description: string): Command =>
    addMachineCommand(repo, usage, description, dependencies);
  add('mount <name>', help.mount)
    .option('--passphrase-file <file>', help.options.passphraseFile)
    .action((name: string, options: MountOptions) =>
      run(async (call) => (await lifecycle()).mount(call, name, options)),
    );
  add('unmount <name>', help.unmount).action((name: string, options: MachineOption) =>
    run(async (call) => (await lifecycle()).unmount(call, name, options)),
  );
  add('up <name>', help.up)
    .option('--mount', help.options.mount)
    .option('--prep-only', help.options.prepOnly)
    .option('--dry-run', help.options.dryRun)
    .option('--passphrase-file <file>', help.options.passphraseFile)
    .action((name: string, options: UpOptions) =>
      run(async (call) => (await lifecycle()).up(call, name, options)),
    );
  add('down <name>', help.down)
    .option('--unmount', help.options.unmount)
    .option('--dry-run', help.options.dryRun)
    .action((name: string, options: DownOptions) =>
      run(async (call) => (await lifecycle()).down(call, name, options)),
    );
}

/** Adds `rdc repo delete` to `rdc repo`. */
export function addDeleteCommand(repo: Command, dependencies: WordsDependencies): void {
  const { text, run } = dependencies;
  const { help } = text.cli;
  addMachineCommand(repo, 'delete <name>', help.delete, dependencies)
    .option('--confirm <name>', help.options.confirm)
    .action((name: string, options: DeleteOptions) =>
      run(async (call) => (await lifecycle()).deleteRepository(call, name, options)),
    );
}
