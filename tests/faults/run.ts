import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { closeAtSignals } from './atEnd.ts';
import { drawFaults, faultsOf, scenariosOf } from './faults.ts';
import type { FaultResult } from './faults.ts';
import { runRounds } from './machine/rounds.ts';
import { POWER_VERBS, runSandbox } from './machine/runSandbox.ts';
import { runNativeRounds } from './native/rounds.ts';
import { runNative } from './native/runNative.ts';
import { openResults } from './results.ts';
import { tableHead, tableLine, wholeTable } from './table.ts';

/** The usage of `npm run test:faults`; see also docs/reliability.md. */
const USAGE = `npm run test:faults -- [options]   (none: every fault at every point; that takes many hours)
  --sample N    draws N points evenly over verbs and faults
  --seed S      draws others for another number (1)
  --verb VERB   only this verb; may be repeated
  --fault FAULT only this fault; may be repeated
  --steps       kills operations at the events of their logs only, not at each command and change between them
  --native      only on machines in name spaces of this computer
  --machine     only power cuts, on the sandbox machine
  --rounds N    only this: N rounds of up and down leave nothing; with --sample M at most M rounds
Results are kept in dist/faults.jsonl, the table in dist/faults.md; a run that was ended goes on where it was, as long as the programs are the same.`;

const root = join(import.meta.dirname, '../..');
const dist = join(root, 'dist');

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function options() {
  return parseArgs({
    options: {
      sample: { type: 'string' },
      seed: { type: 'string', default: '1' },
      verb: { type: 'string', multiple: true, default: [] },
      fault: { type: 'string', multiple: true, default: [] },
      steps: { type: 'boolean', default: false },
      native: { type: 'boolean', default: false },
      machine: { type: 'boolean', default: false },
      rounds: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  }).values;
}

/** Returns what tells two builds apart. */
function buildId(programs: readonly string[]): string {
  const hash = createHash('sha256');
  for (const program of programs) hash.update(readFileSync(program));
  return hash.digest('hex').slice(0, 16);
}

async function main(): Promise<number> {
  const given = options();
  if (given.help) {
    say(USAGE);
    return 0;
  }
  const [count, seed] = [given.sample === undefined ? undefined : Number(given.sample), Number(given.seed)];
  const programs = { agent: join(dist, 'renet.cjs'), rdc: join(dist, 'rdc.mjs') };
  const build = buildId(Object.values(programs));
  const both = given.native === given.machine;
  if (given.rounds !== undefined) {
    const rounds = Math.min(Number(given.rounds), count ?? Infinity);
    const native = both || given.native ? await runNativeRounds(programs, rounds) : [];
    const left = [...native, ...(both || given.machine ? await runRounds(build, rounds) : [])];
    say(`${rounds} rounds of up and down leave ${left.length === 0 ? 'nothing' : left.join('; ')}`);
    return left.length === 0 ? 0 : 1;
  }
  const results = openResults(join(dist, 'faults.jsonl'), build);
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], {
    cwd: root,
    encoding: 'utf8',
  }).trim();
  say(`${count ?? 'all'} points, seed ${seed}, commit ${commit}`);
  const scenarios = scenariosOf(given.verb);
  const faults = faultsOf(given.fault);
  const seen: FaultResult[] = [];
  const tell = (result: FaultResult): void => {
    seen.push(result);
    writeFileSync(join(dist, 'faults.md'), wholeTable(seen));
    say(tableLine(result));
  };
  if (both || given.native) {
    say(`\nnative machines\n\n${tableHead()}`);
    const draws = drawFaults(scenarios, count, seed, faults).map((draw) => ({
      ...draw,
      atSteps: given.steps,
    }));
    await runNative(programs, { draws, seed, results, machines: 2 }, tell);
  }
  if (both || given.machine) {
    say(`\nthe sandbox machine\n\n${tableHead()}`);
    const cut = scenarios.filter(({ verb }) => POWER_VERBS.includes(verb));
    await runSandbox(build, { draws: drawFaults(cut, count, seed, ['power cut']), seed, results }, tell);
  }
  const failed = seen.filter(({ wrong }) => wrong.length > 0).length;
  say(`\n${seen.length - failed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

closeAtSignals();
process.exitCode = await main();
