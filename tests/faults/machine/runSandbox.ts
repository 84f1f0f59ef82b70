import { casesOf, keyOf, TOLD } from '../faults.ts';
import type { Draw, FaultCase, FaultResult } from '../faults.ts';
import { differences, stateOf } from '../picture.ts';
import type { Picture } from '../picture.ts';
import type { KeptResults } from '../results.ts';
import type { Scenario } from '../scenarios.ts';
import { toldBy } from '../told.ts';
import { openSandboxBench } from './sandboxBench.ts';
import type { SandboxBench } from './sandboxBench.ts';

/** The verbs whose power is cut on the sandbox machine. */
export const POWER_VERBS = [
  ...['create', 'fork', 'resize', 'passphrase change', 'autostart enable', 'autostart disable', 'delete'],
  'header restore',
];

/** What a verb does when nothing befalls it. */
interface SandboxReference {
  readonly points: readonly string[];
  readonly exit: number | null;
  readonly after: Picture;
}

/** Cuts the power of the sandbox machine at the points of the drawn verbs. Each result is kept, so it can be gone on with. */
export async function runSandbox(
  build: string,
  { draws, seed, results }: { draws: readonly Draw[]; seed: number; results: KeptResults },
  tell: (result: FaultResult) => void,
): Promise<void> {
  const sandbox = await openSandboxBench(build);
  try {
    for (const draw of draws) {
      const reference = await referenceOf(sandbox, draw.scenario);
      for (const one of casesOf(draw, reference.points, seed)) {
        const key = `sandbox | ${keyOf(one)}`;
        const result = results.of(key) ?? (await cutAt(sandbox, one, reference));
        results.keep(key, result);
        tell(result);
      }
    }
  } finally {
    await sandbox.close();
  }
}

async function referenceOf(sandbox: SandboxBench, scenario: Scenario): Promise<SandboxReference> {
  await sandbox.prepare(scenario, undefined);
  const { code, stderr } = await sandbox.bench.rdc(sandbox.words(scenario.words ?? []));
  const points = await sandbox.points();
  const after = await sandbox.picture();
  if (after.left.length > 0) throw new Error(`${scenario.verb}: ${stderr}${after.left.join(', ')}`);
  return { points, exit: code, after };
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
    const second = await sandbox.bench.rdc(words);
    again = toldBy(second);
  }
  const last = await sandbox.picture();
  const lost = differences('inside', last.inside, reference.after.inside);
  wrong.push(...differences('kept', last.kept, reference.after.kept), ...last.left, ...lost);
  if (told.code !== 8 && told.code !== reference.exit) wrong.push(`exit code ${String(told.code)}`);
  return {
    ...{ verb: scenario.verb, point, fault, told: toldBy(told), again },
    left: point === TOLD ? stateOf(last) : 'seen after the second try only',
    lost: lost.join('; ') || 'nothing',
    wrong,
  };
}
