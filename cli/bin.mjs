#!/usr/bin/env node
// `npx rdc` in the project's folder: runs the built command line.
import { existsSync } from 'node:fs';

const built = new URL('../dist/rdc.mjs', import.meta.url);
if (existsSync(built)) {
  await import(built.href);
} else {
  console.error('rdc is not built yet: run `npm run build` first.');
  process.exit(1);
}
