import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import type { Coverage } from './coverage.ts';
import type { Counts, Find } from './fuzzer.ts';
import { LARGEST } from './mutate.ts';
import { makeTargets } from './targets.ts';
import type { WorkerMessage, WorkerTask } from './worker.ts';

const USAGE = `npm run test:fuzz -- [PARSER ...] [options]   (none: every parser)
  --minutes M   the time of the whole run, shared by the parsers (15)
  --seed S      makes other inputs for another number (1)`;

/**
 * The processor time on one input after which a parser is taken to hang, and the time by the clock after which it is taken
 * to wait for what never comes: a busy computer may give it no processor for half a minute.
 */
const HANGS_AFTER_MILLISECONDS = 10_000;
const WAITS_AFTER_MILLISECONDS = 300_000;

const WORKER = new URL('worker.ts', import.meta.url).href;

interface Result {
  readonly name: string;
  readonly counts: Counts | undefined;
  readonly coverage: Coverage | undefined;
  readonly finds: readonly Find[];
}

/** Runs one parser in a thread of its own, for so long; ends the thread when it hangs. */
async function fuzz(target: string, seed: number, milliseconds: number): Promise<Result> {
  const progress = new Int32Array(new SharedArrayBuffer(8));
  const current = new Uint8Array(new SharedArrayBuffer(LARGEST));
  const task: WorkerTask = { target, seed, milliseconds, progress, current };
  // Node 20 does not take a loader of TypeScript from the options of a thread.
  const start = `import('tsx/esm/api').then(({ register }) => (register(), import(${JSON.stringify(WORKER)})))`;
  const worker = new Worker(start, { eval: true, workerData: task });
  const finds: Find[] = [];
  let end: { counts: Counts; coverage: Coverage } | undefined;
  worker.on('message', (message: WorkerMessage) => {
    if (message.kind === 'end') end = message;
    // What crosses threads comes as plain bytes.
    else finds.push({ ...message.find, input: Buffer.from(message.find.input) });
  });
  const hang = watch(progress, () => {
    finds.push({ input: Buffer.from(current.slice(0, progress[1])), problem: 'hangs' });
    void worker.terminate();
  });
  await new Promise((resolve, reject) => worker.once('exit', resolve).once('error', reject));
  clearInterval(hang);
  return { name: target, counts: end?.counts, coverage: end?.coverage, finds };
}

/** Calls `hangs` once when the number of inputs stands still for too long. */
function watch(progress: Int32Array, hangs: () => void): NodeJS.Timeout {
  let seen = -1;
  let since = now();
  const timer = setInterval(() => {
    const inputs = Atomics.load(progress, 0);
    if (inputs !== seen) {
      seen = inputs;
      since = now();
      return;
    }
    const { clock, processor } = now();
    const isOver =
      processor - since.processor > HANGS_AFTER_MILLISECONDS ||
      clock - since.clock > WAITS_AFTER_MILLISECONDS;
    if (inputs === 0 || !isOver) return;
    clearInterval(timer);
    hangs();
  }, 500);
  return timer;
}

/** Returns the milliseconds by the clock, and those for which this program's threads have had a processor. */
function now(): { clock: number; processor: number } {
  const { user, system } = process.cpuUsage();
  return { clock: performance.now(), processor: (user + system) / 1000 };
}

/** Keeps an input that was a find. Returns its file. */
function keep(folder: string, name: string, { input }: Find): string {
  const digest = createHash('sha256').update(input).digest('hex').slice(0, 12);
  const file = join(folder, `${name.replace(/\W+/g, '-')}-${digest}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, input);
  return file;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function printTable(results: readonly Result[]): void {
  print(
    '\n| parser | inputs | passed the first stage | shapes | slowest | functions run | code run | finds |',
  );
  print('| --- | --- | --- | --- | --- | --- | --- | --- |');
  for (const { name, counts, coverage, finds } of results) {
    const { inputs = 0, passed = 0, shapes = 0, slowestMilliseconds = 0 } = counts ?? {};
    const { functions = 0, functionsRun = 0, share = 0 } = coverage ?? {};
    const cells = [
      name,
      inputs,
      `${((100 * passed) / Math.max(1, inputs)).toFixed(0)} %`,
      shapes,
      `${slowestMilliseconds.toFixed(0)} ms`,
      `${functionsRun} of ${functions}`,
      `${(100 * share).toFixed(0)} %`,
      finds.length,
    ];
    print(`| ${cells.join(' | ')} |`);
  }
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { minutes: { type: 'string', default: '15' }, seed: { type: 'string', default: '1' } },
});
const names = makeTargets().map(({ name }) => name);
const wanted = positionals.length === 0 ? names : positionals;
const unknown = wanted.filter((name) => !names.includes(name));
if (unknown.length > 0) {
  print(`No such parser: ${unknown.join(', ')}. There are: ${names.join(', ')}.\n${USAGE}`);
  process.exit(2);
}
const share = (Number(values.minutes) * 60_000) / wanted.length;
const folder = join('.fuzz', `seed-${values.seed}`);
const results: Result[] = [];
for (const name of wanted) {
  const result = await fuzz(name, Number(values.seed), share);
  results.push(result);
  for (const find of result.finds)
    print(
      `${name}: ${find.problem.split('\n').slice(0, 6).join('\n  ')}\n  input: ${keep(folder, name, find)}`,
    );
}
printTable(results);
process.exitCode = results.some(({ finds, counts }) => finds.length > 0 || counts === undefined) ? 1 : 0;
