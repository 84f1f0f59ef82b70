import { constants } from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { AppError } from '../../../shared/errors.ts';
import { matchesWildcard } from '../../../shared/wildcard.ts';

/** The depth of includes within includes, the same as in OpenSSH. */
const DEEPEST = 16;
/** More files and characters than any configuration has. */
const MOST_FILES = 1000;
const MOST_CHARACTERS = 4 * 1024 * 1024;

/** The state of reading one configuration. */
interface Reading {
  readonly home: string;
  /** The files that are being read, the outermost first. */
  readonly trail: readonly string[];
  readonly seen: { files: number; characters: number };
}

/**
 * Reads an SSH configuration, with the files that it includes before its first section in their place. A file that is
 * missing or that this account may not read is empty. Throws ssh-config-includes for a circle, which it names, as ssh
 * refuses one too; ssh-config-too-large beyond 1000 files or 4 MiB.
 */
export function readSshConfig(file: string, home: string): Promise<string> {
  return readWithIncludes(file, { home, trail: [], seen: { files: 0, characters: 0 } });
}

async function readWithIncludes(file: string, { home, trail, seen }: Reading): Promise<string> {
  const files = [...trail, file];
  if (trail.includes(file) || trail.length > DEEPEST) {
    const circle = trail.includes(file) ? files.slice(files.indexOf(file)) : files;
    throw new AppError('ssh-config-includes', { files: circle.join(' → ') });
  }
  seen.files += 1;
  const text = await readFileText(file, MOST_CHARACTERS - seen.characters);
  if (text === undefined || seen.files > MOST_FILES) throw new AppError('ssh-config-too-large', { file });
  seen.characters += text.length;
  const lines: string[] = [];
  let inSection = false;
  for (const line of text.split('\n')) {
    const { keyword, value } = directiveOf(line);
    inSection ||= ['host', 'match'].includes(keyword);
    // Host names are not made canonical: each reading would wait for the network.
    if (keyword === 'canonicalizehostname') continue;
    if (keyword !== 'include' || inSection) {
      lines.push(line);
      continue;
    }
    for (const included of await includedFiles(value, home))
      lines.push(await readWithIncludes(included, { home, trail: files, seen }));
  }
  return lines.join('\n');
}

/** Returns a line's keyword in lower case and what follows it, without the blanks and the `=` between them. */
function directiveOf(line: string): { keyword: string; value: string } {
  const text = line.trim();
  const [keyword = ''] = /^\w*/.exec(text) ?? [];
  const rest = text.slice(keyword.length).trimStart();
  return {
    keyword: keyword.toLowerCase(),
    value: rest.startsWith('=') ? rest.slice(1).trimStart() : rest,
  };
}

/**
 * Returns the text of a file; undefined for one beyond `most` bytes, and an empty text for one that cannot be read. What
 * is no file (a pipe, which may never end) is not read.
 */
async function readFileText(file: string, most: number): Promise<string | undefined> {
  const opened = await open(file, constants.O_RDONLY | constants.O_NONBLOCK).catch(() => undefined);
  if (opened === undefined) return '';
  try {
    const facts = await opened.stat();
    if (!facts.isFile()) return '';
    return facts.size > most ? undefined : await opened.readFile('utf8');
  } finally {
    await opened.close();
  }
}

/** Returns the files that an include names: words that may end in a pattern, relative to `~/.ssh`. */
async function includedFiles(value: string, home: string): Promise<string[]> {
  const found: string[] = [];
  for (const word of value.match(/"[^"]*"|\S+/g) ?? []) {
    const path = resolve(home, '.ssh', word.replaceAll('"', '').replace(/^~(?=\/)/, home));
    if (!/[*?]/.test(path)) {
      found.push(path);
      continue;
    }
    const names = await readdir(dirname(path)).catch(() => []);
    const wanted = names.filter((name) => matchesWildcard(basename(path), name)).sort();
    found.push(...wanted.map((name) => join(dirname(path), name)));
  }
  return found;
}
