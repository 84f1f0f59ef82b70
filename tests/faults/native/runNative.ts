import { toAppError } from '../../../shared/errors.ts';
import { casesOf, keyOf, untried } from '../faults.ts';
import type { Draw, FaultCase, FaultResult } from '../faults.ts';
import type { KeptResults } from '../results.ts';
import { makeNativeBench } from './bench.ts';
import type { NativeBench, Programs } from './bench.ts';
import { referenceOf } from './reference.ts';
import type { Reference } from './reference.ts';
import { runCase } from './runCase.ts';

/**
 * Runs faults on native machines, one unless more are asked for, and calls `tell` with each result; those that are known
 * are told at once. The machines share the verbs.
 */
export async function runNative(
  programs: Programs,
  {
    draws,
    seed,
    results,
    machines = 1,
  }: { draws: readonly Draw[]; seed: number; results?: KeptResults; machines?: number },
  tell: (result: FaultResult) => void,
): Promise<void> {
  const waiting = [...new Set(draws.map(({ scenario }) => scenario))];
  const benches: NativeBench[] = [];
  const runAll = async (bench: NativeBench): Promise<void> => {
    for (let scenario = waiting.shift(); scenario !== undefined; scenario = waiting.shift()) {
      const reference = await referenceOf(bench, scenario).catch(toAppError);
      if (reference instanceof Error) await bench.machine.stop().catch(() => undefined);
      for (const draw of draws.filter((one) => one.scenario === scenario)) {
        if (reference instanceof Error) tell(untried({ ...draw, point: 'without a fault' }, reference));
        else await runDraw(bench, draw, reference);
      }
    }
  };
  const runDraw = async (bench: NativeBench, draw: Draw, reference: Reference): Promise<void> => {
    for (const one of casesOf(draw, reference.points, seed)) {
      const key = `native | ${keyOf(one)}`;
      const result = results?.of(key) ?? (await tried(bench, one, reference));
      results?.keep(key, result);
      tell(result);
    }
  };
  try {
    while (benches.length < machines) benches.push(await makeNativeBench(programs));
    await Promise.all(benches.map(runAll));
  } finally {
    for (const bench of benches) await bench.close();
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
