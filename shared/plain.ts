/** Makes text from elsewhere safe to print: of the control characters only the line feed and the tab are kept. */
export function plain(text: string): string {
  return text.replace(CONTROLS, '');
}

/**
 * Writes the same characters as escapes (`\n`, `\u{202e}`), line feeds and tabs too: what is shown stays one line, and a
 * name that holds one can be told from a name that does not.
 */
export function escaped(text: string): string {
  return text.replace(/\n/g, '\\n').replace(/\t/g, '\\t').replace(CONTROLS, escapeOf);
}

function escapeOf(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}

/** The control characters, the line separators, and the characters that turn the direction of writing around. */
const CONTROLS = /(?![\n\t])[\p{Cc}\u2028-\u202e\u2066-\u2069]/gu;
