import type { NoticeOf } from '../notices.ts';
import { commandsInTurns, commandsOf } from '../shell/shellWords.ts';
import type { Word } from '../shell/shellWords.ts';

/** The reserved words that may stand before a command. */
const RESERVED = new Set(['if', 'then', 'elif', 'else', 'while', 'until', 'do', '!', '{']);

/** The commands whose arguments are another command. */
const WRAPPERS = new Set(
  'builtin command coproc env eval exec ionice nice nohup setsid stdbuf time timeout xargs'.split(' '),
);

const ASSIGNMENT = /^[A-Za-z_]\w*\+?=/;

/** The variables that tell docker its daemon and renet its repository, and that a sudo has to keep. */
const KEPT = ['DOCKER_HOST', 'REPOSITORY_NETWORK_ID'];

/** sudo's options that take a value (sudo(8)): the letters, and the long names whose value may be the next word. */
const VALUE_LETTERS = 'CDghpRrtTUu';
const VALUE_NAMES = new Set(
  'chdir chroot close-from command-timeout group host other-user prompt role type user'.split(' '),
);

/**
 * Finds `sudo-docker` in a Rediaccfile's text: each line on which docker, docker-compose or `renet compose` runs under
 * a sudo that does not keep DOCKER_HOST. `file`: the name of the file in the finding. Only what is written as a command
 * is seen, not the contents of a variable, an alias or a string for `bash -c` (see shellWords.ts for the rest).
 */
export function lintRediaccfile(file: string, text: string): NoticeOf<'sudo-docker'>[] {
  return noticesOf(file, commandsOf(text).map(lineOfLostHost));
}

/**
 * Returns the findings of `lintRediaccfile`. It waits for `turn` again and again, so that other work has its turn however
 * long the text is.
 */
export async function lintInTurns(
  file: string,
  text: string,
  turn: () => Promise<unknown>,
): Promise<NoticeOf<'sudo-docker'>[]> {
  const lines = new Set<number | undefined>();
  for (const commands of commandsInTurns(text)) {
    for (const command of commands) lines.add(lineOfLostHost(command));
    await turn();
  }
  return noticesOf(file, [...lines]);
}

function noticesOf(file: string, lines: readonly (number | undefined)[]): NoticeOf<'sudo-docker'>[] {
  return [...new Set(lines)]
    .filter((line) => line !== undefined)
    .sort((a, b) => a - b)
    .map((line) => ({ code: 'sudo-docker', details: { file, line } }));
}

/** Returns the line of a command's sudo when that sudo takes DOCKER_HOST from docker; undefined otherwise. */
function lineOfLostHost(command: readonly Word[]): number | undefined {
  const words = command.map((word) => word.text);
  const sudo = positionOf(words, ['sudo']);
  return sudo !== -1 && losesHost(words.slice(sudo + 1)) ? command[sudo]?.line : undefined;
}

/** Returns the position in a command at which one of `programs` is run, by itself or by a wrapper; -1: nowhere. */
function positionOf(words: readonly string[], programs: readonly string[]): number {
  const body = words[0] === 'function' ? words.indexOf('{') : 0;
  const start = words.findIndex((word, at) => at >= body && !RESERVED.has(word) && !ASSIGNMENT.test(word));
  const first = baseName(words[start] ?? '');
  if (programs.includes(first)) return start;
  return WRAPPERS.has(first) ? words.findIndex((word) => programs.includes(baseName(word))) : -1;
}

function baseName(word: string): string {
  return word.slice(word.lastIndexOf('/') + 1);
}

function losesHost(afterSudo: readonly string[]): boolean {
  const { keeps, rest } = sudoOptions(afterSudo);
  const at = positionOf(rest, ['docker', 'docker-compose', 'renet']);
  const given = rest.slice(0, at).some((word) => KEPT.some((name) => word.startsWith(`${name}=`)));
  if (keeps || given || at === -1) return false;
  const [program = '', argument = ''] = rest.slice(at);
  if (baseName(program) === 'renet') return argument === 'compose';
  return !/^(-H|--host)/.test(argument);
}

/** Reads sudo's own options. Returns whether they keep the environment that docker needs, and the words after them. */
function sudoOptions(words: readonly string[]): { keeps: boolean; rest: readonly string[] } {
  let keeps = false;
  let at = 0;
  for (; words[at]?.startsWith('-') === true; at += 1) {
    const option = words[at] ?? '';
    if (option === '--') return { keeps, rest: words.slice(at + 1) };
    keeps ||= keepsEnvironment(option);
    if (takesNextWord(option)) at += 1;
  }
  return { keeps, rest: words.slice(at) };
}

function keepsEnvironment(option: string): boolean {
  const [name, list] = option.split('=');
  if (name === '--preserve-env') {
    return list === undefined || list.split(',').some((kept) => KEPT.includes(kept));
  }
  return /^-[A-Za-z]/.test(option) && lettersOf(option).includes('E');
}

function takesNextWord(option: string): boolean {
  if (option.startsWith('--')) return VALUE_NAMES.has(option.slice(2));
  return VALUE_LETTERS.includes(option.slice(-1)) && lettersOf(option) === option.slice(1);
}

/**
 * Returns the letters of a bundle such as -nE, up to the first one that takes a value: in -uEva, E belongs to a user's
 * name.
 */
function lettersOf(option: string): string {
  const letters = option.slice(1);
  const value = letters.search(new RegExp(`[${VALUE_LETTERS}]`));
  return value === -1 ? letters : letters.slice(0, value + 1);
}

/**
 * Finds `writable-by-others` when accounts other than the owner and root may change a Rediaccfile. `mode`: the
 * permission bits; `uid`: the file's owner; `ownerUid`: the repository's owner; `groupIsShared`: others are in the
 * file's group.
 */
export function lintOwnership(
  file: string,
  facts: { mode: number; uid: number; ownerUid: number; groupIsShared: boolean },
): NoticeOf<'writable-by-others'>[] {
  const { mode, uid, ownerUid, groupIsShared } = facts;
  const who = [
    ...(uid === 0 || uid === ownerUid ? [] : [`uid ${uid}`]),
    ...((mode & 0o020) === 0 || !groupIsShared ? [] : ['g+w']),
    ...((mode & 0o002) === 0 ? [] : ['o+w']),
  ];
  return who.length === 0 ? [] : [{ code: 'writable-by-others', details: { file, who: who.join(', ') } }];
}
