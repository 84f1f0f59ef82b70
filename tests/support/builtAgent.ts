import { build } from 'esbuild';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Builds the agent as one file, as it is on a machine. Returns its path, in a temporary folder of its own. */
export async function builtAgent(): Promise<string> {
  const outfile = join(mkdtempSync(join(tmpdir(), 'rediacc-built-')), 'renet.cjs');
  const entry = join(import.meta.dirname, '../../renet/main.ts');
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node18',
    format: 'cjs',
  });
  return outfile;
}
