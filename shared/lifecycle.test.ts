import { describe, expect, it } from 'vitest';
import { continuesAfter, verdictOf } from './lifecycle.ts';
import type { Outcome, Plan, Step, StepResult } from './model.ts';
import type { Verb } from './verbs.ts';

const guid = '11111111-1111-4111-8111-111111111111';

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
    expect(continuesAfter({ step: { index: 0, kind: 'slots', onFailure }, outcome })).toBe(expected);
  });
});

it('a down that leaves something running ends with a warning; one that a person stopped stays cancelled', () => {
  const plan: Plan = {
    ...{ verb: 'down', repository: { guid, name: 'shop' }, steps: [], complete: true, notices: [] },
  };
  const remains = { code: 'still-running', details: {}, message: '' };
  const ended = (cancelled: boolean) => verdictOf(plan, [], { cancelled, remains }, () => []);
  expect(ended(false)).toMatchObject({ kind: 'warnings', reason: 'stopped-with-warnings', error: remains });
  expect(ended(true)).toMatchObject({ kind: 'cancelled' });
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
      if (continuesAfter(resultOf(one, a))) results.push(resultOf(two, b));
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
