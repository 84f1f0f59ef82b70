/** Returns the value of a variable, or undefined when it is not set. */
export type Lookup = (name: string) => string | undefined;

/**
 * The longest value that is interpolated. A longer one is neither a path nor a network mode; it stays as it is, so that
 * a hostile one costs nothing.
 */
const LONGEST_VALUE = 4096;
/**
 * The longest value that filling in makes, characters. A few lines that each repeat the one above come to more than any
 * memory has; what would be longer stays as it is.
 */
const LONGEST_RESULT = 64 * 1024;
const DEEPEST_NESTING = 20;

/**
 * Fills in `$NAME`, `${NAME}` and `${NAME:-default}` (also `-`, `:+`, `+`, `:?`, `?`) as Compose does, nested defaults
 * included; `$$` is a dollar. A variable that is not set is empty. Text that Compose itself would refuse (an unclosed
 * brace, a required variable without a value) stays as it is or becomes empty here. The rules are those of
 * compose-spec/compose-go, template/template.go.
 */
export function interpolate(template: string, lookup: Lookup, depth = 0): string {
  if (!template.includes('$') || template.length > LONGEST_VALUE || depth > DEEPEST_NESTING) return template;
  const closing = closingBraces(template);
  let result = '';
  let at = 0;
  while (at < template.length) {
    const dollar = template.indexOf('$', at);
    if (dollar === -1) return result + template.slice(at);
    const found = substitutionAt({ template, closing, lookup, depth }, dollar);
    result += template.slice(at, dollar) + found.value;
    if (result.length > LONGEST_RESULT) return template;
    at = found.end;
  }
  return result;
}

/** The text that is being filled in, with the places of its braces. */
interface Filling {
  template: string;
  closing: ReadonlyMap<number, number>;
  lookup: Lookup;
  depth: number;
}

/** Returns the value of the substitution at a dollar, and the position after it. */
function substitutionAt(
  { template, closing, lookup, depth }: Filling,
  dollar: number,
): { value: string; end: number } {
  if (template[dollar + 1] === '$') return { value: '$', end: dollar + 2 };
  if (template[dollar + 1] === '{') {
    const end = closing.get(dollar + 1);
    if (end !== undefined)
      return { value: braced(template.slice(dollar + 2, end), lookup, depth), end: end + 1 };
  }
  const name = /^[a-z_][a-z0-9_]*/i.exec(template.slice(dollar + 1))?.[0];
  if (name === undefined) return { value: '$', end: dollar + 1 };
  return { value: lookup(name) ?? '', end: dollar + 1 + name.length };
}

/** Returns the position of the closing brace by that of the opening one; the unclosed ones are left out. */
function closingBraces(template: string): ReadonlyMap<number, number> {
  const closing = new Map<number, number>();
  const open: number[] = [];
  for (const { 0: brace, index } of template.matchAll(/[{}]/g)) {
    if (brace === '{') open.push(index);
    else {
      const opening = open.pop();
      if (opening !== undefined) closing.set(opening, index);
    }
  }
  return closing;
}

function braced(inner: string, lookup: Lookup, depth: number): string {
  const parts = /^([a-z_][a-z0-9_]*)(?:(:?[-+?])([\s\S]*))?$/i.exec(inner);
  const name = parts?.[1];
  if (name === undefined) return `\${${inner}}`;
  const value = lookup(name);
  const operator = parts?.[2] ?? '';
  const word = parts?.[3] ?? '';
  const present = operator.startsWith(':') ? value !== undefined && value !== '' : value !== undefined;
  if (operator.endsWith('-') && !present) return interpolate(word, lookup, depth + 1);
  if (operator.endsWith('+') && present) return interpolate(word, lookup, depth + 1);
  return value ?? '';
}
