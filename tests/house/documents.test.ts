import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, extname, join, relative } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const decisions = 'docs/decisions';
const rooms = ['shared', 'renet', 'electron', 'cli', 'renderer', 'sandbox', 'scripts', 'tests', 'docs'];

/** Lists the files of the project's own folders and of its root with these extensions, relative to the root. */
function filesOf(...extensions: readonly string[]): string[] {
  const below = rooms.flatMap((room) =>
    readdirSync(join(root, room), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(root, join(entry.parentPath, entry.name))),
  );
  return [...readdirSync(root), ...below].filter((file) => extensions.includes(extname(file)));
}

/** Lists what a file refers to: each match of the pattern's first group, with the name of the file. */
function references(file: string, pattern: RegExp): { file: string; target: string }[] {
  const text = readFileSync(join(root, file), 'utf8');
  return [...text.matchAll(pattern)].map(([, target = '']) => ({ file, target }));
}

it('has every page of a reason that a comment names', () => {
  const named = filesOf('.ts', '.tsx', '.cjs').flatMap((file) =>
    references(file, /docs\/decisions\/([a-z0-9-]+\.md)/g),
  );
  expect(named.filter(({ target }) => !existsSync(join(root, decisions, target)))).toEqual([]);
});

it('has every file that a document links to', () => {
  const links = filesOf('.md').flatMap((file) => references(file, /\]\((?!https?:)([^)#]+)[^)]*\)/g));
  expect(links.length).toBeGreaterThan(50);
  expect(links.filter(({ file, target }) => !existsSync(join(root, dirname(file), target)))).toEqual([]);
});

it('has every test that a document names', () => {
  const named = filesOf('.md').flatMap((file) => references(file, /`([\w/.-]+\/[\w.-]+\.test\.tsx?)`/g));
  expect(named.length).toBeGreaterThan(20);
  expect(named.filter(({ target }) => !existsSync(join(root, target)))).toEqual([]);
});

it('lists each reason once, with the three parts that it has', () => {
  const pages = readdirSync(join(root, decisions)).filter((page) => page !== 'README.md');
  const listed = references(`${decisions}/README.md`, /^- \[([a-z0-9-]+\.md)\]/gm).map(
    ({ target }) => target,
  );
  expect(listed.toSorted()).toEqual(pages.toSorted());
  const parts = ['Context', 'Decision', 'Consequence'];
  const headings = pages.map((page) =>
    references(`${decisions}/${page}`, /^## (.*)$/gm).map(({ target }) => target),
  );
  expect(headings).toEqual(pages.map(() => parts));
});
