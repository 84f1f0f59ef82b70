import {
  Composer,
  LineCounter,
  Parser,
  YAMLParseError,
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  visit,
} from 'yaml';
import type { Alias, Document, Node, Scalar, YAMLMap } from 'yaml';
import { AppError } from '../errors.ts';
import { withLinesIndented } from './yamlIndentation.ts';
import { refuseExcess } from './yamlLimits.ts';

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
  /**
   * Returns the keys of a mapping, those with `!reset` first, those from `<<` last; none when the node is not a mapping. A
   * key that is reset is there a second time where a mapping from `<<` has it.
   */
  entries: (node: Value) => YamlEntry[];
  /** Returns the items of a list; none when the node is not a list. */
  items: (node: Value) => Value[];
  /** Returns the line of a node, from 1. */
  lineOf: (node: Value) => number;
}

/** The most nodes of a document with all its aliases written out; a file of 1 MiB without any has half as many. */
const MOST_NODES = 1_000_000;
/**
 * Reads a YAML file with the positions of its nodes. Throws compose-invalid with file, line (from 1) and reason.
 * Unknown tags (Compose's `!reset` and `!override`) stay on their nodes.
 */
export function readYaml(text: string, file: string): YamlDocument[] {
  refuseExcess(text, file);
  try {
    return documentsIn(text, file);
  } catch (error) {
    if (!(error instanceof AppError) || !(error.cause instanceof YAMLParseError)) throw error;
    const indented = withLinesIndented(text);
    if (indented === undefined) throw error;
    return documentsIn(indented, file);
  }
}

function documentsIn(text: string, file: string): YamlDocument[] {
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
    // The merge key with its tag written out (`!!merge <<`) has a symbol for a value.
    const name = typeof key.value === 'symbol' ? key.value.description : key.value;
    if (seen.has(name)) refuse(key, `the key "${String(name)}" stands twice in one mapping`);
    seen.add(name);
  }
}

/**
 * Lists the entries, the mapping's own keys first. A merged key never replaces an own one, and of merged keys the
 * earlier wins (YAML's merge type). Those with `!reset` come before all others, which may set them again: Compose takes
 * them out of their mapping before it merges anything into that.
 */
function entriesOf(
  map: YAMLMap,
  target: (node: unknown) => Value,
  lineOf: (node: Value) => number,
  refuse: (node: Value, reason: string) => never,
): YamlEntry[] {
  const found = new Map<string, YamlEntry>();
  const resets: YamlEntry[] = [];
  const add = (from: YAMLMap): void => {
    const merged: Value[] = [];
    for (const { key: written, value } of from.items) {
      const key = target(written);
      if (isScalar(key) && isMergeKey(key)) {
        merged.push(target(value));
        continue;
      }
      if (!isScalar(key) || typeof key.value !== 'string') return refuse(key, 'a key is not a string');
      const entry = { key: key.value, line: lineOf(key), value: target(value) };
      if (entry.value?.tag === '!reset') resets.push(entry);
      else if (!found.has(key.value)) found.set(key.value, entry);
    }
    for (const source of merged.flatMap((node) => (isSeq(node) ? node.items.map(target) : [node]))) {
      if (!isMap(source)) return refuse(source ?? from, '"<<" takes a mapping or a list of mappings');
      add(source);
    }
  };
  add(map);
  return [...resets, ...found.values()];
}

/** Tells whether a key merges other mappings: `<<`, or `!!merge <<` as tools write it; a quoted one is a key as any. */
function isMergeKey({ value, tag, type }: Scalar): boolean {
  return typeof value === 'symbol' || (value === '<<' && tag === undefined && type === 'PLAIN');
}

function asNode(value: unknown): Value {
  return isMap(value) || isSeq(value) || isScalar(value) ? value : null;
}
