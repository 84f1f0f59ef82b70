import { Command, Option } from 'commander';
import type { OutputConfiguration } from 'commander';
import { languageCodes } from '../shared/text/languages.ts';
import type { Building } from './commands/words.ts';
import { addContextCommands, addMachineCommands } from './commands/context/contextWords.ts';
import { addOperationCommands } from './commands/operation/operationWords.ts';
import { addRepositoryCommands } from './commands/repository/repositoryWords.ts';
import { addTerminalCommand } from './commands/container/containerWords.ts';

/** The command line: every command with its help; an action loads what it needs when it runs. */
export function createProgram(building: Building, version: string, output: OutputConfiguration): Command {
  const { help } = building.text.cli;
  const { options, titles } = help;
  const names: Readonly<Record<string, string>> = titles;
  const program = new Command('rdc')
    .description(help.rdc)
    .version(version, '-V, --version', help.showVersion)
    .option('--context <name>', options.context)
    .addOption(new Option('--output <form>', options.output).choices(['table', 'json']))
    .option('--events', options.events)
    .addOption(new Option('--lang <language>', options.lang).choices(languageCodes))
    .option('--sudo-password-file <file>', options.sudoPasswordFile)
    .addHelpText('after', `\n${help.after}`)
    .configureHelp({ showGlobalOptions: true, styleTitle: (title) => names[title] ?? title })
    .helpOption('-h, --help', help.showHelp)
    .helpCommand(false)
    .configureOutput(output)
    .exitOverride();
  const group = (name: string, description: string): Command =>
    program.command(name).description(description).helpOption('-h, --help', help.showHelp).helpCommand(false);
  addContextCommands(group('context', help.context), building);
  addMachineCommands(group('machine', help.machine), building);
  addRepositoryCommands(group('repo', help.repo), building);
  addOperationCommands(group('op', help.op), building);
  addTerminalCommand(program, building);
  return program;
}
