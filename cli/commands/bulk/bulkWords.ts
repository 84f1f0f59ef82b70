import { Option } from 'commander';
import type { Command } from 'commander';
import type { BulkOptions } from './bulk.ts';
import { wholeNumber } from '../words.ts';
import type { Building } from '../words.ts';

const bulk = () => import('./bulk.ts');

/** `rdc repo up-all`, `rdc repo down-all` */
export function addBulkCommands(
  add: (usage: string, description: string) => Command,
  { text, run }: Building,
): void {
  const { help } = text.cli;
  const { options } = help;
  const addAll = (usage: string, description: string): Command =>
    add(usage, description)
      .addOption(new Option('--all-machines', options.allMachines).conflicts('machine'))
      .option('--include-forks', options.includeForks)
      .option('--dry-run', options.dryRun)
      .option('--parallel', options.parallel)
      .option('--concurrency <number>', options.concurrency, wholeNumber(1));

  addAll('up-all', help.upAll)
    .option('--mount-only', options.mountOnly)
    .option('--passphrase-file <file>', options.passphraseFile)
    .addOption(new Option('--passphrases-file <file>', options.passphrasesFile).conflicts('passphraseFile'))
    .action((given: BulkOptions & { mountOnly?: boolean }) =>
      run(async (call) => (await bulk()).upAll(call, given)),
    );
  addAll('down-all', help.downAll)
    .option('--unmount', options.unmount)
    .action((given: BulkOptions & { unmount?: boolean }) =>
      run(async (call) => (await bulk()).downAll(call, given)),
    );
}
