import type { Ended } from '../admin.ts';
import type { Picture } from '../picture.ts';
import type { Scenario } from '../scenarios.ts';
import type { NativeBench } from './bench.ts';

/** What a verb does when nothing befalls it. */
export interface Reference {
  /** The points that it passes. */
  readonly points: readonly string[];
  /** The exit codes of the first and of a second run; a second try after a fault may end with either. */
  readonly exits: readonly (number | null)[];
  readonly after: Picture;
}

/** Runs a verb twice without a fault. Throws when it leaves something behind, or when the second run changes the state. */
export async function referenceOf(bench: NativeBench, scenario: Scenario): Promise<Reference> {
  const { machine } = bench;
  await bench.prepare(scenario, undefined);
  const first = await theEnd(bench, scenario);
  const points = [...machine.points(), ...middles(machine.points())];
  if (points.length === 0) throw new Error(`${scenario.verb} passes no point: ${first?.stderr ?? ''}`);
  const after = await bench.picture();
  const second = await secondTry(bench, scenario);
  const again = await bench.picture();
  if (JSON.stringify(again) !== JSON.stringify(after) || after.left.length > 0)
    throw new Error(`${scenario.verb}: ${JSON.stringify(after)} became ${JSON.stringify(again)}`);
  await machine.stop();
  return { points, exits: [first?.code ?? 0, second.code], after };
}

/** Starts a verb and waits for its end. Resolves with how `rdc` ended; undefined for the machine's own verbs. */
async function theEnd(bench: NativeBench, scenario: Scenario): Promise<Ended | undefined> {
  const rdc = await bench.trigger(scenario, 'people');
  await machineIsDone(bench, scenario);
  return rdc?.ended;
}

/** A script that prints something as long as the boot service runs. */
const SUPERVISED = 'kill -0 "$(cat /run/units/rediacc-autostart.service)" 2> /dev/null && echo yes || true';

/** Waits until the machine's own boot or shutdown is over. */
export async function machineIsDone({ machine, until }: NativeBench, { verb }: Scenario): Promise<void> {
  if (verb === 'boot')
    await until('the end of the boot', async () => isThere(machine, '/run/rediacc/boot/done'));
  if (verb === 'shutdown')
    await until('the end of the shutdown', async () => (await machine.root(SUPERVISED)) === '');
}

async function isThere(machine: NativeBench['machine'], path: string): Promise<boolean> {
  return (await machine.root(`ls ${path} 2> /dev/null || true`)) !== '';
}

/** Does what a person does after a fault: the same again, where that is what brings the wanted state. */
export function secondTry(bench: NativeBench, { words, again }: Scenario): Promise<Ended> {
  const chosen = again ?? words;
  if (chosen === undefined) throw new Error('a verb of the machine needs a second try');
  return bench.run(chosen);
}

/** Returns the middles of the functions that a verb calls; the root's Rediaccfile can be held there. */
function middles(points: readonly string[]): string[] {
  return points
    .filter((point) => /^start of (prep|up|down) of Rediaccfile$/.test(point))
    .map((point) => point.replace(/^start of (\w+) of .*/, 'middle of $1'));
}
