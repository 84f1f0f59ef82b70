import { posix } from 'node:path';
import ts from 'typescript';

/**
 * Returns a function that lists the tests that a file can break, over at most `distance` imports, the closest first;
 * where there is none so near, over as many imports as lead to one. `texts` are the texts of the project's files by
 * their path from the project's root. A file needs another when a string in it ends in `.ts` or `.tsx` and names that
 * file from its own folder: an import, or a program that a test starts. Imports of types do not count.
 */
export function relatedTests(
  texts: ReadonlyMap<string, string>,
  distance: number,
): (file: string) => string[] {
  const users = new Map<string, string[]>();
  for (const [file, text] of texts) {
    for (const name of neededBy(file, text, texts)) users.set(name, [...(users.get(name) ?? []), file]);
  }
  return (file) => {
    const found = new Set([file]);
    let edge = [file];
    for (let steps = 0; (steps < distance || ![...found].some(isTest)) && edge.length > 0; steps++) {
      edge = edge.flatMap((name) => users.get(name) ?? []).filter((name) => !found.has(name));
      for (const name of edge) found.add(name);
    }
    return [...found].filter(isTest);
  };
}

/** Returns true for a test file. */
export function isTest(file: string): boolean {
  return /\.test\.tsx?$/.test(file);
}

/** Lists the tests that most likely notice a change of the file: those beside it, or named after it. */
export function nearest(file: string, tests: readonly string[]): string[] {
  const stem = posix.basename(file).replace(/\.tsx?$/, '');
  return tests.filter(
    (test) => posix.dirname(test) === posix.dirname(file) || posix.basename(test).startsWith(`${stem}.`),
  );
}

function neededBy(file: string, text: string, texts: ReadonlyMap<string, string>): Set<string> {
  const needed = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (isOfTypesOnly(node)) return;
    if (ts.isStringLiteralLike(node) && /\.tsx?$/.test(node.text)) {
      const path = posix.join(posix.dirname(file), node.text);
      if (texts.has(path)) needed.add(path);
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, text, ts.ScriptTarget.Latest));
  return needed;
}

function isOfTypesOnly(node: ts.Node): boolean {
  if (ts.isImportDeclaration(node)) {
    return node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword;
  }
  return ts.isTypeNode(node) || (ts.isExportDeclaration(node) && node.isTypeOnly);
}
