import type { Command } from 'commander';
import { addGroup, addMachineCommand } from '../words.ts';
import type { WordsDependencies } from '../words.ts';
import type { BackupOptions, RestoreOptions } from './headers.ts';
import type { ChangeOptions } from './passphrase.ts';

const headers = () => import('./headers.ts');
const passphrases = () => import('./passphrase.ts');

/** Adds `rdc repo passphrase ...` and `rdc repo header ...` to `rdc repo`. */
export function addKeyCommands(repo: Command, dependencies: WordsDependencies): void {
  const { text, run } = dependencies;
  const { help } = text.cli;

  const passphrase = addGroup(repo, 'passphrase', help.passphrase, dependencies);
  addMachineCommand(passphrase, 'change <name>', help.passphraseChange, dependencies)
    .option('--passphrase-file <file>', help.options.passphraseFile)
    .option('--new-passphrase-file <file>', help.options.newPassphraseFile)
    .action((name: string, options: ChangeOptions) =>
      run(async (call) => (await passphrases()).changePassphrase(call, name, options)),
    );
  const header = addGroup(repo, 'header', help.header, dependencies);
  addMachineCommand(header, 'backup <name>', help.headerBackup, dependencies)
    .requiredOption('--file <file>', help.options.headerFile)
    .option('--overwrite', help.options.overwrite)
    .action((name: string, options: BackupOptions) =>
      run(async (call) => (await headers()).backUpHeader(call, name, options)),
    );
  addMachineCommand(header, 'restore <name>', help.headerRestore, dependencies)
    .requiredOption('--file <file>', help.options.headerFile)
    .option('--confirm <name>', help.options.confirm)
    .action((name: string, options: RestoreOptions) =>
      run(async (call) => (await headers()).restoreHeader(call, name, options)),
    );
}
