import ts from 'typescript';
import { operators } from './operators.ts';

/** One small change at a place in one file's text. */
export interface Mutant {
  readonly file: string;
  /** The number of the line, from 1. */
  readonly line: number;
  readonly kind: string;
  /** The offsets in the text between which `replacement` takes the place of the text. */
  readonly start: number;
  readonly end: number;
  readonly replacement: string;
}

/** Lists the mutants of one TypeScript file, in the order of the text. `file` names the file and its language. */
export function mutantsOf(file: string, text: string): Mutant[] {
  const source = ts.createSourceFile(
    file,
    text,
    ts.ScriptTarget.Latest,
    true,
    file.endsWith('.tsx') ? ts.ScriptKind.TSX : ts.ScriptKind.TS,
  );
  const mutants: Mutant[] = [];
  const visit = (node: ts.Node): void => {
    if (isWithoutBehaviour(node)) return;
    for (const operator of operators) {
      for (const { kind, from = node, to = from, replacement } of operator(node)) {
        const start = from.getStart();
        const line = source.getLineAndCharacterOfPosition(start).line + 1;
        mutants.push({ file, line, kind, start, end: to.getEnd(), replacement });
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return mutants.sort((a, b) => a.start - b.start);
}

/**
 * Returns true for types, imports, exports of other files, and attributes that only style, as no test has to notice
 * them.
 */
function isWithoutBehaviour(node: ts.Node): boolean {
  return (
    ts.isTypeNode(node) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isTypeAliasDeclaration(node) ||
    ts.isImportDeclaration(node) ||
    ts.isExportDeclaration(node) ||
    (ts.isJsxAttribute(node) && ['className', 'style', 'key'].includes(node.name.getText()))
  );
}

/** Returns the text of the file with the mutant in it. */
export function applyMutant(text: string, { start, end, replacement }: Mutant): string {
  return text.slice(0, start) + replacement + text.slice(end);
}

/** Returns the lines that the mutant changes, as a difference: the old ones with `-`, then the new ones with `+`. */
export function differenceOf(text: string, mutant: Mutant): string[] {
  const first = text.lastIndexOf('\n', mutant.start - 1) + 1;
  const newline = text.indexOf('\n', mutant.end);
  const last = newline === -1 ? text.length : newline;
  const after = text.slice(first, mutant.start) + mutant.replacement + text.slice(mutant.end, last);
  const marked = (mark: string, lines: string): string[] =>
    lines.split('\n').map((line) => `${mark} ${line}`);
  return [...marked('-', text.slice(first, last)), ...marked('+', after)];
}
