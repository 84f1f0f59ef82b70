/**
 * Tells whether a text matches a pattern in which `*` stands for any characters and `?` for one, as in OpenSSH. The time
 * is at most the product of the lengths, whatever the pattern: a regular expression of twenty stars would take years.
 */
export function matchesWildcard(pattern: string, text: string): boolean {
  let at = 0;
  let read = 0;
  // The places to go back to: after the last star, and in the text behind what that star stands for.
  let afterStar = -1;
  let retry = 0;
  while (read < text.length) {
    const sign = pattern[at];
    if (sign === '*') {
      at += 1;
      afterStar = at;
      retry = read;
    } else if (sign === '?' || sign === text[read]) {
      at += 1;
      read += 1;
    } else if (afterStar !== -1) {
      retry += 1;
      at = afterStar;
      read = retry;
    } else {
      return false;
    }
  }
  while (pattern[at] === '*') at += 1;
  return at === pattern.length;
}

/**
 * Tells whether a text matches a list of patterns: one that begins with `!` and matches excludes it, whatever else the
 * list says.
 */
export function matchesList(patterns: readonly string[], text: string): boolean {
  let found = false;
  for (const pattern of patterns) {
    const excludes = pattern.startsWith('!');
    if (!matchesWildcard(excludes ? pattern.slice(1) : pattern, text)) continue;
    if (excludes) return false;
    found = true;
  }
  return found;
}
