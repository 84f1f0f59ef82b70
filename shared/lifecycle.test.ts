import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from './errors.ts';
import { completePlan, goesOn, planVerb, verdictOf } from './lifecycle.ts';
import type { PlanFacts } from './lifecycle.ts';
import type { Outcome, Plan, Step, StepResult } from './model.ts';
import type { Verb } from './verbs.ts';
import type { VerbOptions } from './protocol/protocol.ts';

const guid = '11111111-1111-4111-8111-111111111111';
const open: PlanFacts = {
  repository: { guid, name: 'shop' },
  path: `/mnt/rediacc/repos/${guid}`,
  mounted: true,
  open: true,
  daemon: true,
  running: 0,
  files: ['Rediaccfile', 'api/Rediaccfile', 'db/rediaccfile'],
  notices: [],
};
const closed: PlanFacts = { ...open, mounted: false, open: false, daemon: false, files: undefined };

/** A step as one word: "up api/Rediaccfile" or "mount", with "?" when its failure is not the end. */
function words(plan: Plan): string[] {
  return plan.steps.map((step) => {
    const what = step.kind === 'function' ? `${step.function ?? ''} ${step.file ?? ''}` : step.kind;
    return step.onFailure === 'continue' ? `${what} ?` : what;
  });
}

function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof AppError) return error.code;
    throw error;
  }
  return 'none';
}

