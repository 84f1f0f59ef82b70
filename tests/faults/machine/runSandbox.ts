import { EXIT, toAppError } from '../../../shared/errors.ts';
import { casesOf, keyOf, TOLD, untried } from '../faults.ts';
import type { Draw, FaultCase, FaultResult } from '../faults.ts';
import { differences, stateOf } from '../picture.ts';
import type { Picture } from '../picture.ts';
import type { KeptResults } from '../results.ts';
import type { Scenario } from '../scenarios.ts';
import { toldBy } from '../told.ts';
import { openSandboxBench } from './sandboxBench.ts';
import type { SandboxBench } from './sandboxBench.ts';

/** The verbs whose power is cut on the sandbox machine; those with the most points first, so that two machines end together. */
export const POWER_VERBS = [
  ...['create', 'fork', 'autostart enable', 'delete', 'passphrase change', 'resize', 'autostart disable'],
  'header restore',
];

/**
 * Returns the commit points among those that a verb passes: what is found after a power cut differs before and after
 * each. Steps that only read, and the folders that every operation makes, are none.
 */
export function commitPoints(points: readonly string[]): string[] {
  const changes =
    /^after (sync|rename|symlink|rm|rmdir|fallocate|mkfs|mount|umount|resize2fs|cryptsetup (luksFormat|luksAddKey|luksKillSlot|token|resize|luksUUID|luksHeaderRestore)|systemctl (enable|start))/;
  const others = /network-id|\/var\/lib|reflink|RANDOM|sync \/mnt|\.link/;
  return points.filter((point) => point === 'verdict' || (changes.test(point) && !others.test(point)));
}

/** What a verb does when nothing befalls it. */
interface SandboxReference {
  readonly points: readonly string[];
  readonly exit: number | null;
  /** The exit code of a second run. */
  readonly again: number | null;
  readonly after: Picture;
}

/**
 * Cuts the power of sandbox machines at the commit points of the drawn verbs; two machines share the verbs. Each result
 * is kept, so it can be gone on with.
 */
export async function runSandbox(
  build: string,
  { draws, seed, results }: { draws: readonly Draw[]; seed: number; results: KeptResults },
  tell: (result: FaultResult) => void,
): Promise<void> {
  const waiting = [...draws].sort((a, b) => turnOf(a) - turnOf(b));
  const cutAll = async (sandbox: SandboxBench): Promise<void> => {
    for (let draw = waiting.shift(); draw !== undefined; draw = waiting.shift()) {
      const reference = await referenceOf(sandbox, draw.scenario).catch(toAppError);
      if (reference instanceof Error) {
        tell(untried({ ...draw, point: 'without a fault' }, reference));
        continue;
      }
      for (const one of casesOf(draw, commitPoints(reference.points), seed)) {
        const key = `sandbox | ${keyOf(one)}`;
        const result = results.of(key) ?? (await tried(sandbox, one, reference));
        results.keep(key, result);
        tell(result);
      }
    }
  };
  const machines: SandboxBench[] = [];
  try {
    for (const number of [1, 2] as const) machines.push(await openSandboxBench(build, number));
    await Promise.all(machines.map(cutAll));
  } finally {
    for (const machine of machines) await machine.close();
  }
}

function turnOf({ scenario }: Draw): number {
  return POWER_VERBS.indexOf(scenario.verb);
}

/** Cuts the power at one point. What the harness itself did not get done counts as wrong. */
async function tried(
  sandbox: SandboxBench,
  one: FaultCase,
  reference: SandboxReference,
): Promise<FaultResult> {
  try {
    return await cutAt(sandbox, one, reference);
  } catch (error) {
    return untried(one, error);
  }
}

async function referenceOf(sandbox: SandboxBench, scenario: Scenario): Promise<SandboxReference> {
  await sandbox.prepare(scenario, undefined);
  const { code, stderr } = await sandbox.bench.rdc(sandbox.words(scenario.words ?? []));
  const points = await sandbox.points();
  const after = await sandbox.picture();
  const { code: again } = await sandbox.bench.rdc(sandbox.words(scenario.words ?? []));
  if (after.left.length > 0) throw new Error(`${scenario.verb}: ${stderr}${after.left.join(', ')}`);
  return { points, exit: code, again, after };
}

/**
 * Lists what is missing inside the volumes: each word of an owner, mode, size or checksum must be there. What a boot adds to a
 * repository that it starts may be there too.
 */
function missing(found: readonly string[], wanted: readonly string[]): string[] {
  const words = found.flatMap((line) => line.split(' '));
  return wanted
    .flatMap((line) => line.split(' '))
    .filter((word) => !words.includes(word))
    .map((word) => `inside: missing ${word}`);
}

/** Cuts the power at one point, lets the machine boot, and tries a second time what was not told to be done. */
async function cutAt(
  sandbox: SandboxBench,
  { scenario, fault, point }: FaultCase,
  reference: SandboxReference,
): Promise<FaultResult> {
  const words = sandbox.words(scenario.words ?? []);
  await sandbox.prepare(scenario, point === TOLD ? undefined : point);
  // The machine goes down and comes back by itself, and `rdc` waits for it.
  const told = await sandbox.bench.rdc(words);
  const wrong: string[] = [];
  let again = 'not needed';
  if (point === TOLD) await sandbox.cutPower();
  else {
    let second = await sandbox.bench.rdc(words);
    again = toldBy(second);
    if (second.code === EXIT.busy) {
      // The boot is just starting the repository, which the person is told.
      await sandbox.picture();
      second = await sandbox.bench.rdc(words);
      again = `${again} Then ${toldBy(second)}`;
    }
    if (second.code !== 0 && second.code !== reference.again) wrong.push(`the second try: ${again}`);
  }
  const last = await sandbox.picture();
  const lost = missing(last.inside, reference.after.inside);
  wrong.push(...differences('kept', last.kept, reference.after.kept), ...last.left, ...lost);
  if (told.code !== 8 && told.code !== reference.exit) wrong.push(`exit code ${String(told.code)}`);
  return {
    ...{ verb: scenario.verb, point, fault, told: toldBy(told), again },
    left: point === TOLD ? stateOf(last) : 'seen after the second try only',
    lost: lost.join('; ') || 'nothing',
    wrong,
  };
}
