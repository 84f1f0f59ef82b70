import { spawn } from 'node:child_process';
import { mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import type { Ticket } from './guard.ts';

/** The contents of the page: the window's address and ticket, and its sentences while it asks and when it stays. */
interface EntryPage {
  readonly ticket: Ticket;
  readonly port: number;
  readonly words: { readonly entering: string; readonly notOurs: string };
}

/**
 * Writes a page that takes a browser to the window with a one-time token. Everybody on the computer can read a
 * browser's command line, so the token stands in a file that only this account can read. The page first asks the port
 * the ticket's question: when the program has ended meanwhile and somebody else listens there, the answer is wrong, and
 * the browser is not led to them. Returns the file's path.
 */
export async function writeEntryFile(folder: string, page: EntryPage): Promise<string> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, `open-${randomUUID()}.html`);
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(entryPage(page));
  } finally {
    await file.close();
  }
  return path;
}

/** The milliseconds in which the program answers the page's question. */
const ANSWER_LIMIT_MILLISECONDS = 10_000;

function entryPage({ ticket: { token, question, answer }, port, words }: EntryPage): string {
  const base = `http://127.0.0.1:${port}/`;
  // Every value is our own text or base64url; a less-than sign could still end the script.
  const facts = JSON.stringify({
    question: `${base}answer/${question}`,
    answer,
    window: `${base}#token=${token}`,
    notOurs: words.notOurs,
  }).replaceAll('<', '\\u003c');
  return `<!doctype html>
<meta charset="utf-8">
<title>Rediacc</title>
<p id="words">${words.entering}</p>
<script>
  const facts = ${facts};
  fetch(facts.question, { cache: 'no-store', redirect: 'error', signal: AbortSignal.timeout(${ANSWER_LIMIT_MILLISECONDS}) })
    .then((response) => response.text())
    .catch(() => '')
    .then((answer) => {
      if (answer === facts.answer) location.replace(facts.window);
      else document.getElementById('words').textContent = facts.notOurs;
    });
</script>
`;
}

/** Removes the page. A page that is gone already is no error. */
export async function removeEntryFile(path: string): Promise<void> {
  await rm(path, { force: true });
}

const OPENERS: Readonly<Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>>> = {
  darwin: ['open'],
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
};

/** The milliseconds in which an opener that fails has failed. An opener that becomes the browser runs on. */
const OPENER_LIMIT_MILLISECONDS = 3_000;

/** Opens a file in the person's browser. Resolves with false when there is no program to open it with. */
export function openInBrowser(path: string): Promise<boolean> {
  const [command, ...words] = OPENERS[process.platform] ?? ['xdg-open'];
  return new Promise((resolve) => {
    const child = spawn(command, [...words, path], { stdio: 'ignore', detached: true });
    child.once('error', () => resolve(false));
    child.once('exit', (code) => resolve(code === 0));
    setTimeout(() => resolve(true), OPENER_LIMIT_MILLISECONDS).unref();
    child.unref();
  });
}
