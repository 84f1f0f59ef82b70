import { isMap, isScalar, isSeq } from 'yaml';
import type { Scalar } from 'yaml';
import { some } from './command.ts';
import { pairOf, scalarText } from './composeSource.ts';
import type { WrittenService } from './composeService.ts';
import type { TextEdit } from './textEdits.ts';
import { addAfter, addItems, isFlow, plainOrQuoted, replaceInText } from './yamlEdits.ts';

/** A variable that a service's file gives it. */
export interface Variable {
  name: string;
  value: string;
  /** The text that holds the value: the value itself, or `NAME=value` in a list. */
  scalar: Scalar;
  /** Whether that text stands in brackets or braces. */
  inFlow: boolean;
}

/** Lists the variables that a service's `environment:` sets, without those that have no value. */
export function variablesOf(service: WrittenService): Variable[] {
  const { source } = service;
  const node = service.field('environment')?.node;
  const inFlow = isFlow(node);
  if (isSeq(node))
    return node.items.flatMap((item) => {
      const [, name, value] = /^([^=]+)=(.*)$/s.exec(scalarText(item) ?? '') ?? [];
      return name === undefined || value === undefined || !isScalar(item)
        ? []
        : [{ name, value, scalar: item, inFlow }];
    });
  if (!isMap(node)) return [];
  return node.items.flatMap((pair) => {
    const value = source.target(pair.value);
    const [name, text] = [scalarText(pair.key), scalarText(value)];
    return name === undefined || text === undefined || !isScalar(value)
      ? []
      : [{ name, value: text, scalar: value, inFlow }];
  });
}

/** Returns the change that sets a variable to another value; undefined where its text cannot be changed. */
export function setVariable(
  service: WrittenService,
  { value, scalar, inFlow }: Variable,
  fresh: string,
): TextEdit[] | undefined {
  if (service.field('environment')?.shared !== false) return undefined;
  const escaped = value.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const edits = replaceInText(
    service.source,
    scalar,
    new RegExp(`${escaped}(?=["']?$)`, 'g'),
    () => fresh,
    inFlow,
  );
  return edits?.length === 1 ? edits : undefined;
}

/** Returns the change that gives a service variables that it has not; undefined where there is no place for them. */
export function addVariables(
  service: WrittenService,
  variables: readonly (readonly [name: string, value: string])[],
): TextEdit[] | undefined {
  const { source, map } = service;
  const field = service.field('environment');
  const pairs = variables.map(([name, value]) => `${name}: ${plainOrQuoted(value)}`);
  if (field === undefined) {
    const after = pairOf(map, 'image') ?? pairOf(map, 'build') ?? map.items[0];
    if (after === undefined || map.flow === true || source.isShared(map)) return undefined;
    return some(addAfter(source, after, ['environment:', ...pairs.map((pair) => `  ${pair}`)]));
  }
  if (field.shared) return undefined;
  if (isSeq(field.node)) {
    const items = variables.map(([name, value]) => `${name}=${value}`);
    return some(addItems(source, field.node, field.node.items.at(-1), items));
  }
  if (!isMap(field.node) || field.node.flow === true) return undefined;
  const last = field.node.items.at(-1);
  return last === undefined ? undefined : some(addAfter(source, last, pairs));
}
