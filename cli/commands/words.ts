import { InvalidArgumentError } from 'commander';
import type { Command } from 'commander';
import type { Text } from '../../shared/text/text.ts';
import type { Answer, Call } from '../call.ts';

/** Runs a command's action; what it answers is printed by main. */
type Run = (action: (call: Call) => Promise<Answer>) => Promise<void>;

/** What the command line is built from. */
export interface Building {
  readonly text: Text;
  readonly run: Run;
}

/** A command of a group, with its help in the language of the others. */
export function addCommand(group: Command, usage: string, description: string, { text }: Building): Command {
  return group.command(usage).description(description).helpOption('-h, --help', text.cli.help.showHelp);
}

/** `-m MACHINE`; may be left out where the context has one. */
export function withMachine(command: Command, { text }: Building): Command {
  return command.option('-m, --machine <machine>', text.cli.help.options.machine);
}

/** Commander's parser of a whole number of at least `least`, at most `most`. */
export function wholeNumber(least: number, most = Infinity): (value: string) => number {
  return (value) => {
    const number = Number(value);
    if (!/^\d+$/.test(value) || number < least || number > most) throw new InvalidArgumentError('');
    return number;
  };
}

/** Commander's parser of a port. */
export const portNumber = wholeNumber(1, 65535);
