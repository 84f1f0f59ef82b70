import type { FunctionName, OperationEvent, Outcome, Plan, Step } from '../../shared/model.ts';
import { planDown, planUp } from '../../shared/plan/servicePlans.ts';
import type { Verb } from '../../shared/verbs.ts';

export const guid = '0b5e8c1a-6c0e-4b52-9a55-0c9c1c5b8f10';
export const operationId = '7d3a4c1e-94b8-4f0a-8a3e-3a1b2c3d4e5f';
const repository = { guid, name: 'webapp' };

/** Returns the plan of a verb on a mounted repository with Rediaccfiles in its root and in three folders. */
export function planOf(verb: 'up' | 'down', unmount = false): Plan {
  const facts = {
    repository,
    volume: 'mounted',
    files: ['Rediaccfile', 'backend/Rediaccfile', 'database/Rediaccfile', 'monitoring/Rediaccfile'],
    notices: [],
  } as const;
  if (verb === 'down') return planDown({ unmount }, { ...facts, daemon: true, unseen: false });
  return planUp({}, { ...facts, path: `/mnt/rediacc/repos/${guid}`, inherits: false });
}

/** An event without its number and time. */
type Told = OperationEvent extends infer E
  ? E extends OperationEvent
    ? Omit<E, 'n' | 'at' | 'output'>
    : never
  : never;

/** Makes an operation's log that is written second by second, 100 bytes each. */
export function createTeller(verb: Verb, plan: Plan) {
  const events: OperationEvent[] = [];
  let at = 1_000_000;
  const tell = (event: Told): void => {
    events.push({ n: events.length, at, output: events.length * 100, ...event });
  };
  const find = (kindOrFile: string, name?: FunctionName): Step => {
    const step = plan.steps.find((one) =>
      name === undefined
        ? one.kind === kindOrFile
        : one.kind === 'function' && one.file === kindOrFile && one.function === name,
    );
    if (step === undefined) throw new Error(`the plan has no ${kindOrFile} ${name ?? ''}`);
    return step;
  };
  tell({
    type: 'started',
    operation: { id: operationId, verb, repository, origin: 'person', by: 'ops (ana@laptop)', startedAt: at },
  });
  tell({ type: 'plan', plan });
  return {
    events,
    find,
    start: (step: Step): void => tell({ type: 'step-started', step }),
    end: (step: Step, outcome: Outcome, milliseconds: number, exitCode?: number): void => {
      at += milliseconds;
      tell({
        type: 'step-ended',
        result: { step, outcome, ...(exitCode === undefined ? {} : { exitCode }) },
      });
    },
    copied: (done: number, total: number, rate: number): void =>
      tell({ type: 'progress', done, total, rate }),
    verdict: (kind: 'succeeded' | 'failed' | 'cancelled'): void =>
      tell({ type: 'verdict', verdict: { kind, failures: [], notRun: [] } }),
  };
}
