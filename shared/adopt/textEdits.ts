/** A change of a text: what stands from `start` to `end` (offsets) becomes `text`. */
export interface TextEdit {
  start: number;
  end: number;
  text: string;
}

/** Returns a text with changes made, none of which overlap. What they do not name stays as it is, to the byte. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  let result = '';
  let from = 0;
  for (const { start, end, text: replacement } of inOrder(edits)) {
    result += text.slice(from, start) + replacement;
    from = end;
  }
  return result + text.slice(from);
}

/** Sorts changes by their place; those at one place stay in the order in which they were given. */
export function inOrder(edits: readonly TextEdit[]): TextEdit[] {
  return [...edits].sort((a, b) => a.start - b.start || a.end - b.end);
}

/** Tells whether two changes are of the same text. */
export function overlap(edits: readonly TextEdit[]): boolean {
  return inOrder(edits).some((edit, index, all) => edit.start < (all[index - 1]?.end ?? 0));
}

/** Returns the offset at which the line of an offset begins. */
export function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}

/** Returns the offset at which the line of an offset ends, before its line end. */
export function lineEnd(text: string, offset: number): number {
  const newline = text.indexOf('\n', offset);
  if (newline === -1) return text.length;
  return newline > offset && text[newline - 1] === '\r' ? newline - 1 : newline;
}

/** Returns the line end that a text uses: that of its first line. */
export function lineBreakOf(text: string): string {
  return /\r?\n/.exec(text)?.[0] ?? '\n';
}
