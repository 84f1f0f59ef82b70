import { addCommand, addFlags, commandOf, replaceInCommand } from './command.ts';
import type { Command } from './command.ts';
import { containerPorts, imageOf } from './composeService.ts';
import type { WrittenService } from './composeService.ts';
import { addVariables, setVariable, variablesOf } from './environment.ts';
import { IMAGE_RULES } from './imageRules.ts';
import type { FlagRule, ImageRule } from './imageRules.ts';
import { mountsOf } from './mounts.ts';
import type { TextEdit } from './textEdits.ts';

/** What has to change so that a service listens at its address; or the question, where that is not known. */
export type Listening = { edits: TextEdit[] } | { asks: Question };

/** The code of a question that a person has to answer. */
export type Question =
  | 'adopt-build'
  | 'adopt-image'
  | 'adopt-command'
  | 'adopt-settings'
  | 'adopt-ports'
  | 'adopt-shared'
  | 'adopt-variable';

const NOTHING: Listening = { edits: [] };

/** Returns the rule of a service's image; undefined for one that is not known. */
export function ruleOf(service: WrittenService): ImageRule | undefined {
  const { owner, name, tag } = imageOf(service);
  if (service.field('build') !== undefined) return undefined;
  return IMAGE_RULES.find(
    ({ names, owners, tags }) =>
      names.includes(name) &&
      owners.includes(owner) &&
      (tags === undefined || (!tag.includes('$') && tags.test(tag))),
  );
}

/** Lets a service whose image is known listen at its address. */
export function listenByRule(service: WrittenService, rule: ImageRule, address: string): Listening {
  const command = commandOf(service);
  if (command === 'odd' || service.field('entrypoint') !== undefined) return { asks: 'adopt-command' };
  const ports = containerPorts(service);
  if (rule.settings !== undefined && mountsOf(service).some((mount) => rule.settings?.test(mount)))
    return { asks: 'adopt-settings' };
  if (ports.some((port) => !/^\d+(-\d+)?$/.test(port) || rule.ports?.includes(port) === false))
    return { asks: 'adopt-ports' };
  const edits: TextEdit[] = [];
  const steps = [
    () =>
      rule.wholeCommand === undefined ? NOTHING : wholeCommand(service, rule.wholeCommand, command, address),
    () => (rule.flags === undefined ? NOTHING : flags(service, rule, rule.flags, command, address)),
    () =>
      rule.variables === undefined ? NOTHING : variables(service, rule, rule.variables, command, address),
  ];
  for (const step of steps) {
    const result = step();
    if ('asks' in result) return result;
    edits.push(...result.edits);
  }
  return { edits };
}

function wholeCommand(
  service: WrittenService,
  words: readonly string[],
  command: Command | undefined,
  address: string,
): Listening {
  const wanted = words.map((word) => word.replaceAll('@', address));
  if (command === undefined) return made(addCommand(service, wanted));
  return command.line.includes(address) ? NOTHING : { asks: 'adopt-command' };
}

function flags(
  service: WrittenService,
  rule: ImageRule,
  wanted: readonly FlagRule[],
  command: Command | undefined,
  address: string,
): Listening {
  const filled = (words: readonly string[]): string[] => words.map((word) => word.replaceAll('@', address));
  if (command === undefined) {
    // minio has no command of its own that would do.
    if (rule.programs?.includes('-') !== true && rule.command === undefined) return { asks: 'adopt-command' };
    return made(
      addCommand(service, [...(rule.command ?? []), ...wanted.flatMap(({ words }) => filled(words))]),
    );
  }
  const [first = ''] = command.words;
  const begins =
    rule.programs?.some((word) => (word === '-' ? first.startsWith('-') : word === first)) === true;
  if (!begins || command.isShell) return command.line.includes(address) ? NOTHING : { asks: 'adopt-command' };
  const edits: TextEdit[] = [];
  const missing: string[] = [];
  for (const { words, given } of wanted) {
    const value = given.exec(command.line)?.slice(1).find(Boolean);
    if (value === undefined) missing.push(...filled(words));
    else if (value.includes(address)) continue;
    else {
      const replaced = command.shared ? undefined : replaceWildcard(service, value, address);
      if (replaced === undefined) return { asks: command.shared ? 'adopt-shared' : 'adopt-command' };
      edits.push(...replaced);
    }
  }
  if (missing.length === 0) return { edits };
  if (command.shared) return { asks: 'adopt-shared' };
  const added = addFlags(service, missing);
  return added === undefined ? { asks: 'adopt-command' } : { edits: [...edits, ...added] };
}

/** Replaces the value of a flag that means every address: `0.0.0.0`, `*`, `:9000`. */
function replaceWildcard(service: WrittenService, value: string, address: string): TextEdit[] | undefined {
  if (value === '_all')
    return one(replaceInCommand(service, /--bind_ip_all\b/g, () => `--bind_ip=${address}`));
  const bare = value.replace(/^["']|["']$/g, '');
  const [, port] = /^(?:0\.0\.0\.0|\*|::|\[::\])?(:\d+)?$/.exec(bare) ?? [];
  if (bare === '' || !/^(0\.0\.0\.0|\*|::|\[::\])?(:\d+)?$/.test(bare)) return undefined;
  const escaped = bare.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const pattern = new RegExp(`(?<=^|[\\s="'])${escaped}(?=$|[\\s"',])`, 'g');
  return one(replaceInCommand(service, pattern, () => `${address}${port ?? ''}`));
}

function variables(
  service: WrittenService,
  rule: ImageRule,
  wanted: Readonly<Record<string, string>>,
  command: Command | undefined,
  address: string,
): Listening {
  const [first = ''] = command?.words ?? [];
  // A command may say otherwise, or start something else.
  if (command !== undefined && rule.programs?.includes(first) !== true && !isPlainStart(command, rule))
    return { asks: 'adopt-command' };
  const given = variablesOf(service);
  const edits: TextEdit[] = [];
  const missing: [string, string][] = [];
  for (const [name, template] of Object.entries(wanted)) {
    const value = template.replaceAll('@', address);
    const found = given.find((variable) => variable.name === name);
    if (found === undefined) missing.push([name, value]);
    else if (!found.value.includes(address)) {
      const port = /^(?:0\.0\.0\.0|\*|::|\[::\]|localhost|127\.0\.0\.1)?(:\d+)?$/.exec(found.value);
      const fresh = port?.[1] === undefined ? value : `${address}${port[1]}`;
      const set = port === null ? undefined : setVariable(service, found, fresh);
      if (set === undefined) return { asks: 'adopt-variable' };
      edits.push(...set);
    }
  }
  if (missing.length === 0) return { edits };
  const added = addVariables(service, missing);
  if (added !== undefined) return { edits: [...edits, ...added] };
  return { asks: service.field('environment')?.shared === true ? 'adopt-shared' : 'adopt-variable' };
}

/** Tells whether a command only adds to what such an image does, and says no address. */
function isPlainStart({ line, isShell, words }: Command, { names }: ImageRule): boolean {
  const [first = ''] = words;
  if (isShell || /host|addr|bind|listen|0\.0\.0\.0/i.test(line)) return false;
  return first.startsWith('-') || names.includes(first) || ['start', 'server', 'serve'].includes(first);
}

function one(edits: TextEdit[] | undefined): TextEdit[] | undefined {
  return edits?.length === 1 ? edits : undefined;
}

function made(edits: TextEdit[] | undefined): Listening {
  return edits === undefined ? { asks: 'adopt-shared' } : { edits };
}
