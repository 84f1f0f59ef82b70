import { readFile } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
  '.txt': 'text/plain; charset=utf-8',
};

/** A file of the built window, with its media type. */
interface WindowFile {
  readonly type: string;
  readonly bytes: Buffer;
}

/**
 * Reads the file that a URL's path names in `folder`. Undefined when there is none, or when it has no type that we
 * serve.
 */
export async function readWindowFile(folder: string, urlPath: string): Promise<WindowFile | undefined> {
  const path = decode(urlPath === '/' ? '/index.html' : urlPath);
  if (path === undefined || path.includes('\0')) return undefined;
  const file = normalize(join(folder, path));
  const type = TYPES[extname(file)];
  if (type === undefined || !file.startsWith(folder + sep)) return undefined;
  const bytes = await readFile(file).catch(() => undefined);
  return bytes && { type, bytes };
}

function decode(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}
