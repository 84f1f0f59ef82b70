import { Composer, LineCounter, Parser, isAlias, isMap, isPair, isScalar, isSeq, visit } from 'yaml';
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

/** The most nodes of a document with all its aliases written out; a file of 1 MiB without any has half as many. */
const MOST_NODES = 1_000_000;
/** More than any real file has, and few enough that refusing costs less than reading (docs/decisions/bounded-yaml.md). */
const DEEPEST_BRACKETS = 1000;
const MOST_DOCUMENTS = 1000;
const MOST_ESCAPED_LINE_ENDS = 10_000;

/**
 * Reads a YAML file with the positions of its nodes. Throws compose-invalid with file, line (from 1) and reason.
 * Unknown tags (Compose's `!reset` and `!override`) stay on their nodes.
 */
export function readYaml(text: string, file: string): YamlDocument[] {
  refuseExcess(text, file);
  const lines = new LineCounter();
  try {
    // Unique keys are checked below, as the library compares every pair of keys, which a large file can abuse.
    const composer = new Composer({ lineCounter: lines, prettyErrors: false, uniqueKeys: false });
    const documents: YamlDocument[] = [];
    // The library reads on after an error; here the first document that has one ends the reading.
    for (const document of composer.compose(new Parser(lines.addNewLine).parse(text)))
      documents.push(checked(document, lines, file));
    return documents;
  } catch (error) {
    if (error instanceof AppError) throw error;
    // Blocks that are nested beyond the stack.
    const reason = error instanceof Error ? error.message : String(error);
    throw new AppError('compose-invalid', { file, line: 1, reason }, { cause: error });
  }
}

/** The longest text whose worst case is read within 100 milliseconds (measured with every kind of the tests). */
const QUICK_LENGTH = 4096;
/** The depth of brackets, and of what one line may nest, at which the parser is far from the end of its stack. */
const QUICK_DEPTH = 32;

/** Tells whether a text is so short and so flat that reading it takes no noticeable time, whatever it says. */
export function isQuicklyRead(text: string): boolean {
  if (text.length > QUICK_LENGTH || deepBracket(text, QUICK_DEPTH) !== undefined) return false;
  return text.split('\n').every((line) => {
    // Signs that begin an item, a key or a value.
    const signs = line.match(/[-?:](?!\S)/g)?.length ?? 0;
    return signs < QUICK_DEPTH && line.search(/\S|$/) < 2 * QUICK_DEPTH;
  });
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
  if (targets.size > 0) refuseExpansion(document.contents, targets, refuse);
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
 * Refuses what would keep the parser busy for long: deeply nested brackets, thousands of documents, and hundreds of
 * thousands of escaped line ends in a quoted text. Those in comments and block texts are counted too, which never make
 * so many.
 */
function refuseExcess(text: string, file: string): void {
  const refuse = (offset: number, reason: string): never => {
    throw new AppError('compose-invalid', { file, line: text.slice(0, offset).split('\n').length, reason });
  };
  const bracket = deepBracket(text, DEEPEST_BRACKETS);
  if (bracket !== undefined) refuse(bracket, `brackets more than ${DEEPEST_BRACKETS} deep`);
  const document = occurrence(text, /^(?:---|\.\.\.)/gm, MOST_DOCUMENTS);
  if (document !== undefined) refuse(document, `more than ${MOST_DOCUMENTS} documents`);
  const escaped = occurrence(text, /\\\r?\n/g, MOST_ESCAPED_LINE_ENDS);
  if (escaped !== undefined) refuse(escaped, `more than ${MOST_ESCAPED_LINE_ENDS} escaped line ends`);
}

/** Returns the position of the first bracket that is nested deeper than `most`; undefined without one. */
function deepBracket(text: string, most: number): number | undefined {
  let depth = 0;
  for (const { 0: bracket, index } of text.matchAll(/[[\]{}]/g)) {
    depth = Math.max(0, depth + ('[{'.includes(bracket) ? 1 : -1));
    if (depth > most) return index;
  }
  return undefined;
}

/** Returns the position of the first match after `most` others; undefined without so many. */
function occurrence(text: string, pattern: RegExp, most: number): number | undefined {
  let count = 0;
  for (const { index } of text.matchAll(pattern)) {
    count += 1;
    if (count > most) return index;
  }
  return undefined;
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
      } else if (node.anchor !== undefined) {
        anchors.set(node.anchor, node);
      }
    },
  });
  return targets;
}

/** Refuses a document that would be too large with its aliases written out. */
function refuseExpansion(
  root: unknown,
  targets: ReadonlyMap<Alias, Node>,
  refuse: (node: Value, reason: string) => never,
): void {
  const anchored = new Map<unknown, number>();
  const measure = (node: unknown): number => {
    // An anchor stands before its aliases, and is measured by then.
    if (isAlias(node)) return anchored.get(targets.get(node)) ?? 1;
    if (!isMap(node) && !isSeq(node)) return 1;
    let nodes = 1;
    for (const item of node.items)
      nodes += isPair(item) ? measure(item.key) + measure(item.value) : measure(item);
    if (nodes > MOST_NODES)
      refuse(node, `its ${targets.size} aliases, written out, make more than ${MOST_NODES} nodes`);
    if (node.anchor !== undefined) anchored.set(node, nodes);
    return nodes;
  };
  measure(root);
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
  const add = (from: YAMLMap): void => {
    const merged: Value[] = [];
    for (const { key: written, value } of from.items) {
      const key = target(written);
      if (!isScalar(key) || typeof key.value !== 'string') return refuse(key, 'a key is not a string');
      if (key.value === '<<') merged.push(target(value));
      else if (!found.has(key.value))
        found.set(key.value, { key: key.value, line: lineOf(key), value: target(value) });
    }
    for (const source of merged.flatMap((node) => (isSeq(node) ? node.items.map(target) : [node]))) {
      if (!isMap(source)) return refuse(source ?? from, '"<<" takes a mapping or a list of mappings');
      add(source);
    }
  };
  add(map);
  return [...found.values()];
}

function asNode(value: unknown): Value {
  return isMap(value) || isSeq(value) || isScalar(value) ? value : null;
}
