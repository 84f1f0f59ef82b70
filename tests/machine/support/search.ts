import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Reads a file as text; returns an empty text for a folder, and for a file that has gone meanwhile. */
export function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** Lists the files of a folder on this computer, at any depth, that have this text in them. */
export function filesWith(folder: string, text: string): string[] {
  const kept = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return kept.filter((path) => readIfThere(join(folder, path)).includes(text));
}
