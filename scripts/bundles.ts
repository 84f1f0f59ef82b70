import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BuildOptions } from 'esbuild';
import { deferred } from './deferred.ts';

/** The project's folder. */
export const root = join(import.meta.dirname, '..');

/** The version of all programs. */
export const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  version: string;
};

/** Returns the options that bundle the agent into one file. */
export function agentBundle(outfile: string): BuildOptions {
  return {
    entryPoints: [join(root, 'renet/main.ts')],
    outfile,
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'cjs',
    target: 'node18',
    banner: { js: '#!/usr/bin/env node' },
    // Together these were an eighth of the start of an agent that needs none of them (profiled on an emulated machine).
    plugins: [deferred('node:crypto', 'node:http', 'node:readline/promises', 'yaml')],
    define: { RENET_VERSION: JSON.stringify(version) },
    legalComments: 'none',
  };
}

/** The options of programs that run on Node on the admin's computer. */
export const onNode: BuildOptions = {
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  // ssh2's native parts are optional: without them it uses JavaScript.
  external: ['cpu-features', './crypto/build/Release/sshcrypto.node'],
  // Libraries written as CommonJS use names that an ES module does not have.
  banner: {
    js: [
      "import { createRequire as __createRequire } from 'node:module';",
      'const require = __createRequire(import.meta.url);',
      'const [__filename, __dirname] = [import.meta.filename, import.meta.dirname];',
    ].join('\n'),
  },
  legalComments: 'none',
};

/** Returns the options that bundle the command line. */
export function rdcBundle(outfile: string): BuildOptions {
  return {
    ...onNode,
    entryPoints: [join(root, 'cli/main.ts')],
    outfile,
    define: { RDC_VERSION: JSON.stringify(version) },
  };
}
