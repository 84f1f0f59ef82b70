/**
 * Compares two strings by the bytes of their UTF-8 form, as `LC_ALL=C` sorts file names: the same on every machine,
 * whatever its language. (JavaScript's own order compares UTF-16 units, which puts U+1F600 before U+FF5E.) Returns a
 * negative number, zero or a positive number, as Array.sort wants it.
 */
export function compareBytewise(a: string, b: string): number {
  const encoder = new TextEncoder();
  const left = encoder.encode(a);
  const right = encoder.encode(b);
  const differing = left.findIndex((byte, at) => byte !== right[at]);
  if (differing === -1) return left.length - right.length;
  return (left[differing] ?? 0) - (right[differing] ?? -1);
}
