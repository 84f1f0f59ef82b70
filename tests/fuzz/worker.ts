import { parentPort, workerData } from 'node:worker_threads';
import { randomOf } from '../../scripts/random.ts';
import { recordCoverage } from './coverage.ts';
import type { Coverage } from './coverage.ts';
import { createFuzzer } from './fuzzer.ts';
import type { Counts, Find } from './fuzzer.ts';

/** What a worker is started with. */
export interface WorkerTask {
  readonly target: string;
  readonly seed: number;
  readonly milliseconds: number;
  /** Holds the number of inputs begun, and the length of the one that runs. */
  readonly progress: Int32Array<SharedArrayBuffer>;
  /** Holds the input that runs, so that it is known where the worker never comes back from it. */
  readonly current: Uint8Array<SharedArrayBuffer>;
}

/** What a worker tells: each find at once, and at its end what it came to. */
export type WorkerMessage =
  { kind: 'find'; find: Find } | { kind: 'end'; counts: Counts; coverage: Coverage };

async function work({ target: name, seed, milliseconds, progress, current }: WorkerTask): Promise<void> {
  const coverage = await recordCoverage();
  // Loaded only now, so that what a file does when it is loaded counts as run.
  const { makeTargets } = await import('./targets.ts');
  const target = makeTargets().find((candidate) => candidate.name === name);
  if (target === undefined) throw new Error(`no parser is called ${name}`);
  const fuzzer = createFuzzer(target, randomOf(seed));
  const run = async (input: Buffer): Promise<void> => {
    current.set(input);
    Atomics.store(progress, 1, input.length);
    Atomics.add(progress, 0, 1);
    const find = await fuzzer.runOne(input);
    if (find !== undefined) tell({ kind: 'find', find });
  };
  for (const input of target.seeds) await run(Buffer.from(input));
  for (const end = Date.now() + milliseconds; Date.now() < end;) await run(fuzzer.next());
  tell({ kind: 'end', counts: fuzzer.counts, coverage: await coverage(target.files) });
}

function tell(message: WorkerMessage): void {
  parentPort?.postMessage(message);
}

await work(workerData as WorkerTask);
