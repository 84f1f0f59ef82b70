import { toAppError } from '../../../shared/errors.ts';
import { casesOf, keyOf } from '../faults.ts';
import type { Draw, FaultCase, FaultResult } from '../faults.ts';
import type { KeptResults } from '../results.ts';
import { makeNativeBench } from './bench.ts';
import type { NativeBench, Programs } from './bench.ts';
import { referenceOf } from './reference.ts';
import type { Reference } from './reference.ts';
import { runCase } from './runCase.ts';

/** Runs faults on a native machine, and calls `tell` with each result; those that are known are told at once. */
export async function runNative(
  programs: Programs,
  { draws, seed, results }: { draws: readonly Draw[]; seed: number; results?: KeptResults },
  tell: (result: FaultResult) => void,
): Promise<void> {
  const bench = await makeNativeBench(programs);
  try {
    const references = new Map<string, Reference | Error>();
    for (const draw of draws) {
      const { scenario } = draw;
      const reference =
        references.get(scenario.verb) ?? (await referenceOf(bench, scenario).catch(toAppError));
      references.set(scenario.verb, reference);
      if (reference instanceof Error) {
        await bench.machine.stop().catch(() => undefined);
        tell(untried({ ...draw, point: 'without a fault' }, reference));
        continue;
      }
      for (const one of casesOf(draw, reference.points, seed)) {
        const key = `native | ${keyOf(one)}`;
        const result = results?.of(key) ?? (await tried(bench, one, reference));
        results?.keep(key, result);
        tell(result);
      }
    }
  } finally {
    await bench.close();
  }
}

/** Runs one case. What the harness itself did not get done counts as wrong. */
async function tried(bench: NativeBench, one: FaultCase, reference: Reference): Promise<FaultResult> {
  try {
    return await runCase(bench, one, reference);
  } catch (error) {
    await bench.machine.stop().catch(() => undefined);
    return untried(one, error);
  }
}

function untried({ scenario, fault, point }: FaultCase, error: unknown): FaultResult {
  const nothing = { told: '?', left: '?', again: '?', lost: '?' };
  return { verb: scenario.verb, fault, point, ...nothing, wrong: [String(error)] };
}
