import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';

/**
 * The program that makes the fixtures of a version with that version's own code: `npx tsx tests/past/make.ts [COMMIT]`,
 * as root, with a writable cgroup v2 tree. It checks the commit out beside this checkout and runs the writer there,
 * which fills the version's folder here, beside the readers of its engine.
 */
const VERSION = '0.1.0';
const [commit = '26b64d4'] = process.argv.slice(2);
const root = join(import.meta.dirname, '../..');

function run(command: string, words: readonly string[], cwd = root): void {
  const { status } = spawnSync(command, words, { cwd, stdio: 'inherit' });
  if (status !== 0) throw new Error(`${command} ${words.join(' ')} ended with ${String(status)}`);
}

/** Bundles the schemas by which the version's engine reads what an agent says, for olderEngine.test.ts. */
async function bundleReader(from: string, to: string): Promise<void> {
  const contents = "export { answers, fromAgentSchema } from './shared/answers.ts';";
  await build({
    ...{ stdin: { contents, resolveDir: from }, outfile: join(to, 'reader.mjs') },
    ...{ bundle: true, format: 'esm', external: ['zod'], platform: 'neutral', absWorkingDir: from },
  });
}

const tree = mkdtempSync(join(tmpdir(), 'rediacc-past-'));
try {
  run('git', ['worktree', 'add', '--detach', '--force', tree, commit]);
  symlinkSync(join(root, 'node_modules'), join(tree, 'node_modules'));
  const writer = join(tree, 'writer.mjs');
  cpSync(join(import.meta.dirname, `writer-${VERSION}.mjs`), writer);
  const target = join(import.meta.dirname, VERSION);
  rmSync(target, { recursive: true, force: true });
  // A host name of its own, so that no name of this computer comes into the fixtures.
  const program = 'hostname server-1 && exec "$0" --import tsx "$@"';
  run('unshare', ['--uts', 'sh', '-c', program, process.execPath, writer, target], tree);
  await bundleReader(tree, target);
} finally {
  run('git', ['worktree', 'remove', '--force', tree]);
}
