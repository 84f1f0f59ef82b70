import { inOrder } from './textEdits.ts';
import type { TextEdit } from './textEdits.ts';

/** Whole lines that are replaced: from the line `first` (from 0), `count` of them. */
interface LineChange {
  first: number;
  count: number;
  lines: string[];
}

/** The number of unchanged lines that are shown around a change. */
const CONTEXT_LINES = 3;

/**
 * Returns the changes of a text as a unified diff, as `diff -u` and `git` show them. It is made from the changes, so that
 * no two texts have to be compared; the result has no lines when there are none.
 */
export function unifiedDiff(path: string, before: string, edits: readonly TextEdit[]): string[] {
  const lines = linesOf(before);
  const changes = lineChanges(before, lines, edits);
  if (changes.length === 0) return [];
  return [`--- a/${path}`, `+++ b/${path}`, ...hunks(lines, changes)];
}

/** Returns a new file as a unified diff. */
export function newFileDiff(path: string, text: string): string[] {
  const added = linesOf(text);
  return ['--- /dev/null', `+++ b/${path}`, `@@ -0,0 +1,${added.length} @@`, ...marked('+', added)];
}

/** Splits a text into its lines, each with its line end. */
function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

/** Turns changes at offsets into changes of whole lines; those in one line, or in lines that touch, become one. */
function lineChanges(before: string, lines: readonly string[], edits: readonly TextEdit[]): LineChange[] {
  const starts = [0];
  for (const line of lines) starts.push((starts.at(-1) ?? 0) + line.length);
  const spans: { first: number; end: number; edits: TextEdit[] }[] = [];
  let first = 0;
  for (const edit of inOrder(edits)) {
    while (first + 1 < lines.length && (starts[first + 1] ?? 0) <= edit.start) first += 1;
    let end = first + 1;
    while (end < lines.length && (starts[end] ?? 0) < edit.end) end += 1;
    const last = spans.at(-1);
    if (last !== undefined && first <= last.end) {
      last.end = Math.max(last.end, end);
      last.edits.push(edit);
    } else spans.push({ first, end, edits: [edit] });
  }
  return spans.map((span) => changeOf(before, starts, span));
}

function changeOf(
  before: string,
  starts: readonly number[],
  { first, end, edits }: { first: number; end: number; edits: readonly TextEdit[] },
): LineChange {
  const from = starts[first] ?? 0;
  const to = starts[end] ?? before.length;
  let after = '';
  let at = from;
  for (const edit of edits) {
    after += before.slice(at, edit.start) + edit.text;
    at = edit.end;
  }
  const old = linesOf(before.slice(from, to));
  const fresh = linesOf(after + before.slice(at, to));
  let same = 0;
  while (same < old.length && same < fresh.length && old[same] === fresh[same]) same += 1;
  let tail = 0;
  const most = Math.min(old.length, fresh.length) - same;
  while (tail < most && old.at(-1 - tail) === fresh.at(-1 - tail)) tail += 1;
  return {
    first: first + same,
    count: old.length - same - tail,
    lines: fresh.slice(same, fresh.length - tail),
  };
}

function hunks(lines: readonly string[], changes: readonly LineChange[]): string[] {
  const shown: string[] = [];
  let shift = 0;
  for (let index = 0; index < changes.length;) {
    const group = [changes[index] ?? { first: 0, count: 0, lines: [] }];
    for (index += 1; index < changes.length; index += 1) {
      const next = changes[index];
      const last = group.at(-1);
      if (next === undefined || last === undefined) break;
      if (next.first - (last.first + last.count) > 2 * CONTEXT_LINES) break;
      group.push(next);
    }
    const { text, grown } = hunk(lines, group, shift);
    shown.push(...text);
    shift += grown;
  }
  return shown;
}

function hunk(
  lines: readonly string[],
  group: readonly LineChange[],
  shift: number,
): { text: string[]; grown: number } {
  const begin = Math.max(0, (group[0]?.first ?? 0) - CONTEXT_LINES);
  const last = group.at(-1);
  const end = Math.min(lines.length, (last === undefined ? 0 : last.first + last.count) + CONTEXT_LINES);
  const body: string[] = [];
  let at = begin;
  let grown = 0;
  for (const { first, count, lines: fresh } of group) {
    body.push(...marked(' ', lines.slice(at, first)));
    body.push(...marked('-', lines.slice(first, first + count)), ...marked('+', fresh));
    at = first + count;
    grown += fresh.length - count;
  }
  body.push(...marked(' ', lines.slice(at, end)));
  const range = (start: number, count: number): string => `${count === 0 ? start : start + 1},${count}`;
  const before = range(begin, end - begin);
  const after = range(begin + shift, end - begin + grown);
  return { text: [`@@ -${before} +${after} @@`, ...body], grown };
}

function marked(sign: string, lines: readonly string[]): string[] {
  return lines.flatMap((line) =>
    line.endsWith('\n')
      ? [`${sign}${line.slice(0, -1)}`]
      : [`${sign}${line}`, '\\ No newline at end of file'],
  );
}
