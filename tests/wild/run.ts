import { readdirSync, realpathSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { composeSuites, ensureComposes, keptCompose } from '../../scripts/trueCompose.ts';
import type { TrueCompose } from '../../scripts/trueCompose.ts';
import { compareReadings, isWrong, reportLines } from './comparison.ts';
import type { Compared } from './comparison.ts';
import { composeReading, ourReading } from './readings.ts';

const USAGE = `npm run test:wild -- FOLDER [--suite SUITE]
  Compares our own reading of each compose file under FOLDER with that of Compose itself, of Debian's ${composeSuites.join(' and ')}.
  Exit code: 0; 1 where a file is read otherwise, or refused without a rule; 2 for wrong words, or where no Compose can be had.`;

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const complain = (line: string): void => void process.stderr.write(`${line}\n`);

const COMPOSE_FILE = /compose.*\.ya?ml$/i;
/** As many files at a time as keep a processor busy while Compose reads on another. */
const AT_A_TIME = 3;

function composeFilesUnder(root: string): string[] {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && COMPOSE_FILE.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** Compares the readings of all files, and prints the counts, the times and what differs. Returns how many differ. */
async function compareAll(root: string, files: readonly string[], compose: TrueCompose): Promise<number> {
  const compared: Compared[] = [];
  const spent = { ours: 0, theirs: 0, longest: 0, slowest: '' };
  const left = [...files];
  const work = async (): Promise<void> => {
    for (let path = left.shift(); path !== undefined; path = left.shift()) {
      const file = relative(root, path);
      const begun = performance.now();
      const { reading: theirs, variables } = await composeReading(compose.program, path);
      const between = performance.now();
      const ours = await ourReading(root, path, variables);
      const own = performance.now() - between;
      spent.theirs += between - begun;
      spent.ours += own;
      if (own > spent.longest) Object.assign(spent, { longest: own, slowest: file });
      compared.push({ file, outcome: compareReadings(ours, theirs), ours, theirs });
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, work));
  compared.sort((a, b) => (a.file < b.file ? -1 : 1));
  say(`\nCompose ${compose.version} (Debian's ${compose.suite}), ${files.length} files:`);
  for (const line of reportLines(compared)) say(line);
  const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`;
  say(
    `  time: ours ${seconds(spent.ours)} (longest ${seconds(spent.longest)}: ${spent.slowest}), Compose ${seconds(spent.theirs)}`,
  );
  return compared.filter(({ outcome }) => isWrong(outcome)).length;
}

/** Runs the comparison that the words ask for. Returns the exit code. */
async function compareWild(words: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: words,
    options: { suite: { type: 'string' } },
    allowPositionals: true,
  });
  const [folder] = positionals;
  const suites = composeSuites.filter((suite) => values.suite === undefined || values.suite === suite);
  if (folder === undefined || positionals.length > 1 || suites.length === 0) {
    complain(USAGE);
    return 2;
  }
  const root = realpathSync(folder);
  const files = composeFilesUnder(root);
  ensureComposes();
  const composes = suites.flatMap((suite) => keptCompose(suite) ?? []);
  if (composes.length === 0 || files.length === 0) {
    complain(files.length === 0 ? `There is no compose file under ${root}.` : 'There is no Compose to ask.');
    return 2;
  }
  let wrong = 0;
  for (const compose of composes) wrong += await compareAll(root, files, compose);
  say(`\n${wrong} differences and refusals without a rule.`);
  return wrong === 0 ? 0 : 1;
}

try {
  process.exitCode = await compareWild(process.argv.slice(2));
} catch (error) {
  complain(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
  process.exitCode = 2;
}
