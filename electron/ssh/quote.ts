/**
 * Returns a word for a POSIX shell, whatever is in it; there is no NUL in one. Left bare where that is the same, so
 * that lists of processes stay readable: an equals sign makes an assignment of a first word, and a path of a word for
 * zsh, unless an option begins there.
 */
function quoteWord(word: string): string {
  if (/^(?:-[A-Za-z0-9_@%+=:,./-]*|[A-Za-z0-9_@+:,./-]+)$/.test(word)) return word;
  return `'${word.replaceAll("'", "'\\''")}'`;
}

/** Words as the one command line that the login shell of the other side takes apart into the same words. */
export function quoteCommand(words: readonly string[]): string {
  return words.map(quoteWord).join(' ');
}