describe('planVerb', () => {
  const table: [string, Verb, VerbOptions, PlanFacts, string[]][] = [
    [
      'up of an open one: every prep, then every up; a folder up may fail',
      'up',
      {},
      open,
      [
        ...['daemon-start', 'slots', 'check'],
        ...['prep Rediaccfile', 'prep api/Rediaccfile', 'prep db/rediaccfile'],
        ...['up Rediaccfile', 'up api/Rediaccfile ?', 'up db/rediaccfile ?'],
      ],
    ],
    [
      'up, prep only',
      'up',
      { prepOnly: true },
      { ...open, files: ['Rediaccfile'] },
      ['daemon-start', 'slots', 'check', 'prep Rediaccfile'],
    ],
    [
      'up --mount of a closed one',
      'up',
      { mount: true },
      closed,
      ['open', 'mount', 'discover', 'daemon-start'],
    ],
    [
      'up at boot: opened by its key',
      'up',
      { boot: true },
      closed,
      ['open-by-key', 'mount', 'discover', 'daemon-start'],
    ],
    [
      'up at boot of one that is open: no prep',
      'up',
      { boot: true },
      { ...open, files: ['Rediaccfile', 'api/Rediaccfile'] },
      ['daemon-start', 'slots', 'check', 'up Rediaccfile', 'up api/Rediaccfile ?'],
    ],
    [
      'down: folders Z to A, then root; best effort',
      'down',
      {},
      open,
      ['check ?', 'down db/rediaccfile ?', 'down api/Rediaccfile ?', 'down Rediaccfile ?'],
    ],
    [
      'down, unmount',
      'down',
      { unmount: true },
      { ...open, files: ['Rediaccfile'] },
      ['check ?', 'down Rediaccfile ?', 'daemon-stop', 'unmount', 'close'],
    ],
    ['down of a closed one is done already', 'down', { unmount: true }, closed, []],
    ['down without a Rediaccfile calls nothing', 'down', {}, { ...open, files: [] }, []],
    [
      'down of folders that cannot be told: the check says so, and it closes all the same',
      'down',
      { unmount: true },
      { ...open, files: [], unseen: true },
      ['check ?', 'daemon-stop', 'unmount', 'close'],
    ],
    [
      'down without a daemon has nothing to stop but closes',
      'down',
      { unmount: true },
      { ...open, daemon: false },
      ['daemon-stop', 'unmount', 'close'],
    ],
    ['mount', 'mount', {}, closed, ['open', 'mount']],
    ['mount of a mounted one is done already', 'mount', {}, open, []],
    ['unmount', 'unmount', {}, open, ['daemon-stop', 'unmount', 'close']],
    ['unmount of a closed one is done already', 'unmount', {}, closed, []],
    ['unmount of one that was opened only', 'unmount', {}, { ...closed, open: true }, ['close']],
    ['down of one that was opened only', 'down', { unmount: true }, { ...closed, open: true }, ['close']],
    [
      'autostart-enable: the passphrase first',
      'autostart-enable',
      {},
      closed,
      ['check-passphrase', 'add-key', 'record', 'enable-unit'],
    ],
    ['autostart-disable', 'autostart-disable', {}, open, ['remove-key', 'record']],
    ['resize of a mounted one: the passphrase first', 'resize', {}, open, ['check-passphrase', 'grow']],
    ['resize by the autostart key', 'resize', { byKey: true }, open, ['check-key', 'grow']],
    [
      'resize of a closed one opens it, and closes it again',
      'resize',
      {},
      closed,
      ['open', 'mount', 'grow', 'unmount', 'close'],
    ],
    [
      'resize of a closed one by the autostart key',
      'resize',
      { byKey: true },
      closed,
      ['open-by-key', 'mount', 'grow', 'unmount', 'close'],
    ],
    [
      'resize of one that was opened only',
      'resize',
      {},
      { ...closed, open: true },
      ['check-passphrase', 'mount', 'grow', 'unmount', 'close'],
    ],
    [
      'create',
      'create',
      { size: 1 },
      closed,
      ['allocate', 'format', 'open', 'filesystem', 'mount', 'handover', 'commit'],
    ],
    ['delete', 'delete', {}, closed, ['remove']],
    ['delete of one that was opened only', 'delete', {}, { ...closed, open: true }, ['close', 'remove']],
  ];
  it.each(table)('%s', (_, verb, options, facts, expected) => {
    expect(words(planVerb(verb, options, facts))).toEqual(expected);
  });

  const refusals: [string, Verb, VerbOptions, PlanFacts, string][] = [
    ['up of a closed one without --mount', 'up', {}, closed, 'not-mounted'],
    ['up without a Rediaccfile', 'up', {}, { ...open, files: [] }, 'nothing-to-start'],
    ['delete of an open one', 'delete', {}, open, 'still-mounted'],
    ['unmount under one running service', 'unmount', {}, { ...open, running: 1 }, 'services-running'],
    ['unmount under running services', 'unmount', {}, { ...open, running: 2 }, 'services-running'],
  ];
  it.each(refusals)('refuses %s', (_, verb, options, facts, code) => {
    expect(codeOf(() => planVerb(verb, options, facts))).toBe(code);
  });

  it('says what was so already', () => {
    const codes = [
      planVerb('mount', {}, open).notices,
      planVerb('unmount', {}, closed).notices,
      planVerb('down', {}, closed).notices,
      planVerb('down', {}, { ...open, daemon: false }).notices,
      planVerb('down', {}, { ...open, files: [], running: 2 }).notices,
      planVerb('down', {}, { ...open, files: [], unseen: true }).notices,
      planVerb('down', {}, open).notices,
    ].map((notices) => notices.map((notice) => notice.code));
    expect(codes).toEqual([
      ...[['already-mounted'], ['already-closed'], ['already-closed'], ['nothing-running']],
      ...[['nothing-to-stop'], [], []],
    ]);
  });

  it('completes to the plan an open repository would have had, after what opened it', () => {
    const files = ['Rediaccfile', 'api/Rediaccfile'];
    const first = planVerb('up', { mount: true }, closed);
    const whole = completePlan(first, { mount: true }, files, []);
    const direct = planVerb('up', {}, { ...open, files });
    expect(words(whole)).toEqual(['open', 'mount', 'discover', ...words(direct)]);
    expect([first.complete, whole.complete]).toEqual([false, true]);
    expect(codeOf(() => completePlan(first, {}, [], []))).toBe('nothing-to-start');
  });

  it('numbers steps without a gap, runs every prep before any up, and reverses for down', () => {
    const folder = fc.stringMatching(/^[a-z]{1,8}$/);
    fc.assert(
      fc.property(fc.uniqueArray(folder), fc.boolean(), (folders, root) => {
        const files = [
          ...(root ? ['Rediaccfile'] : []),
          ...folders.sort().map((name) => `${name}/Rediaccfile`),
        ];
        fc.pre(files.length > 0);
        const up = planVerb('up', {}, { ...open, files }).steps;
        expect(up.map((step) => step.index)).toEqual(up.map((_, index) => index));
        const of = (steps: Step[], name: string): (string | undefined)[] =>
          steps.filter((step) => step.function === name).map((step) => step.file);
        expect([of(up, 'prep'), of(up, 'up')]).toEqual([files, files]);
        const names = up.flatMap((step) => step.function ?? []);
        expect(names.lastIndexOf('prep')).toBeLessThan(names.indexOf('up'));
        expect(of(planVerb('down', {}, { ...open, files }).steps, 'down')).toEqual([...files].reverse());
      }),
    );
  });
});

