/** Makes text from elsewhere safe to print: of the control characters only the line feed and the tab are kept. */
export function plain(text: string): string {
  return text.replace(CONTROLS, '');
}

/** The control characters, the line separators, and the characters that turn the direction of writing around. */
const CONTROLS = /(?![\n\t])[\p{Cc}\u2028-\u202e\u2066-\u2069]/gu;
