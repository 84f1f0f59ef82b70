/** Text from elsewhere made safe to print: no control character but the line feed and the tab survives. */
export function plain(text: string): string {
  return text.replace(CONTROLS, '');
}

/** Control characters, line separators, and what turns the direction of writing around. */
const CONTROLS = /(?![\n\t])[\p{Cc}\u2028-\u202e\u2066-\u2069]/gu;
