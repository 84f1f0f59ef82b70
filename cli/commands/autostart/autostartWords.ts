import { Option } from 'commander';
import type { Command } from 'commander';
import { addGroup, addMachineCommand, wholeNumber } from '../words.ts';
import type { MachineOption, WordsDependencies } from '../words.ts';
import type { EnableOptions } from './autostart.ts';
import type { AllOptions } from './autostartAll.ts';

const autostart = () => import('./autostart.ts');
const all = () => import('./autostartAll.ts');

/** The longest delay that the machine accepts, in seconds. */
const MOST_DELAY_SECONDS = 3600;

/** Adds `rdc repo autostart ...` to `rdc repo`. */
export function addAutostartCommands(repo: Command, dependencies: WordsDependencies): void {
  const { text, run } = dependencies;
  const { help } = text.cli;
  const group = addGroup(repo, 'autostart', help.autostart, dependencies);
  const add = (usage: string, description: string): Command =>
    addMachineCommand(group, usage, description, dependencies);

  add('enable <name>', help.autostartEnable)
    .option('--after <name>', help.options.after)
    .option('--no-after', help.options.noAfter)
    .option('--delay <seconds>', help.options.delay, wholeNumber(0, MOST_DELAY_SECONDS))
    .option('--passphrase-file <file>', help.options.passphraseFile)
    .action((name: string, options: EnableOptions) =>
      run(async (call) => (await autostart()).enable(call, name, options)),
    );
  add('disable <name>', help.autostartDisable).action((name: string, { machine }: MachineOption) =>
    run(async (call) => (await autostart()).disable(call, name, machine)),
  );
  add('verify <name>', help.autostartVerify).action((name: string, { machine }: MachineOption) =>
    run(async (call) => (await autostart()).verify(call, name, machine)),
  );
  add('list', help.autostartList).action(({ machine }: MachineOption) =>
    run(async (call) => (await autostart()).list(call, machine)),
  );
  add('enable-all', help.autostartEnableAll)
    .option('--exclude-forks', help.options.excludeForks)
    .option('--passphrase-file <file>', help.options.passphraseFile)
    .addOption(
      new Option('--passphrases-file <file>', help.options.passphrasesFile).conflicts('passphraseFile'),
    )
    .action((options: AllOptions) => run(async (call) => (await all()).enableAll(call, options)));
  add('disable-all', help.autostartDisableAll).action((options: AllOptions) =>
    run(async (call) => (await all()).disableAll(call, options)),
  );
}
