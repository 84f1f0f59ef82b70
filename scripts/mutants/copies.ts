import { execFileSync, fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Lists the files of the project, new ones included, by their path from its root. `patterns` are git's; none: all
 * files.
 */
export function projectFiles(root: string, patterns: readonly string[] = []): string[] {
  const words = ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--', ...patterns];
  const files = execFileSync('git', words, { cwd: root, encoding: 'utf8' }).split('\0');
  return files.filter((file) => file !== '' && existsSync(join(root, file)));
}

/** Copies the project to an existing folder. The copy shares the installed packages. */
export function copyProject(root: string, files: readonly string[], folder: string): void {
  for (const file of files) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    cpSync(join(root, file), join(folder, file));
  }
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
}

/** The variable that marks the processes of a run. Everything that a test starts inherits it. */
const MARK = 'REDIACC_MUTANTS';

/** Starts a worker in a copy of the project. Its temporary files go into `temporary`. `mark` names it for `endAll`. */
export function startWorker(
  folder: string,
  temporary: string,
  mark: string,
  words: readonly string[],
): ChildProcess {
  return fork(join(import.meta.dirname, 'worker.ts'), words, {
    cwd: folder,
    execArgv: ['--import', import.meta.resolve('tsx')],
    env: { ...process.env, TMPDIR: temporary, [MARK]: mark },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
}

/** Ends a worker and every process that it started and that is still there, where there is a /proc. */
export function endAll(mark: string): void {
  if (!existsSync('/proc/self/environ')) return;
  for (const id of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const environment = readFileSync(`/proc/${id}/environ`, 'utf8').split('\0');
      if (environment.includes(`${MARK}=${mark}`)) process.kill(Number(id), 'SIGKILL');
    } catch {
      // The process has ended meanwhile, or belongs to another account.
    }
  }
}
