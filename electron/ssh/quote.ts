/**
 * Returns a word quoted for a POSIX shell. It may hold anything but NUL. A word is left bare where that means the same,
 * so that lists of processes stay readable. An equals sign is quoted, because it makes an assignment of a first word,
 * and in zsh a path of any word; not so in an option.
 */
function quoteWord(word: string): string {
  if (/^(?:-[A-Za-z0-9_@%+=:,./-]*|[A-Za-z0-9_@+:,./-]+)$/.test(word)) return word;
  return `'${word.replaceAll("'", "'\\''")}'`;
}

/** Returns the command line that the login shell of the other side splits into these words. */
export function quoteCommand(words: readonly string[]): string {
  return words.map(quoteWord).join(' ');
}
