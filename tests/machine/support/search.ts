import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The text of a file; empty for a folder, and for what went away meanwhile. */
export function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** The files of a folder on this computer, at any depth, that hold this text. */
export function filesWith(folder: string, text: string): string[] {
  const kept = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return kept.filter((path) => readIfThere(join(folder, path)).includes(text));
}
