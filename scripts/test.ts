import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SandboxError } from '../sandbox/errors.ts';
import { ensureSystemPackages, installSystemPackages } from '../sandbox/systemPackages.ts';
import { allowedSkips } from './allowedSkips.ts';
import { Interrupted, runInForeground } from './foreground.ts';
import { addCounts, closingLine, readReport } from './testCounts.ts';
import type { Counts } from './testCounts.ts';
import { ensureComposes } from './trueCompose.ts';

/**
 * `npm test`: runs check, unit, rules, shell, ssh, electron, browser and the core of machine, one after the other,
 * whatever fails. The last line says how many passed, failed and were skipped. A skip that is not expected here
 * (allowedSkips.ts) counts as failed. `test.ts unit`, `test.ts ssh`, `test.ts browser [GROUP ...]` and `test.ts machine
 * [GROUP ...] [--core]` run a part.
 */
const root = join(import.meta.dirname, '..');

/** The tests that skipped themselves though they were expected to run here. They are named again at the end. */
const unexpectedSkips: string[] = [];

/** Runs one of the project's programs with its output on this terminal. Returns its exit code. */
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

/**
 * The projects whose tests take minutes each: every test is reported when it ends, and not with the rest of its file.
 */
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

/** Reads the counts of a run from its report, and prints the names of skipped tests. */
function countsOf(file: string, exitCode: number, missingPackages: readonly string[]): Counts {
  // A run without a report did not come far enough to write one.
  if (!existsSync(file)) return { passed: 0, failed: 1, skipped: 0 };
  const allowed = allowedSkips({ isRoot: process.getuid?.() === 0, missingPackages });
  const { counts, skips } = readReport(readFileSync(file, 'utf8'), exitCode, allowed);
  for (const { name, reason } of skips) {
    console.log(`== ${reason === undefined ? 'FAILED: skipped, unexpected' : `skipped, ${reason}`}: ${name}`);
    if (reason === undefined) unexpectedSkips.push(name);
  }
  return counts;
}

/**
 * Runs tests that need system packages. Where these cannot be installed, says how to get them and counts the tests as
 * skipped.
 */
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

/** Installs packages that some of the next tests need. Returns those that cannot be installed. */
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
 * Runs unit tests, rules, and the desktop app's shell with its page in Chromium, where that is there or can be
 * installed.
 */
function unit(): Promise<Counts> {
  return vitest({
    title: 'unit, rules on true bash, and the shell on a stand-in for Electron',
    projects: ['unit', 'rules', 'shell'],
    missingPackages: [
      ...missingOf('chromium', 'cryptsetup-bin', 'socat', 'strace'),
      ...ensureComposes().map((suite) => `docker-compose/${suite}`),
    ],
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
    // The tests of the first run use the window, in Chromium.
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
    // The flood takes minutes on a busy computer, so it runs only in `npm run test:browser`.
    await browser(['window', 'repository', 'away']),
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
      return everything();
    default:
      throw new Error(
        `There is no part "${part}" of the tests: unit, ssh, browser, machine, or none for all of them.`,
      );
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