describe('goesOn', () => {
  it.each<[Step['onFailure'], Outcome, boolean]>([
    ['stop', 'succeeded', true],
    ['stop', 'already', true],
    ['stop', 'not-defined', true],
    ['stop', 'failed', false],
    ['stop', 'cancelled', false],
    ['continue', 'succeeded', true],
    ['continue', 'already', true],
    ['continue', 'not-defined', true],
    ['continue', 'failed', true],
    ['continue', 'cancelled', false],
  ])('after a step of the rule %s that %s: %s', (onFailure, outcome, expected) => {
    expect(goesOn({ step: { index: 0, kind: 'function', onFailure }, outcome })).toBe(expected);
  });
});

describe('verdictOf, the whole truth table', () => {
  const outcomes: Outcome[] = ['succeeded', 'failed', 'cancelled', 'not-defined', 'already'];
  const rules = ['stop', 'continue'] as const;
  const error = { code: 'function-failed', details: {}, message: '' };

  const planOf = (verb: Verb, steps: Step[]): Plan => ({
    verb,
    repository: { guid, name: 'shop' },
    steps,
    complete: true,
    notices: [],
  });
  const resultOf = (step: Step, outcome: Outcome): StepResult =>
    outcome === 'failed' ? { step, outcome, error } : { step, outcome };

  const cases = (['up', 'down'] as const).flatMap((verb) =>
    [false, true].flatMap((cancelled) =>
      rules.flatMap((first) =>
        outcomes.flatMap((a) =>
          rules.flatMap((second) => outcomes.map((b) => ({ verb, cancelled, first, a, second, b }))),
        ),
      ),
    ),
  );

  it.each(cases)(
    '$verb cancelled=$cancelled: $first $a, $second $b',
    ({ verb, cancelled, first, a, second, b }) => {
      const steps: Step[] = [
        { index: 0, kind: 'function', onFailure: first, file: 'Rediaccfile', function: 'up' },
        { index: 1, kind: 'function', onFailure: second, file: 'a/Rediaccfile', function: 'up' },
      ];
      const [one, two] = steps as [Step, Step];
      const results = [resultOf(one, a)];
      if (goesOn(resultOf(one, a))) results.push(resultOf(two, b));
      const verdict = verdictOf(planOf(verb, steps), results, { cancelled }, () => ['last']);

      const failed = results.filter((result) => result.outcome === 'failed');
      const critical = failed.some((result) => result.step.onFailure === 'stop');
      const kind = cancelled
        ? 'cancelled'
        : critical
          ? 'failed'
          : failed.length > 0
            ? 'warnings'
            : 'succeeded';
      expect(verdict).toEqual({
        kind,
        ...(kind === 'failed' ? { error } : {}),
        ...(kind === 'warnings' ? { reason: verb === 'down' ? 'stopped-with-warnings' : 'degraded' } : {}),
        failures: failed.map((result) => ({ ...result, lastLines: ['last'] })),
        notRun: steps.slice(results.length),
      });
    },
  );
});
