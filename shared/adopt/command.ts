import { isScalar, isSeq } from 'yaml';
import type { Scalar } from 'yaml';
import { pairOf, scalarText } from './composeSource.ts';
import type { WrittenService } from './composeService.ts';
import { textsOf } from './composeService.ts';
import { addAfter, addItems, addWords, isFlow, replaceInText } from './yamlEdits.ts';
import type { TextEdit } from './textEdits.ts';

/** What a service is started with, as its file says it. */
export interface Command {
  /** The words; of a string those between spaces, with their quotes. */
  words: string[];
  /** All words as one line; what a shell reads keeps its lines. */
  line: string;
  /** Whether a shell reads it, so that nothing can be added at its end. */
  isShell: boolean;
  shared: boolean;
}

/** The words that begin a command which a shell reads, and the signs of one. */
const SHELL = /^(\/(usr\/)?bin\/)?(env )?(ba|da|a)?sh\b|&&|\|\||[|;<>`]|\$\(/;

/** Reads the command of a service. Returns undefined where it has none, and "odd" where it is neither text nor list. */
export function commandOf(
  service: WrittenService,
  key: 'command' | 'entrypoint' = 'command',
): Command | 'odd' | undefined {
  const field = service.field(key);
  if (field === undefined) return undefined;
  const text = scalarText(field.node);
  const words = text === undefined ? textsOf(service.source, field.node) : text.split(/\s+/).filter(Boolean);
  if (words === undefined) return isScalar(field.node) ? undefined : 'odd';
  const line = words.join(' ');
  const isShell = SHELL.test(line);
  return { words, line: isShell && text !== undefined ? text.trim() : line, isShell, shared: field.shared };
}

/** Returns the change that adds flags to a service's command; undefined where its form has no place for them. */
export function addFlags(service: WrittenService, flags: readonly string[]): TextEdit[] | undefined {
  const { source } = service;
  const node = service.field('command')?.node;
  if (isScalar(node)) return some(addWords(source, node, flags.join(' ')));
  if (isSeq(node)) return some(addItems(source, node, node.items.at(-1), flags));
  return undefined;
}

/** Returns the change that gives a service a command that it has not; undefined where there is no place for it. */
export function addCommand(service: WrittenService, words: readonly string[]): TextEdit[] | undefined {
  const { source, map } = service;
  if (map.flow === true || source.isShared(map)) return undefined;
  const after = pairOf(map, 'image') ?? pairOf(map, 'build') ?? map.items[0];
  const simple = words.every((word) => /^[^\s"'\\]+$/.test(word));
  const value = simple ? words.join(' ') : `[${words.map((word) => JSON.stringify(word)).join(', ')}]`;
  // A flag at the beginning is no item of a list, because its dash is not followed by a space.
  const quoted = simple && /: |:$| #|^[&*!%@`]/.test(value) ? JSON.stringify(value) : value;
  return after === undefined ? undefined : some(addAfter(source, after, [`command: ${quoted}`]));
}

/** Returns the changes that replace what a pattern finds in a service's command; undefined where it cannot be done. */
export function replaceInCommand(
  service: WrittenService,
  pattern: RegExp,
  replacement: (found: string) => string,
  key: 'command' | 'entrypoint' = 'command',
): TextEdit[] | undefined {
  const { node } = service.field(key) ?? {};
  return replaceInNode(service, node, pattern, replacement);
}

/** Does the same in any text, or list of texts. */
export function replaceInNode(
  { source }: WrittenService,
  node: unknown,
  pattern: RegExp,
  replacement: (found: string) => string,
): TextEdit[] | undefined {
  const scalars: Scalar[] = isSeq(node)
    ? node.items.filter((item) => isScalar(item))
    : isScalar(node)
      ? [node]
      : [];
  const edits: TextEdit[] = [];
  for (const scalar of scalars) {
    if (![...String(scalar.value).matchAll(pattern)].length) continue;
    const made = replaceInText(source, scalar, pattern, replacement, isFlow(node));
    if (made === undefined) return undefined;
    edits.push(...made);
  }
  return edits;
}

/** Returns a change as a list; undefined for none. */
export function some(edit: TextEdit | undefined): TextEdit[] | undefined {
  return edit === undefined ? undefined : [edit];
}
