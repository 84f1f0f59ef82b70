import ts from 'typescript';

/**
 * One change at a node: `replacement` takes the place of the text from the node `from` to the node `to`. Absent ones
 * stand for the node itself.
 */
interface Change {
  readonly kind: string;
  readonly from?: ts.Node;
  readonly to?: ts.Node;
  readonly replacement: string;
}

const boundaries = new Map([
  ['<', '<='],
  ['<=', '<'],
  ['>', '>='],
  ['>=', '>'],
]);
const opposites = new Map([
  ['===', '!=='],
  ['!==', '==='],
]);
const connectives = new Map([
  ['&&', '||'],
  ['||', '&&'],
]);
const arithmetic = new Map([
  ['-', '+'],
  ['*', '/'],
  ['/', '*'],
  ['%', '*'],
]);
const addresses = new Map([
  ['127.0.0.1', '0.0.0.0'],
  ['localhost', '0.0.0.0'],
  ['::1', '::'],
]);
const otherMethods = new Map([
  ['every', 'some'],
  ['some', 'every'],
  ['min', 'max'],
  ['max', 'min'],
  ['startsWith', 'endsWith'],
  ['endsWith', 'startsWith'],
]);
const orders = ['sort', 'toSorted', 'reverse', 'toReversed'];
const selections = ['filter', 'slice'];

/** Lists the changes that one rule makes at a node; none where the rule does not apply. */
type Operator = (node: ts.Node) => Change[];

const conditions: Operator = (node) => {
  const condition = ts.isIfStatement(node)
    ? node.expression
    : ts.isConditionalExpression(node)
      ? node.condition
      : undefined;
  if (condition === undefined) return [];
  // An equality and a `!` have a change of their own with the same effect.
  if (ts.isBinaryExpression(condition) && opposites.has(condition.operatorToken.getText())) return [];
  if (isNegation(condition)) return [];
  return [{ kind: 'condition negated', from: condition, replacement: `!(${condition.getText()})` }];
};

const negations: Operator = (node) =>
  isNegation(node) ? [{ kind: 'condition negated', replacement: node.operand.getText() }] : [];

const binaries: Operator = (node) => {
  if (!ts.isBinaryExpression(node)) return [];
  const token = node.operatorToken;
  const sign = token.getText();
  const tables = [
    ['boundary', boundaries],
    ['condition negated', opposites],
    ['and / or', connectives],
    ['arithmetic', arithmetic],
  ] as const;
  if (sign === '??') return [{ kind: 'default dropped', replacement: node.left.getText() }];
  // Any other `+` may join texts.
  if (sign === '+' && (ts.isNumericLiteral(node.left) || ts.isNumericLiteral(node.right))) {
    return [{ kind: 'arithmetic', from: token, replacement: '-' }];
  }
  return tables.flatMap(([kind, table]) => {
    const other = table.get(sign);
    return other === undefined ? [] : [{ kind, from: token, replacement: other }];
  });
};

const literals: Operator = (node) => {
  if (node.kind === ts.SyntaxKind.TrueKeyword) return [{ kind: 'boolean', replacement: 'false' }];
  if (node.kind === ts.SyntaxKind.FalseKeyword) return [{ kind: 'boolean', replacement: 'true' }];
  if (!ts.isLiteralExpression(node) || isKey(node)) return [];
  if (ts.isNumericLiteral(node)) {
    const value = Number(node.text);
    return [value + 1, value - 1].map((other) => ({ kind: 'number', replacement: `(${other})` }));
  }
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) {
    const address = addresses.get(node.text);
    if (address !== undefined) return [{ kind: 'address', replacement: quoted(address) }];
    return [{ kind: 'string', replacement: quoted(node.text === '' ? 'mutated' : '') }];
  }
  return [];
};

const statements: Operator = (node) => {
  if (ts.isThrowStatement(node)) return [{ kind: 'refusal removed', replacement: ';' }];
  if (ts.isReturnStatement(node) || ts.isContinueStatement(node)) {
    return isGuarded(node) ? [{ kind: 'early return removed', replacement: ';' }] : [];
  }
  if (!ts.isExpressionStatement(node)) return [];
  const { expression } = node;
  if (isSimpleAssignment(expression)) return [{ kind: 'assignment removed', replacement: ';' }];
  return callOf(expression) === undefined ? [] : [{ kind: 'call removed', replacement: ';' }];
};

/** Swaps two awaited calls that directly follow each other, to test the order of syncs, locks and news. */
const turns: Operator = (node) => {
  if (!isAwaitedCall(node)) return [];
  const siblings: readonly ts.Statement[] = ts.isBlock(node.parent) ? node.parent.statements : [];
  const next = siblings[siblings.indexOf(node) + 1];
  if (next === undefined || !isAwaitedCall(next)) return [];
  return [
    { kind: 'turns swapped', from: node, to: next, replacement: `${next.getText()} ${node.getText()}` },
  ];
};

const methods: Operator = (node) => {
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return [];
  const { expression: object, name } = node.expression;
  const other = otherMethods.get(name.text);
  if (other !== undefined) return [{ kind: 'other method', from: name, replacement: other }];
  if (selections.includes(name.text)) return [{ kind: 'selection dropped', replacement: object.getText() }];
  if (!orders.includes(name.text)) return [];
  const dropped = { kind: 'order', replacement: object.getText() };
  const isReversal = name.text.endsWith('everse') || name.text.endsWith('eversed');
  return isReversal ? [dropped] : [dropped, { kind: 'order', replacement: `${node.getText()}.reverse()` }];
};

/** The rules, each of which lists its changes at a node. */
export const operators: readonly Operator[] = [
  conditions,
  negations,
  binaries,
  literals,
  statements,
  turns,
  methods,
];

function isNegation(node: ts.Node): node is ts.PrefixUnaryExpression {
  return ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.ExclamationToken;
}

/** Returns true for a literal that is a name (`{ 1: … }`) or a directive, and no value. */
function isKey(node: ts.LiteralExpression): boolean {
  const { parent } = node;
  if (ts.isPropertyAssignment(parent) && parent.name === node) return true;
  return ts.isExpressionStatement(parent) || ts.isEnumMember(parent);
}

/** Returns true for a statement that stands under an `if`, and so leaves early. */
function isGuarded(node: ts.Statement): boolean {
  const parent = ts.isBlock(node.parent) ? node.parent.parent : node.parent;
  return ts.isIfStatement(parent);
}

function isSimpleAssignment(node: ts.Expression): boolean {
  return ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken;
}

/** Returns the call in `f()`, `await f()` and `void f()`; undefined for another expression and for `super()`. */
function callOf(node: ts.Expression): ts.CallExpression | undefined {
  const inner = ts.isAwaitExpression(node) || ts.isVoidExpression(node) ? node.expression : node;
  if (!ts.isCallExpression(inner)) return undefined;
  return inner.expression.kind === ts.SyntaxKind.SuperKeyword ? undefined : inner;
}

function isAwaitedCall(node: ts.Node): node is ts.ExpressionStatement {
  return ts.isExpressionStatement(node) && ts.isAwaitExpression(node.expression);
}

function quoted(text: string): string {
  return `'${text}'`;
}
