import * as z from 'zod';

/**
 * The names of repositories, contexts and machines: lower-case letters, digits and hyphens, but not the form of a UUID,
 * as both are used in paths.
 */
const NAME_PATTERN = /^[a-z0-9][a-z0-9-]{0,62}$/;
const UUID_PATTERN = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Returns true for a legal name of a repository, a context or a machine. */
export function isValidName(name: string): boolean {
  return NAME_PATTERN.test(name) && !isGuid(name);
}

/** Returns true for a value in the form of a GUID (lower-case UUID). */
export function isGuid(value: string): boolean {
  return UUID_PATTERN.test(value);
}

export const guidSchema = z.string().regex(UUID_PATTERN);
export const nameSchema = z.string().refine(isValidName, 'not a legal name');
