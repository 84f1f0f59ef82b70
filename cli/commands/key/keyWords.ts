import type { Command } from 'commander';
import type { BackupOptions, RestoreOptions } from './headers.ts';
import type { ChangeOptions } from './passphrase.ts';
import { addCommand, withMachine } from '../words.ts';
import type { Building } from '../words.ts';

const headers = () => import('./headers.ts');
const keys = () => import('./passphrase.ts');

/** `rdc repo passphrase ...`, `rdc repo header ...`: what opens a repository. */
export function addKeyCommands(repo: Command, building: Building): void {
  const { text, run } = building;
  const { help } = text.cli;
  const add = (group: Command, usage: string, description: string): Command =>
    withMachine(addCommand(group, usage, description, building), building);

  const passphrase = addCommand(repo, 'passphrase', help.passphrase, building).helpCommand(false);
  add(passphrase, 'change <name>', help.passphraseChange)
    .option('--passphrase-file <file>', help.options.passphraseFile)
    .option('--new-passphrase-file <file>', help.options.newPassphraseFile)
    .action((name: string, options: ChangeOptions) =>
      run(async (call) => (await keys()).changePassphrase(call, name, options)),
    );
  const header = addCommand(repo, 'header', help.header, building).helpCommand(false);
  add(header, 'backup <name>', help.headerBackup)
    .requiredOption('--file <file>', help.options.headerFile)
    .option('--overwrite', help.options.overwrite)
    .action((name: string, options: BackupOptions) =>
      run(async (call) => (await headers()).backUpHeader(call, name, options)),
    );
  add(header, 'restore <name>', help.headerRestore)
    .requiredOption('--file <file>', help.options.headerFile)
    .option('--confirm <name>', help.options.confirm)
    .action((name: string, options: RestoreOptions) =>
      run(async (call) => (await headers()).restoreHeader(call, name, options)),
    );
}
