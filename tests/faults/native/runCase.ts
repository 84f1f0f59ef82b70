import type { Ended, RunningRdc } from '../admin.ts';
import { TOLD } from '../faults.ts';
import type { FaultCase, FaultResult } from '../faults.ts';
import { differences, stateOf } from '../picture.ts';
import { streamFaults, toldBy } from '../told.ts';
import type { NativeBench } from './bench.ts';
import { expectedExits } from './expectations.ts';
import { machineIsDone, secondTry } from './reference.ts';
import type { Reference } from './reference.ts';

/** How a fault was told, and what was wrong about that. */
interface Told {
  readonly told: string;
  readonly wrong: readonly string[];
}

/** Lets one fault befall a verb, then looks at what is told, what is left, whether a second try works and what is lost. */
export async function runCase(
  bench: NativeBench,
  { scenario, fault, point }: FaultCase,
  reference: Reference,
): Promise<FaultResult> {
  const { machine } = bench;
  const wrong: string[] = [];
  await bench.prepare(scenario, point === TOLD ? undefined : point);
  const watched = fault === 'connection cut' || fault === 'app killed' || fault === 'agent killed';
  const rdc = await bench.trigger(scenario, watched && scenario.bulk !== true ? 'lines' : 'people');
  if (point !== TOLD) {
    await bench.until(point, () => machine.isReached() || rdc?.isOver() === true);
    if (!machine.isReached()) wrong.push('the point was never reached');
  } else await rdc?.ended;
  const one = { scenario, fault, point };
  const { told, wrong: unsaid } = await STRIKES[fault](bench, one, expectedExits(one, reference), rdc);
  wrong.push(...unsaid);
  const after = await bench.picture();
  let again = 'not needed';
  if (point !== TOLD) {
    if (fault === 'power cut') await bench.repeatBefore(scenario);
    const second = await secondTry(bench, scenario);
    again = toldBy(second);
    if (!reference.exits.includes(second.code)) wrong.push(`the second try: ${again}`);
  }
  const last = await bench.afterCollection();
  wrong.push(...differences('kept', last.kept, reference.after.kept), ...last.left);
  // After a power cut it depends on the point what a person opens again.
  const mayBeOpen = fault === 'power cut' || (fault === 'operation killed' && scenario.opens === true);
  if (!mayBeOpen) wrong.push(...differences('state', last.now, reference.after.now));
  const lost = differences('inside', last.inside, reference.after.inside);
  await machine.stop();
  return {
    ...{ verb: scenario.verb, point, fault, told, again },
    left: stateOf(after),
    lost: lost.join('; ') || 'nothing',
    wrong: [...wrong, ...lost],
  };
}

/** Lets a fault befall the running verb; `exits` are the codes with which `rdc` may end then. */
type Strike = (
  bench: NativeBench,
  what: FaultCase,
  exits: readonly (number | null)[],
  rdc: RunningRdc | undefined,
) => Promise<Told>;

const STRIKES: Readonly<Record<FaultCase['fault'], Strike>> = {
  'connection cut': async (bench, { scenario }, exits, rdc) => {
    bench.admin.link.cut();
    bench.machine.letGo();
    return checked(bench, scenario, await endOf(rdc), exits);
  },
  'app killed': async (bench, { scenario }, exits, rdc) => {
    rdc?.process.kill('SIGKILL');
    bench.machine.letGo();
    await rdc?.ended;
    if (scenario.program === 'serve') return { told: 'killed', wrong: [] };
    await bench.until('the end of the operation', async () => !(await newest(bench)).isRunning);
    const { id } = await newest(bench);
    return checked(bench, scenario, await bench.run(['op', 'follow', id, '--events']), exits);
  },
  'agent killed': async (bench, { scenario }, exits, rdc) => {
    await bench.machine.root(KILL('agent'));
    bench.machine.letGo();
    return checked(bench, scenario, await endOf(rdc), exits);
  },
  'operation killed': async (bench, { scenario }, exits, rdc) => {
    await bench.machine.root(KILL(scenario.program));
    bench.machine.letGo();
    await machineIsDone(bench, scenario);
    return toldAfterwards(bench, exits, rdc);
  },
  'power cut': async (bench, { scenario }, exits, rdc) => {
    const { machine, admin } = bench;
    admin.link.close();
    await machine.cutPower();
    machine.holdAt('', undefined);
    await machine.boot();
    admin.link.open();
    await machineIsDone(bench, { ...scenario, verb: 'boot' });
    return toldAfterwards(bench, exits, rdc);
  },
};

async function toldAfterwards(
  bench: NativeBench,
  exits: readonly (number | null)[],
  rdc: RunningRdc | undefined,
): Promise<Told> {
  if (rdc === undefined) return { told: await lastOfMachine(bench), wrong: [] };
  const ended = await endOf(rdc);
  return { told: toldBy(ended), wrong: codeFaults(ended, exits) };
}

async function endOf(rdc: RunningRdc | undefined): Promise<Ended> {
  if (rdc === undefined) throw new Error('only an admin can be cut off');
  const timer = setTimeout(() => rdc.process.kill('SIGKILL'), 90_000);
  const ended = await rdc.ended;
  clearTimeout(timer);
  return ended;
}

function codeFaults({ code }: Ended, expected: readonly (number | null)[]): string[] {
  return expected.includes(code) ? [] : [`exit code ${String(code)} instead of ${expected.join(' or ')}`];
}

/** Checks that an admin got the verdict that the verb has without a fault, and every event and byte of it once. */
async function checked(
  bench: NativeBench,
  { bulk, program }: FaultCase['scenario'],
  ended: Ended,
  exits: readonly (number | null)[],
): Promise<Told> {
  const wrong = codeFaults(ended, exits);
  if (bulk !== true && program !== 'serve') {
    const { id } = await newest(bench);
    const folder = `/mnt/rediacc/.operations/${id}`;
    const events = await bench.machine.root(`cat ${folder}/events.jsonl`);
    const output = Buffer.from(await bench.machine.root(`cat ${folder}/output.* | base64`), 'base64');
    wrong.push(...streamFaults(ended.stdout, { events, output }));
  }
  return { told: toldBy(ended), wrong };
}

interface NewestOperation {
  readonly id: string;
  readonly isRunning: boolean;
  /** The last event of its log, as the machine has it. */
  readonly last: string;
}

/** Looks at the newest operation in the machine's logs, without the agent. */
async function newest({ machine }: NativeBench): Promise<NewestOperation> {
  const said = await machine.root(`
    cd /mnt/rediacc/.operations
    id=$(ls -t | head -n 1)
    echo "$id"
    tail -n 1 "$id/events.jsonl"
  `);
  const [id = '', last = '{}'] = said.trim().split('\n');
  return { id, isRunning: !last.includes('"type":"verdict"'), last };
}

/** Returns how the log of the last operation ends, which is how the machine's own verbs are told. */
async function lastOfMachine(bench: NativeBench): Promise<string> {
  const { last } = await newest(bench);
  const { type, verdict } = JSON.parse(last) as { type?: string; verdict?: { kind: string } };
  return `log: ${verdict?.kind ?? `lost after ${type ?? 'nothing'}`}`;
}

/** A script that kills a command of renet: the process itself, not what holds its lock. */
const KILL = (program: string): string => `
  for process in $(pgrep -f 'renet ${program}'); do
    [ "$(readlink /proc/$process/exe)" != "$(readlink -f /usr/bin/node)" ] || kill -9 $process
  done
`;
