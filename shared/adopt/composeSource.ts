import { isAlias, isMap, isNode, isPair, isScalar, isSeq, LineCounter, parseAllDocuments, visit } from 'yaml';
import type { Document, Node, Pair, YAMLMap } from 'yaml';
import { readYaml } from '../compose/composeYaml.ts';
import { lineEnd, lineStart } from './textEdits.ts';

/** A compose file as it is written, with the places of its nodes. */
export interface ComposeSource {
  path: string;
  text: string;
  root: YAMLMap;
  /** Returns the line of an offset, from 1. */
  lineAt: (offset: number) => number;
  /** Tells whether other places of the file use a node, or what is in it: an alias, or what has an anchor in use. */
  isShared: (node: unknown) => boolean;
  /** Returns the node for which an alias stands; any other node as it is. */
  target: (node: unknown) => unknown;
}

/** A reason for which a file is left as it is: a detail of the finding adopt-file. */
export type Unread = 'adopt-documents' | 'adopt-tags' | 'adopt-include' | 'adopt-no-services';

/** Reads a compose file for changing it. Returns the reason if it is one in which nothing is changed. Throws compose-invalid. */
export function readSource(path: string, text: string): ComposeSource | Unread {
  // Checked first, with its limits (docs/decisions/bounded-yaml.md): what follows reads anything.
  readYaml(text, path);
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, { lineCounter: lines, uniqueKeys: false, prettyErrors: false });
  const [document, second] = [...documents];
  if (document === undefined || second !== undefined) return 'adopt-documents';
  const { contents: root } = document;
  if (!isMap(root) || !isMap(pairOf(root, 'services')?.value)) return 'adopt-no-services';
  if (hasTags(document)) return 'adopt-tags';
  if (pairOf(root, 'include') !== undefined) return 'adopt-include';
  const { shared, targets } = sharing(document);
  return {
    path,
    text,
    root,
    lineAt: (offset) => Math.max(1, lines.linePos(offset).line),
    isShared: (node) => touches(node, shared),
    target: (node) => (isAlias(node) ? targets.get(node) : node),
  };
}

/** Tells whether Compose's own tags are used, with which a file changes an earlier one. */
function hasTags(document: Document): boolean {
  let found = false;
  visit(document, {
    Node: (_, node) => {
      if (!isAlias(node) && (node.tag === '!reset' || node.tag === '!override')) found = true;
    },
  });
  return found;
}

/** Finds the nodes that more than one place uses: each alias, and all that is in what it stands for. */
function sharing(document: Document): { shared: Set<unknown>; targets: Map<unknown, Node> } {
  const anchors = new Map<string, Node>();
  const targets = new Map<unknown, Node>();
  const shared = new Set<unknown>();
  visit(document, {
    Node: (_, node) => {
      if (!isAlias(node)) {
        if (node.anchor !== undefined) anchors.set(node.anchor, node);
        return;
      }
      shared.add(node);
      const target = anchors.get(node.source);
      if (target !== undefined) targets.set(node, target);
    },
  });
  for (const target of new Set(targets.values())) visit(target, { Node: (_, node) => void shared.add(node) });
  return { shared, targets };
}

function touches(node: unknown, shared: ReadonlySet<unknown>): boolean {
  if (shared.has(node)) return true;
  if (isPair(node)) return touches(node.key, shared) || touches(node.value, shared);
  return (isMap(node) || isSeq(node)) && node.items.some((item) => touches(item, shared));
}

/** Returns a mapping's own pair of a key; none for what comes from a merge. */
export function pairOf(map: YAMLMap, key: string): Pair | undefined {
  return map.items.find((pair) => isScalar(pair.key) && pair.key.value === key);
}

/** Returns the offset at which a node's text ends, without comments and line ends after it. */
export function endOf(node: unknown, text: string): number {
  if (isPair(node)) return Math.max(endOf(node.key, text), endOf(node.value, text));
  if (!isNode(node)) return 0;
  const end = node.range?.[1] ?? 0;
  if ((isMap(node) || isSeq(node)) && node.flow !== true)
    return Math.max(node.range?.[0] ?? 0, ...node.items.map((item) => endOf(item, text)));
  // A block text ends with its line ends.
  return text.slice(0, end).trimEnd().length;
}

/** Returns the offset at which a node's text begins. */
export function startOf(node: unknown): number {
  if (isPair(node)) return startOf(node.key);
  return isNode(node) ? (node.range?.[0] ?? 0) : 0;
}

/** Tells whether a pair stands on lines of its own, in a mapping in block style. */
export function hasOwnLines(pair: Pair, text: string): boolean {
  const start = startOf(pair);
  if (text.slice(lineStart(text, start), start).trim() !== '') return false;
  const end = endOf(pair, text);
  return /^\s*(#.*)?$/.test(text.slice(end, lineEnd(text, end)));
}

/** Returns the text of a scalar; undefined for anything else, and for no value. */
export function scalarText(node: unknown): string | undefined {
  if (!isScalar(node)) return undefined;
  const { value } = node;
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? value.toString() : undefined;
}
