import { Command, InvalidArgumentError, Option } from 'commander';
import type { Text } from '../shared/text/en.ts';
import type { Answer, Call } from './call.ts';
import { addContextCommands, addMachineCommands } from './programContexts.ts';
import { addOperationCommands } from './programOperations.ts';
import { addRepositoryCommands } from './programRepositories.ts';

/** Runs a command's action; what it answers is printed by main. */
export type Run = (action: (call: Call) => Promise<Answer>) => Promise<void>;

/** What the command line is built from. */
export interface Building {
  readonly text: Text;
  readonly run: Run;
}

/** The command line: every command with its help; an action loads what it needs when it runs. */
export function createProgram(building: Building, version: string): Command {
  const { help } = building.text.cli;
  const { options, titles } = help;
  const names: Readonly<Record<string, string>> = titles;
  const program = new Command('rdc')
    .description(help.rdc)
    .version(version, '-V, --version', help.showVersion)
    .option('--context <name>', options.context)
    .addOption(new Option('--output <form>', options.output).choices(['table', 'json']))
    .option('--events', options.events)
    .addOption(new Option('--lang <language>', options.lang).choices(['en', 'fr']))
    .option('--sudo-password-file <file>', options.sudoPasswordFile)
    .addHelpText('after', `\n${help.after}`)
    .configureHelp({ showGlobalOptions: true, styleTitle: (title) => names[title] ?? title })
    .helpOption('-h, --help', help.showHelp)
    .helpCommand(false)
    .exitOverride();
  const group = (name: string, description: string): Command =>
    program
      .command(name)
      .description(description)
      .helpOption('-h, --help', help.showHelp)
      .helpCommand(false);
  addContextCommands(group('context', help.context), building);
  addMachineCommands(group('machine', help.machine), building);
  addRepositoryCommands(group('repo', help.repo), building);
  addOperationCommands(group('op', help.op), building);
  return program;
}

/** A command of a group, with its help in the language of the others. */
export function addCommand(group: Command, usage: string, description: string, { text }: Building): Command {
  return group.command(usage).description(description).helpOption('-h, --help', text.cli.help.showHelp);
}

/** `-m MACHINE`; may be left out where the context has one. */
export function withMachine(command: Command, { text }: Building): Command {
  return command.option('-m, --machine <machine>', text.cli.help.options.machine);
}

/** Commander's parser of a whole number of at least `least`. */
export function wholeNumber(least: number): (value: string) => number {
  return (value) => {
    const number = Number(value);
    if (!/^\d+$/.test(value) || number < least) throw new InvalidArgumentError('');
    return number;
  };
}
