import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { continuesAfter } from '../../shared/lifecycle.ts';
import { toAppError } from '../../shared/errors.ts';
import type { Outcome, Step } from '../../shared/model.ts';
import type { PlanOf } from '../../shared/plan/planSteps.ts';
import type { OptionsOf } from '../../shared/verbs.ts';
import { makeRepository, requestOf } from '../../tests/support/nativeRepository.ts';
import type { NativeRepository } from '../../tests/support/nativeRepository.ts';
import { keepLastLines } from './log/lastLines.ts';
import { digestOf, makePlan, planOnceMounted } from './plan.ts';
import { runPlan } from './runPlan.ts';

const spelling = fc.constantFrom('Rediaccfile', 'rediaccfile', 'REDIACCFILE');
/** The content of a folder: its Rediaccfiles, whether a link has that name, and whether a folder far below has one. */
const content = fc.record({
  files: fc.oneof({ arbitrary: fc.subarray(['Rediaccfile']), weight: 8 }, fc.uniqueArray(spelling)),
  link: fc.boolean(),
  deeper: fc.boolean(),
});
const folderName = fc.constantFrom('a', 'B', 'a-1', 'api', 'é', '.hidden', 'with space', 'z', 'Ω', '😀');
const tree = fc.record({
  root: content,
  folders: fc.dictionary(folderName, content, { maxKeys: 5, noNullPrototype: true }),
});
const verb = fc.constantFrom<['up' | 'down' | 'mount', OptionsOf<'up' | 'down' | 'mount'>]>(
  ['up', { mount: true }],
  ['up', { mount: true, prepOnly: true }],
  ['down', {}],
  ['down', { unmount: true }],
  ['mount', {}],
);
const scene = fc.record({
  tree,
  verb,
  mounted: fc.boolean(),
  daemon: fc.boolean(),
  /** The outcomes of the function steps, in their order. */
  outcomes: fc.array(fc.constantFrom<Outcome>('succeeded', 'succeeded', 'not-defined', 'failed'), {
    maxLength: 12,
  }),
});
type Content = typeof content extends fc.Arbitrary<infer T> ? T : never;
type Scene = typeof scene extends fc.Arbitrary<infer T> ? T : never;

function plant(folder: string, { files, link, deeper }: Content): void {
  mkdirSync(folder, { recursive: true });
  for (const file of files) writeFileSync(join(folder, file), 'up() { :; }\n', { mode: 0o644 });
  if (link) symlinkSync('/etc/hostname', join(folder, 'rediaccFILE'));
  if (deeper) plant(join(folder, 'sub', 'deep'), { files: ['Rediaccfile'], link: false, deeper: false });
}

/** Makes a plan and runs it, noting each step instead of doing it; only the flags of volume and daemon change. */
async function perform(repository: NativeRepository, { verb: [name, options], outcomes }: Scene) {
  const { machine, flags } = repository;
  const made = await makePlan(machine, requestOf(name, 'shop', options));
  if (made.verb !== 'up' && made.verb !== 'down' && made.verb !== 'mount') throw new Error('another verb');
  const performed: Step[] = [];
  const begun: Step[] = [];
  const { signal } = new AbortController();
  const log = keepLastLines({
    event: (event) => {
      if (event.type === 'step-started') begun.push(event.step);
    },
    ...{ output: () => undefined, position: () => 0, close: () => undefined },
  });
  const { repository: metadata } = made;
  const secrets = { wipe: () => undefined };
  const work = { machine, repository: metadata, hostname: '', log, notice: () => undefined, signal, secrets };
  const endings = [...outcomes];
  const note = (step: Step): Promise<{ outcome: Outcome }> => {
    performed.push(step);
    if (step.kind === 'mount') flags.mounted = true;
    if (step.kind === 'daemon-start') flags.daemon = true;
    const outcome = step.kind === 'function' ? (endings.shift() ?? 'succeeded') : 'succeeded';
    return Promise.resolve({ outcome });
  };
  const complete = (plan: PlanOf<'up'>): Promise<PlanOf<'up'>> =>
    planOnceMounted(machine, metadata.guid, options, plan);
  const verdict =
    made.verb === 'up'
      ? await runPlan({ plan: made.plan, perform: note, complete }, work)
      : await runPlan<Step>({ plan: made.plan, perform: note }, work);
  return { digest: digestOf(made.plan), performed, begun, verdict };
}

/** Returns the steps of a preview that run when its functions have these outcomes. */
function untilItStops(steps: readonly Step[], outcomes: readonly Outcome[]): Step[] {
  const endings = [...outcomes];
  const end = steps.findIndex((step) => {
    const outcome = step.kind === 'function' ? (endings.shift() ?? 'succeeded') : 'succeeded';
    return !continuesAfter({ step, outcome });
  });
  return end === -1 ? [...steps] : steps.slice(0, end + 1);
}

const codeOf = (error: unknown): string => toAppError(error).code;

let repository: NativeRepository;
beforeAll(() => {
  repository = makeRepository({});
});
afterAll(() => repository.remove());

test('the preview equals the run, for every tree, mounted or closed', async () => {
  await fc.assert(
    fc.asyncProperty(scene, async (given) => {
      rmSync(repository.root, { recursive: true });
      plant(repository.root, given.tree.root);
      for (const [name, each] of Object.entries(given.tree.folders)) plant(join(repository.root, name), each);
      const [name, options] = given.verb;
      repository.flags.mounted = given.mounted;
      repository.flags.daemon = given.mounted && given.daemon;
      const shown = await repository.plan(name, options).catch(codeOf);
      if (typeof shown === 'string') {
        // The run is refused with the same error as the preview, before its first step.
        expect(await perform(repository, given).catch(codeOf)).toBe(shown);
        return;
      }
      const ran = await perform(repository, given);
      expect([ran.digest, ran.begun]).toEqual([shown.digest, ran.performed]);
      const { complete, steps } = shown.plan;
      const whole = complete ? steps : await onceMounted(repository, given, steps);
      expect(ran.performed).toEqual(untilItStops(whole, given.outcomes));
    }),
    { numRuns: 1000 },
  );
}, 600_000);

/** Returns all steps that the preview of a closed repository shows once its volume is mounted. */
async function onceMounted(
  repository: NativeRepository,
  { verb: [name, options] }: Scene,
  shown: readonly Step[],
): Promise<Step[]> {
  repository.flags.mounted = true;
  repository.flags.daemon = false;
  const mounted = await repository.plan(name, options).catch(codeOf);
  const opening = shown.slice(0, shown.findIndex(({ kind }) => kind === 'discover') + 1);
  const rest = typeof mounted === 'string' ? [] : mounted.plan.steps;
  return [...opening, ...rest].map((step, index) => ({ ...step, index }));
}
