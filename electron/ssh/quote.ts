/** A word for a POSIX shell, whatever is in it. */
function quoteWord(word: string): string {
  // Left bare where that is the same, so that lists of processes stay readable.
  if (/^[A-Za-z0-9_@%+=:,./-]+$/.test(word)) return word;
  return `'${word.replaceAll("'", "'\\''")}'`;
}

/** Words as the one command line that the login shell of the other side takes apart into the same words. */
export function quoteCommand(words: readonly string[]): string {
  return words.map(quoteWord).join(' ');
}
