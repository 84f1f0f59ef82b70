import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { removeEntryFile, writeEntryFile } from './openFile.ts';

let parent: string;
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'rediacc-open-'));
});
afterEach(() => rm(parent, { recursive: true }));

test("the page that holds the token is the account's alone, and goes", async () => {
  const folder = join(parent, 'state');
  const words = { entering: 'Opening', notOurs: 'Not </script> here' };
  const ticket = { token: 'a.b', question: 'q', answer: 'r' };
  const file = await writeEntryFile(folder, { ticket, port: 1, words });
  const page = await readFile(file, 'utf8');
  expect(page).toContain('"http://127.0.0.1:1/#token=a.b"');
  // A sentence with a closing tag in it must not end the script.
  expect(page.match(/<\/script>/g)).toHaveLength(1);
  const modes = [await stat(folder), await stat(file)].map(({ mode }) => (mode & 0o777).toString(8));
  expect(modes).toEqual(['700', '600']);
  await removeEntryFile(file);
  await expect(stat(file)).rejects.toMatchObject({ code: 'ENOENT' });
  await expect(removeEntryFile(file)).resolves.toBeUndefined();
});
