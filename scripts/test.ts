import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SandboxError } from '../sandbox/errors.ts';
import { ensureSystemPackages, installSystemPackages } from '../sandbox/systemPackages.ts';
import { allowedSkips } from './allowedSkips.ts';
import { Interrupted, runInForeground } from './foreground.ts';
import { addCounts, closingLine, readReport } from './testCounts.ts';
import type { Counts } from './testCounts.ts';

/**
 * `npm test`: check, unit, rules, shell, ssh, electron, browser and the core of machine, one after the other, whatever
 * fails; the last line says how many passed, failed and were skipped. A skip that is not expected here
 * (allowedSkips.ts) counts as failed. `test.ts unit`, `test.ts ssh`, `test.ts browser [GROUP ...]` and `test.ts machine
 * [GROUP ...] [--core]` run a part.
 */
const root = join(import.meta.dirname, '..');

/** Tests that skipped themselves though they were expected to run here; named once more at the end. */
const unexpectedSkips: string[] = [];

/** Runs one of the project's programs with its output on this terminal; returns its exit code. */
async function run(title: string, command: string, words: readonly string[]): Promise<number> {
  console.log(`\n== ${title}`);
  const started = Date.now();
  const exitCode = await runInForeground(command, words, root);
  const seconds = Math.round((Date.now() - started) / 1000);
  console.log(`== ${title}: ${exitCode === 0 ? 'done' : 'FAILED'} in ${seconds} s`);
  return exitCode;
}

async function check(title: string, script: string): Promise<Counts> {
  const failed = (await run(title, 'npm', ['run', '--silent', script])) === 0 ? 0 : 1;
  return { passed: 1 - failed, failed, skipped: 0 };
}

/** Projects whose tests take minutes each: every one is told as it ends, not with the rest of its file. */
const slow = ['machine', 'browser'];

interface Tests {
  readonly title: string;
  readonly projects: readonly string[];
  readonly files?: readonly string[];
  readonly missingPackages?: readonly string[];
}

async function vitest({ title, projects, files = [], missingPackages = [] }: Tests): Promise<Counts> {
  const folder = mkdtempSync(join(tmpdir(), 'rediacc-test-'));
  const report = join(folder, 'report.json');
  const selection = projects.flatMap((project) => ['--project', project]);
  const told = projects.some((project) => slow.includes(project)) ? 'verbose' : 'default';
  const reporters = [`--reporter=${told}`, '--reporter=json', `--outputFile.json=${report}`];
  const program = join(root, 'node_modules/vitest/vitest.mjs');
  const words = [program, 'run', ...selection, ...reporters, ...files];
  try {
    const exitCode = await run(title, process.execPath, words);
    return countsOf(report, exitCode, missingPackages);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Reads the counts of a run from its report, and names what was skipped. */
function countsOf(file: string, exitCode: number, missingPackages: readonly string[]): Counts {
  // Without a report it did not come far enough.
  if (!existsSync(file)) return { passed: 0, failed: 1, skipped: 0 };
  const allowed = allowedSkips({ isRoot: process.getuid?.() === 0, missingPackages });
  const { counts, skips } = readReport(readFileSync(file, 'utf8'), exitCode, allowed);
  for (const { name, reason } of skips) {
    console.log(`== ${reason === undefined ? 'FAILED: skipped, unexpected' : `skipped, ${reason}`}: ${name}`);
    if (reason === undefined) unexpectedSkips.push(name);
  }
  return counts;
}

/** Runs what needs system packages; where they cannot be had, says how to get them and counts it as skipped. */
async function needing(title: string, install: () => void, tests: () => Promise<Counts>): Promise<Counts> {
  try {
    install();
  } catch (error) {
    if (!(error instanceof SandboxError)) throw error;
    console.log(`\n== ${title}: SKIPPED. ${error.message}`);
    return { passed: 0, failed: 0, skipped: 1 };
  }
  return tests();
}

function build(): Promise<Counts> {
  return check('build', 'build');
}

/** Sees to packages that some of the next tests want, and returns those that cannot be had. */
function missingOf(...packages: readonly string[]): string[] {
  return packages.filter((name) => {
    try {
      installSystemPackages([name]);
      return false;
    } catch (error) {
      console.log(`\n== No ${name}: its tests are SKIPPED. ${String(error)}`);
      return true;
    }
  });
}

/**
 * Runs unit tests, rules, and the desktop app's shell with its page in Chromium, where there is one or it may be
 * installed.
 */
function unit(): Promise<Counts> {
  return vitest({
    title: 'unit, rules on true bash, and the shell on a stand-in for Electron',
    projects: ['unit', 'rules', 'shell'],
    missingPackages: missingOf('chromium', 'cryptsetup-bin'),
  });
}

function ssh(): Promise<Counts> {
  const title = 'ssh: against a true sshd on loopback';
  const install = (): void => installSystemPackages(['openssh-server', 'openssh-client']);
  return needing(title, install, () => vitest({ title, projects: ['ssh'] }));
}

function electron(): Promise<Counts> {
  const title = "electron: the desktop app in Electron's own program, where there is one";
  return vitest({ title, projects: ['electron'] });
}

function browser(groups: readonly string[]): Promise<Counts> {
  const title = `browser: ${groups.join(', ') || 'everything'} in Chromium`;
  const files = groups.map((group) => `tests/browser/${group}.test.ts`);
  const install = (): void => installSystemPackages(['chromium', 'openssh-server', 'openssh-client']);
  return needing(title, install, () => vitest({ title, projects: ['browser'], files }));
}

function machine(words: readonly string[]): Promise<Counts> {
  const groups = words.filter((word) => !word.startsWith('--'));
  const selected = words.includes('--core') ? ['core'] : groups;
  const files = selected.map((group) => `tests/machine/${group}.test.ts`);
  const title = `machine: ${selected.join(', ') || 'everything'} on the sandbox machine`;
  return needing(title, ensureSystemPackages, () =>
    // The first run is driven in the window.
    vitest({ title, projects: ['machine'], files, missingPackages: missingOf('chromium') }),
  );
}

async function everything(): Promise<Counts[]> {
  return [
    await check('types', 'check:types'),
    await check('lint', 'check:lint'),
    await check('format', 'check:format'),
    await check('layers', 'check:layers'),
    await check('unused code', 'check:unused'),
    await unit(),
    await ssh(),
    await build(),
    await electron(),
    // The flood keeps a busy computer for minutes: `npm run test:browser` has it.
    await browser(['window', 'repository']),
    await machine(['--core']),
  ];
}

async function selected(part: string | undefined, words: readonly string[]): Promise<Counts[]> {
  switch (part) {
    case 'unit':
      return [await unit()];
    case 'ssh':
      return [await ssh()];
    case 'browser':
      return [await build(), await browser(words)];
    case 'machine':
      return [await build(), await machine(words)];
    case undefined:
    default:
      return everything();
  }
}

const [part, ...words] = process.argv.slice(2);
try {
  const counts = (await selected(part, words)).reduce(addCounts);
  for (const name of unexpectedSkips) console.log(`\n== FAILED: skipped, unexpected: ${name}`);
  console.log(`\n${closingLine(counts)}`);
  process.exitCode = counts.failed === 0 ? 0 : 1;
} catch (error) {
  if (!(error instanceof Interrupted)) throw error;
  process.kill(process.pid, error.signal);
}
