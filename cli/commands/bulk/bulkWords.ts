import { Option } from 'commander';
import type { Command } from 'commander';
import { addMachineCommand, wholeNumber } from '../words.ts';
import type { WordsDependencies } from '../words.ts';
import type { DownAllOptions, UpAllOptions } from './bulk.ts';

const bulk = () => import('./bulk.ts');

/** Adds `rdc repo up-all` and `rdc repo down-all` to `rdc repo`. */
export function addBulkCommands(repo: Command, dependencies: WordsDependencies): void {
  const { text, run } = dependencies;
  const { help } = text.cli;
  const { options } = help;
  const addAll = (usage: string, description: string): Command =>
    addMachineCommand(repo, usage, description, dependencies)
      .addOption(new Option('--all-machines', options.allMachines).conflicts('machine'))
      .option('--include-forks', options.includeForks)
      .option('--dry-run', options.dryRun)
      .option('--parallel', options.parallel)
      .option('--concurrency <number>', options.concurrency, wholeNumber(1));

  addAll('up-all', help.upAll)
    .option('--mount-only', options.mountOnly)
    .option('--passphrase-file <file>', options.passphraseFile)
    .addOption(new Option('--passphrases-file <file>', options.passphrasesFile).conflicts('passphraseFile'))
    .action((given: UpAllOptions) => run(async (call) => (await bulk()).upAll(call, given)));
  addAll('down-all', help.downAll)
    .option('--unmount', options.unmount)
    .action((given: DownAllOptions) => run(async (call) => (await bulk()).downAll(call, given)));
}
