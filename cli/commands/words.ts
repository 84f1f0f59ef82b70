import { InvalidArgumentError } from 'commander';
import type { Command } from 'commander';
import type { Text } from '../../shared/text/text.ts';
import { parseAge } from '../../shared/timeSpan.ts';
import type { Answer, Call } from '../call.ts';

/** Runs a command's action with the call it needs; `runRdc` prints the answer. */
type RunAction = (action: (call: Call) => Promise<Answer>) => Promise<void>;

/** The language that commands are described in, and the function that runs their actions. */
export interface WordsDependencies {
  readonly text: Text;
  readonly run: RunAction;
}

/** The option that names the machine that a command is about. */
export interface MachineOption {
  /** The machine's name; may be left out where the context has one machine. */
  readonly machine?: string;
}

/** The option that names the file that a command reads a passphrase from. */
export interface PassphraseOption {
  /** The file, `-` for standard input; without it the person is asked. */
  readonly passphraseFile?: string;
}

/** Adds a command to its group, with a description and a help option in the chosen language; returns the command. */
export function addCommand(
  group: Command,
  usage: string,
  description: string,
  { text }: WordsDependencies,
): Command {
  return group.command(usage).description(description).helpOption('-h, --help', text.cli.help.showHelp);
}

/** Adds a command that takes `-m MACHINE` to its group; returns the command. */
export function addMachineCommand(
  group: Command,
  usage: string,
  description: string,
  dependencies: WordsDependencies,
): Command {
  return withMachine(addCommand(group, usage, description, dependencies), dependencies);
}

/** Adds a group of commands to another group, such as `repo autostart`; returns the new group. */
export function addGroup(
  group: Command,
  name: string,
  description: string,
  dependencies: WordsDependencies,
): Command {
  return addCommand(group, name, description, dependencies).helpCommand(false);
}

/** Adds `-m MACHINE` to a command; returns the command. */
export function withMachine(command: Command, { text }: WordsDependencies): Command {
  return command.option('-m, --machine <machine>', text.cli.help.options.machine);
}

/** Makes a parser of whole numbers from `least` to `most`; it throws InvalidArgumentError, as Commander expects. */
export function wholeNumber(least: number, most = Infinity): (value: string) => number {
  return (value) => {
    const number = Number(value);
    if (!/^\d+$/.test(value) || number < least || number > most) throw new InvalidArgumentError('');
    return number;
  };
}

/** Parses an age such as 8h (timeSpan.ts); returns milliseconds. Throws InvalidArgumentError. */
export function ageOption(value: string): number {
  const age = parseAge(value);
  if (age === undefined) throw new InvalidArgumentError('');
  return age;
}

/** Parses a port of TCP. Throws InvalidArgumentError. */
export const portNumber = wholeNumber(1, 65535);
