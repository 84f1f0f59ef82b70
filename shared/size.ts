import { AppError } from './errors.ts';

const UNITS = ['', 'K', 'M', 'G', 'T'];
const KIBI = 1024;

/** The smallest volume in bytes. Smaller ones have no room for LUKS's header, a file system and a daemon's data. */
export const SMALLEST_VOLUME = 64 * KIBI ** 2;

/**
 * Parses a size such as "10G" into bytes. K, M, G and T are powers of 1024, with or without iB or B (in French: o)
 * after them. Throws `bad-size`.
 */
export function parseSize(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*([KMGT]?)(?:i?[BO])?$/i.exec(text.trim());
  const bytes = Math.round(Number(match?.[1]) * KIBI ** UNITS.indexOf((match?.[2] ?? '').toUpperCase()));
  if (!Number.isSafeInteger(bytes) || bytes <= 0) throw new AppError('bad-size', { size: text });
  return bytes;
}
