import type { Command } from 'commander';
import type { ChangeOptions } from './commands/keys.ts';
import { addCommand, withMachine } from './building.ts';
import type { Building } from './building.ts';

const keys = () => import('./commands/keys.ts');

/** `rdc repo passphrase ...`: what opens a repository. */
export function addKeyCommands(repo: Command, building: Building): void {
  const { text, run } = building;
  const { help } = text.cli;
  const group = addCommand(repo, 'passphrase', help.passphrase, building).helpCommand(false);
  withMachine(addCommand(group, 'change <name>', help.passphraseChange, building), building)
    .option('--passphrase-file <file>', help.options.passphraseFile)
    .option('--new-passphrase-file <file>', help.options.newPassphraseFile)
    .action((name: string, options: ChangeOptions) =>
      run(async (call) => (await keys()).changePassphrase(call, name, options)),
    );
}
