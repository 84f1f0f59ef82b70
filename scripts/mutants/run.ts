import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { endAll, projectFiles } from './copies.ts';
import { runJob } from './job.ts';
import { mutantsOf } from './mutations.ts';
import { isTest, relatedTests } from './related.ts';
import { closingTable, resultLines } from './report.ts';
import type { MutantResult } from './report.ts';
import { drawSample } from './selection.ts';

/** The usage of `npm run test:mutants`; see also "How we know" in docs/architecture.md. */
const USAGE = `npm run test:mutants -- [FILE | FILE:LINE | FOLDER | 'GLOB' ...] [options]   (none: every layer)
  --sample N       runs N of the mutants; without it, all
  --seed S         draws others for another number (1)
  --project NAME   runs tests of this project; may be repeated (unit, rules and shell)
  --jobs N         runs N mutants at a time, each in a copy of its own (1)
  --distance N     runs the tests that reach a file over up to N imports (2); more prove more and take longer
  --timeout SEC    ends a mutant that takes longer, as noticed (180)
  --list           only lists the mutants`;

const LAYERS = ['shared', 'renet', 'electron', 'cli', 'renderer'];
/** The line number in FILE:LINE. */
const LINE = /:\d+$/;
const root = join(import.meta.dirname, '../..');

function options() {
  return parseArgs({
    allowPositionals: true,
    options: {
      sample: { type: 'string' },
      seed: { type: 'string', default: '1' },
      project: { type: 'string', multiple: true, default: ['unit', 'rules', 'shell'] },
      jobs: { type: 'string', default: '1' },
      distance: { type: 'string', default: '2' },
      timeout: { type: 'string', default: '180' },
      list: { type: 'boolean', default: false },
    },
  });
}

/** Lists the files of the patterns that may have mutants. */
function mutableFiles(patterns: readonly string[]): string[] {
  return projectFiles(root, patterns).filter(
    (file) => /\.tsx?$/.test(file) && !file.endsWith('.d.ts') && !isTest(file),
  );
}

async function main(): Promise<void> {
  const { values, positionals } = options();
  const paths = projectFiles(root).filter((file) => /\.tsx?$/.test(file));
  const texts = new Map(paths.map((file) => [file, readFileSync(join(root, file), 'utf8')]));
  const lines = positionals.filter((word) => LINE.test(word));
  const patterns = positionals.map((word) => word.replace(LINE, ''));
  const files = mutableFiles(patterns.length === 0 ? LAYERS : patterns);
  if (files.length === 0) throw new Error(`No such file.\n${USAGE}`);
  const all = files
    .flatMap((file) => mutantsOf(file, texts.get(file) ?? ''))
    .filter(({ file, line }) => lines.length === 0 || lines.includes(`${file}:${line}`));
  const count = values.sample === undefined ? all.length : Number(values.sample);
  const mutants = drawSample(all, count, Number(values.seed));
  console.log(`${mutants.length} of the ${all.length} mutants of ${files.length} files, seed ${values.seed}`);
  const results: MutantResult[] = [];
  const tell = (result: MutantResult): void => {
    results.push(result);
    for (const line of resultLines(result, texts.get(result.mutant.file) ?? '')) console.log(line);
  };
  if (values.list) {
    for (const mutant of mutants) console.log(`${mutant.file}:${mutant.line}  ${mutant.kind}`);
    return;
  }
  const jobs = Math.max(1, Number(values.jobs));
  const limit = Number(values.timeout) * 1000;
  const work = {
    root,
    texts,
    testsOf: relatedTests(texts, Number(values.distance)),
    projects: values.project,
    jobs,
    limit,
  };
  // The name is short, as paths of sockets in the folder have a limit.
  const folder = mkdtempSync(join(tmpdir(), 'mu-'));
  const folders = Array.from({ length: jobs }, (_, job) => join(folder, String(job)));
  const clear = (): void => {
    for (const job of folders) endAll(job);
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      clear();
      console.log(`\n${closingTable(results).join('\n')}`);
      process.exit(1);
    });
  }
  try {
    const queue = [...mutants];
    await Promise.all(folders.map((job) => runJob(job, queue, work, tell)));
  } finally {
    clear();
    console.log(`\n${closingTable(results).join('\n')}`);
  }
}

await main();
