import * as z from 'zod';

/**
 * A name out of a set that grows, which this version does not know: a newer one wrote it. It is shown as it is
 * (docs/decisions/versions-side-by-side.md), so its form is checked.
 */
export const newerNameSchema = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,63}$/)
  .brand('newer');
export type NewerName = z.infer<typeof newerNameSchema>;

/** Returns the word for a name; the name itself when this version has no word for it. */
export function wordFor<Name extends string>(
  words: Readonly<Record<Name, string>>,
  name: Name | NewerName,
): string {
  const known: Readonly<Record<string, string>> = words;
  return Object.hasOwn(known, name) ? (known[name] ?? name) : name;
}

/** Makes a reader that puts something known in the place of an object whose `key` is a name that is not among `known`. */
export function replaceNewer(
  key: string,
  known: readonly string[],
  replace: (object: Readonly<Record<string, unknown>>, name: NewerName) => unknown,
): (value: unknown) => unknown {
  return (value) => {
    if (typeof value !== 'object' || value === null) return value;
    const object: Readonly<Record<string, unknown>> = { ...value };
    const name = newerNameSchema.safeParse(object[key]);
    return name.success && !known.includes(name.data) ? replace(object, name.data) : value;
  };
}
