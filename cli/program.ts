import { Command, Option } from 'commander';
import type { OutputConfiguration } from 'commander';
import { languageCodes } from '../shared/text/languages.ts';
import { addTerminalCommand } from './commands/container/containerWords.ts';
import { addContextCommands } from './commands/context/contextWords.ts';
import { addMachineCommands } from './commands/machine/machineWords.ts';
import { addOperationCommands } from './commands/operation/operationWords.ts';
import { addRepositoryCommands } from './commands/repository/repositoryWords.ts';
import type { WordsDependencies } from './commands/words.ts';

/** Makes the command line: every command with its help. The code of a command is loaded only when it runs. */
export function createProgram(
  dependencies: WordsDependencies,
  version: string,
  output: OutputConfiguration,
): Command {
  const { help } = dependencies.text.cli;
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
  addContextCommands(group('context', help.context), dependencies);
  addMachineCommands(group('machine', help.machine), dependencies);
  addRepositoryCommands(group('repo', help.repo), dependencies);
  addOperationCommands(group('op', help.op), dependencies);
  addTerminalCommand(program, dependencies);
  return program;
}
