import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sandboxFolder } from '../sandbox/paths.ts';
import { asRoot } from '../sandbox/run.ts';

/** The Debian releases whose Compose the tests ask: the machines' own, and the one with the newest packages. */
export const composeSuites = ['trixie', 'sid'] as const;
type Suite = (typeof composeSuites)[number];

/** A true Compose: the plugin's own program, which needs no docker and, to read files, no daemon. */
export interface TrueCompose {
  readonly suite: Suite;
  /** The version of its Debian package, such as "2.26.1-4". */
  readonly version: string;
  readonly program: string;
}

const DAY_MILLISECONDS = 86_400_000;
/** The days for which a suite's Compose is used without asking for a newer one. */
const FRESH_DAYS = 7;
/** Only against a network that hangs. */
const MOST_MILLISECONDS = 180_000;

const KEYRINGS = ['gpg', 'pgp'].map((kind) => `/usr/share/keyrings/debian-archive-keyring.${kind}`);

/** Says what keeps a Compose from being had here. It never leaves this file. */
class Unavailable extends Error {}

/** Returns the folder of a suite's Compose, with a folder for its version, beside the sandbox's images. */
function suiteFolder(suite: Suite): string {
  return join(sandboxFolder(), 'compose', suite);
}

/** Returns the Compose of a suite that was fetched before; undefined without one. */
export function keptCompose(suite: Suite): TrueCompose | undefined {
  const folder = suiteFolder(suite);
  if (!existsSync(folder)) return undefined;
  const found = readdirSync(folder)
    .map((version) => ({ suite, version, program: join(folder, version, 'docker-compose') }))
    .filter(({ program }) => existsSync(program));
  return found.sort((a, b) => statSync(a.program).ctimeMs - statSync(b.program).ctimeMs).at(-1);
}

/**
 * Fetches the Compose of each suite that is not here yet, or was fetched long ago, from the mirror that this computer's
 * apt uses, and says which there are. Nothing is installed. Returns the suites whose Compose cannot be had.
 */
export function ensureComposes(): Suite[] {
  const wanted = composeSuites.filter((suite) => keptCompose(suite) === undefined || !isFresh(suite));
  if (wanted.length > 0) {
    console.log(`\n== Fetching docker-compose of Debian's ${wanted.join(' and ')} with apt-get ...`);
    const work = mkdtempSync(join(tmpdir(), 'rediacc-fetch-compose-'));
    try {
      fetchAll(wanted, work);
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
      console.log(`== ${error.message}`);
    } finally {
      rmSync(work, { recursive: true, force: true });
    }
  }
  return composeSuites.filter((suite) => {
    const version = keptCompose(suite)?.version;
    console.log(`== Compose of Debian's ${suite}: ${version ?? 'NONE, so its tests are SKIPPED'}`);
    return version === undefined;
  });
}

function isFresh(suite: Suite): boolean {
  return Date.now() - statSync(suiteFolder(suite)).mtimeMs < FRESH_DAYS * DAY_MILLISECONDS;
}

/** Runs a program with its output kept. Throws Unavailable with the end of that when it fails. */
function run(command: string, words: readonly string[], directory: string): string {
  const result = spawnSync(command, words, { cwd: directory, encoding: 'utf8', timeout: MOST_MILLISECONDS });
  if (result.status === 0) return result.stdout;
  const said = [result.stdout, result.stderr, result.error?.message].join('\n');
  throw new Unavailable(
    `${command} ${words[0] ?? ''} failed: ${said.trimEnd().split('\n').slice(-6).join('\n')}`,
  );
}

/** Returns the address of the mirror from which apt gets Debian's packages here. */
function debianMirror(directory: string): string {
  const words = ['indextargets', '--format', '$(ORIGIN)/$(LABEL)/$(COMPONENT) $(REPO_URI)'];
  const find = (): string | undefined =>
    /^Debian\/Debian\/main (\S+)$/m.exec(run('apt-get', words, directory))?.[1];
  const known = find();
  if (known !== undefined) return known;
  // A new computer has no package lists, and apt tells of those alone.
  run(...asRoot('apt-get', ['-q', 'update']), directory);
  const mirror = find();
  if (mirror === undefined) throw new Unavailable("apt-get gets no packages of Debian's here");
  return mirror;
}

/** Fetches and unpacks the suites' packages. `work` is an empty folder, which then also has apt's lists. */
function fetchAll(suites: readonly Suite[], work: string): void {
  const keyring = KEYRINGS.find((path) => existsSync(path));
  if (keyring === undefined) throw new Unavailable("there are no keys of Debian's archive here");
  const mirror = debianMirror(work);
  const sources = suites.map((suite) => `deb [signed-by=${keyring}] ${mirror} ${suite} main\n`);
  writeFileSync(join(work, 'sources'), sources.join(''));
  for (const folder of ['lists/partial', 'cache/archives/partial'])
    mkdirSync(join(work, folder), { recursive: true });
  const options = [
    `Dir::Etc::SourceList=${work}/sources`,
    'Dir::Etc::SourceParts=/dev/null',
    `Dir::State::Lists=${work}/lists`,
    `Dir::Cache=${work}/cache`,
    'Acquire::Languages=none',
    // Its own user may not write here.
    'APT::Sandbox::User=root',
  ].flatMap((option) => ['-o', option]);
  run('apt-get', ['-q', 'update', ...options], work);
  for (const suite of suites) keep(suite, options, join(work, suite));
}

/** Fetches one package and puts its program where it is kept, in the place of another version. */
function keep(suite: Suite, options: readonly string[], work: string): void {
  mkdirSync(work);
  run('apt-get', ['-q', 'download', ...options, `docker-compose/${suite}`], work);
  const archive = readdirSync(work).find((name) => name.endsWith('.deb')) ?? '';
  const version = run('dpkg-deb', ['-f', archive, 'Version'], work).trim();
  run('dpkg-deb', ['-x', archive, 'unpacked'], work);
  const folder = suiteFolder(suite);
  // Moved at once: what is killed half-way leaves no program that is not whole.
  const unfinished = `${folder}-unfinished-${process.pid}`;
  for (const made of [folder, unfinished]) mkdirSync(made, { recursive: true });
  const program = join(work, 'unpacked/usr/libexec/docker/cli-plugins/docker-compose');
  run('cp', [program, unfinished], work);
  for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true });
  renameSync(unfinished, join(folder, version));
  utimesSync(folder, new Date(), new Date());
}
