import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SandboxError } from '../sandbox/errors.ts';
import { ensureSystemPackages, installSystemPackages } from '../sandbox/systemPackages.ts';
import { allowedSkips } from './allowedSkips.ts';
import { addCounts, closingLine, readReport } from './testCounts.ts';
import type { Counts } from './testCounts.ts';

/**
 * `npm test`: check, unit, rules, shell, ssh, electron, browser and the core of machine, one after the other, whatever
 * fails; the last line says how many passed, failed and were skipped. `test.ts unit`, `test.ts ssh`, `test.ts browser [GROUP ...]` and
 * `test.ts machine [GROUP ...] [--core]` run a part.
 */
const root = join(import.meta.dirname, '..');

/** Runs one of the project's programs with its output on this terminal; returns its exit code. */
function run(title: string, command: string, words: readonly string[]): number {
  console.log(`\n== ${title}`);
  const started = Date.now();
  const { status } = spawnSync(command, words, { cwd: root, stdio: 'inherit' });
  console.log(
    `== ${title}: ${status === 0 ? 'done' : 'FAILED'} in ${Math.round((Date.now() - started) / 1000)} s`,
  );
  return status ?? 1;
}

function check(title: string, script: string): Counts {
  const failed = run(title, 'npm', ['run', '--silent', script]) === 0 ? 0 : 1;
  return { passed: 1 - failed, failed, skipped: 0 };
}

/** Projects whose tests take minutes each: every one is told as it ends, not with the rest of its file. */
const slow = ['machine', 'browser'];

function vitest(title: string, projects: readonly string[], files: readonly string[] = []): Counts {
  const folder = mkdtempSync(join(tmpdir(), 'rediacc-test-'));
  const report = join(folder, 'report.json');
  const selection = projects.flatMap((project) => ['--project', project]);
  const told = projects.some((project) => slow.includes(project)) ? 'verbose' : 'default';
  const reporters = [`--reporter=${told}`, '--reporter=json', `--outputFile.json=${report}`];
  const exitCode = run(title, 'npx', ['vitest', 'run', ...selection, ...reporters, ...files]);
  try {
    const { counts, skips } = readReport(
      readFileSync(report, 'utf8'),
      exitCode,
      allowedSkips(process.getuid?.() === 0),
    );
    for (const { name, reason } of skips)
      console.log(
        reason === undefined
          ? `== FAILED: skipped, and not expected to be: ${name}`
          : `== skipped (${reason}): ${name}`,
      );
    return counts;
  } catch {
    // It did not come far enough to report.
    return { passed: 0, failed: 1, skipped: 0 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs what needs system packages; where they cannot be had, says how to get them and counts it as skipped. */
function needing(title: string, install: () => void, tests: () => Counts): Counts {
  try {
    install();
  } catch (error) {
    if (!(error instanceof SandboxError)) throw error;
    console.log(`\n== ${title}: SKIPPED. ${error.message}`);
    return { passed: 0, failed: 0, skipped: 1 };
  }
  return tests();
}

function build(): Counts {
  return check('build', 'build');
}

/** Sees to Chromium, for tests that are skipped without it. */
function preferChromium(): void {
  try {
    installSystemPackages(['chromium']);
  } catch (error) {
    console.log(`\n== No Chromium: its tests are skipped. ${String(error)}`);
  }
}

/** Sees to cryptsetup, whose headers are tried on files; without it those tests skip themselves, which fails the run. */
function preferCryptsetup(): void {
  try {
    installSystemPackages(['cryptsetup-bin']);
  } catch (error) {
    console.log(`\n== No cryptsetup: its tests cannot run. ${String(error)}`);
  }
}

/** Unit tests, rules, and the desktop app's shell with its page in Chromium, where there is one or it may be installed. */
function unit(): Counts {
  preferChromium();
  preferCryptsetup();
  return vitest('unit, rules, and the shell on a stand-in for Electron', ['unit', 'rules', 'shell']);
}

function ssh(): Counts {
  const title = 'ssh: against a true sshd on loopback';
  const install = (): void => installSystemPackages(['openssh-server', 'openssh-client']);
  return needing(title, install, () => vitest(title, ['ssh']));
}

function browser(groups: readonly string[]): Counts {
  const title = `browser: ${groups.join(', ') || 'everything'} in Chromium`;
  const files = groups.map((group) => `tests/browser/${group}.test.ts`);
  const install = (): void => installSystemPackages(['chromium', 'openssh-server', 'openssh-client']);
  return needing(title, install, () => vitest(title, ['browser'], files));
}

function machine(words: readonly string[]): Counts {
  const groups = words.filter((word) => !word.startsWith('--'));
  const selected = words.includes('--core') ? ['core'] : groups;
  const files = selected.map((group) => `tests/machine/${group}.test.ts`);
  // The first run is driven in the window.
  preferChromium();
  const title = `machine: ${selected.join(', ') || 'everything'} on the sandbox machine`;
  return needing(title, ensureSystemPackages, () => vitest(title, ['machine'], files));
}

function everything(): Counts[] {
  return [
    check('types', 'check:types'),
    check('lint', 'check:lint'),
    check('format', 'check:format'),
    check('layers', 'check:layers'),
    check('unused code', 'check:unused'),
    unit(),
    ssh(),
    build(),
    vitest("electron: the desktop app in Electron's own program, where there is one", ['electron']),
    // The flood keeps a busy computer for minutes: `npm run test:browser` has it.
    browser(['window', 'repository']),
    machine(['--core']),
  ];
}

function selected(part: string | undefined, words: readonly string[]): Counts[] {
  switch (part) {
    case 'unit':
      return [unit()];
    case 'ssh':
      return [ssh()];
    case 'browser':
      return [build(), browser(words)];
    case 'machine':
      return [build(), machine(words)];
    case undefined:
    default:
      return everything();
  }
}

const [part, ...words] = process.argv.slice(2);
const parts = selected(part, words);
const counts = parts.reduce(addCounts);
console.log(`\n${closingLine(counts)}`);
process.exitCode = counts.failed === 0 ? 0 : 1;
