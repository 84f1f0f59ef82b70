import { LineCounter, isAlias, isMap, isScalar, isSeq, parseAllDocuments, visit } from 'yaml';
import type { Alias, Document, Node, YAMLMap } from 'yaml';
import { AppError } from '../errors.ts';

/** A node with aliases resolved; null where the file has no value. */
export type Value = Node | null;

/** One key of a mapping, with merge keys (`<<`) resolved. */
export interface YamlEntry {
  key: string;
  line: number;
  value: Value;
}

/** One document of a YAML file that was checked: its keys are unique, its aliases known and few. */
export interface YamlDocument {
  root: Value;
  /** Returns the keys of a mapping, those from `<<` last; none when the node is not a mapping. */
  entries: (node: Value) => YamlEntry[];
  /** Returns the items of a list; none when the node is not a list. */
  items: (node: Value) => Value[];
  /** Returns the line of a node, from 1. */
  lineOf: (node: Value) => number;
}

/**
 * The most uses of an anchor (docs/decisions/bounded-yaml.md), as the library counts them: the uses of one anchor,
 * itself included, multiplied by the aliases within it.
 */
const MOST_USES_OF_AN_ANCHOR = 100;
/** The most aliases in a document, more than any real file has: resolving more would only cost time. */
const MOST_ALIASES = 1000;
const DEEPEST_BRACKETS = 1000;

/**
 * Reads a YAML file with the positions of its nodes. Throws compose-invalid with file, line (from 1) and reason.
 * Unknown tags (Compose's `!reset` and `!override`) stay on their nodes.
 */
export function readYaml(text: string, file: string): YamlDocument[] {
  const lines = new LineCounter();
  try {
    refuseDeepBrackets(text);
    // Unique keys are checked below, as the library compares every pair of keys, which a large file can abuse.
    const documents = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: false });
    return [...documents].map((document) => checked(document, lines, file));
  } catch (error) {
    if (error instanceof AppError) throw error;
    // The library itself refuses too many aliases, an alias without an anchor, and nesting beyond the stack.
    const reason = error instanceof Error ? error.message : String(error);
    throw new AppError('compose-invalid', { file, line: 1, reason }, { cause: error });
  }
}

function checked(document: Document.Parsed, lines: LineCounter, file: string): YamlDocument {
  const lineAt = (offset: number): number => Math.max(1, lines.linePos(offset).line);
  const [error] = document.errors;
  if (error !== undefined) {
    const reason = error.message.replace(/\.$/, '');
    throw new AppError('compose-invalid', { file, line: lineAt(error.pos[0]), reason }, { cause: error });
  }
  const lineOf = (node: Value): number => lineAt(node?.range?.[0] ?? 0);
  const targets = aliasTargets(document);
  const refuse = (node: Value, reason: string): never => {
    throw new AppError('compose-invalid', { file, line: lineOf(node), reason });
  };
  visit(document, { Map: (_, map) => refuseDuplicates(map, refuse) });
  if (targets.size > 0) document.toJS({ maxAliasCount: MOST_USES_OF_AN_ANCHOR });
  const target = (node: unknown): Value => (isAlias(node) ? (targets.get(node) ?? null) : asNode(node));
  const entries = (node: Value): YamlEntry[] => (isMap(node) ? entriesOf(node, target, lineOf, refuse) : []);
  return {
    root: target(document.contents),
    entries,
    items: (node) => (isSeq(node) ? node.items.map(target) : []),
    lineOf,
  };
}

/**
 * Refuses text with too deeply nested brackets, as the parser takes seconds over a megabyte of opening brackets.
 * Brackets in quotes and comments are counted too, which never makes so many.
 */
function refuseDeepBrackets(text: string): void {
  let depth = 0;
  for (const bracket of text.matchAll(/[[\]{}]/g)) {
    depth = Math.max(0, depth + ('[{'.includes(bracket[0]) ? 1 : -1));
    if (depth > DEEPEST_BRACKETS) throw new Error(`brackets more than ${DEEPEST_BRACKETS} deep`);
  }
}

/** Returns the node for which each alias stands: the anchor of its name that was last set before it. */
function aliasTargets(document: Document.Parsed): Map<Alias, Node> {
  const anchors = new Map<string, Node>();
  const targets = new Map<Alias, Node>();
  visit(document, {
    Node: (_, node, above) => {
      if (isAlias(node)) {
        const anchored = anchors.get(node.source);
        if (anchored === undefined) throw new Error(`there is no anchor "${node.source}" above`);
        if (above.includes(anchored)) throw new Error(`the anchor "${node.source}" contains itself`);
        targets.set(node, anchored);
        if (targets.size > MOST_ALIASES) throw new Error(`more than ${MOST_ALIASES} aliases`);
      } else if (node.anchor !== undefined) {
        anchors.set(node.anchor, node);
      }
    },
  });
  return targets;
}

function refuseDuplicates(map: YAMLMap, refuse: (node: Value, reason: string) => never): void {
  const seen = new Set<unknown>();
  for (const { key } of map.items) {
    if (!isScalar(key)) continue;
    if (seen.has(key.value)) refuse(key, `the key "${String(key.value)}" stands twice in one mapping`);
    seen.add(key.value);
  }
}

/**
 * Lists the entries, the mapping's own keys first. A merged key never replaces an own one, and of merged keys the
 * earlier wins (YAML's merge type).
 */
function entriesOf(
  map: YAMLMap,
  target: (node: unknown) => Value,
  lineOf: (node: Value) => number,
  refuse: (node: Value, reason: string) => never,
): YamlEntry[] {
  const found = new Map<string, YamlEntry>();
  const merged: Value[] = [];
  for (const { key: written, value } of map.items) {
    const key = target(written);
    if (!isScalar(key) || typeof key.value !== 'string') return refuse(key, 'a key is not a string');
    if (key.value === '<<') merged.push(target(value));
    else found.set(key.value, { key: key.value, line: lineOf(key), value: target(value) });
  }
  for (const source of merged.flatMap((node) => (isSeq(node) ? node.items.map(target) : [node]))) {
    if (!isMap(source)) return refuse(source ?? map, '"<<" takes a mapping or a list of mappings');
    for (const entry of entriesOf(source, target, lineOf, refuse)) {
      if (!found.has(entry.key)) found.set(entry.key, entry);
    }
  }
  return [...found.values()];
}

function asNode(value: unknown): Value {
  return isMap(value) || isSeq(value) || isScalar(value) ? value : null;
}
