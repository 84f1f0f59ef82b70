import { describe, expect, it } from 'vitest';
import type { MachineCheck, SetupState } from '../../shared/api/apiModel.ts';
import { en } from '../../shared/text/en/en.ts';
import { groupChecks, isReady } from './checkGroups.ts';

const check = (id: string, state: MachineCheck['state'] = 'present'): MachineCheck => ({ id, state });
const states = (checks: readonly MachineCheck[], setup?: SetupState) =>
  groupChecks(checks, setup).map(({ name, state, checks: own }) => [name, state, own.map(({ id }) => id)]);

describe('the lines of a check-list', () => {
  it('hold every check that has a label, each once', () => {
    const grouped = groupChecks(Object.keys(en.checks).map((id) => check(id)));
    expect(grouped.flatMap(({ checks }) => checks.map(({ id }) => id)).sort()).toEqual(
      Object.keys(en.checks).sort(),
    );
    expect(new Set(grouped.map(({ state }) => state))).toEqual(new Set(['present']));
  });

  it('name what is missing, and what cannot be brought above all', () => {
    expect(states([check('docker'), check('dockerd', 'missing'), check('node', 'unsupported')])).toEqual([
      ['docker', 'missing', ['dockerd']],
      ['node', 'unsupported', ['node']],
    ]);
  });

  it.each([
    [[], 'missing'],
    [[{ step: 'packages', state: 'running' }], 'bringing'],
    [[{ step: 'packages', state: 'succeeded' }], 'brought'],
    [[{ step: 'packages', state: 'failed' }], 'failed'],
    [[{ step: 'agent', state: 'running' }], 'missing'],
  ] as const)('go with the part of the set-up that brings them: %j is %s', (steps, state) => {
    const setup: SetupState = { state: 'running', steps: steps.map((step) => ({ ...step })) };
    expect(states([check('docker', 'missing')], setup)).toEqual([['docker', state, ['docker']]]);
  });

  it('leave alone what is there while the rest is brought', () => {
    const setup: SetupState = { state: 'running', steps: [{ step: 'packages', state: 'failed' }] };
    expect(states([check('node')], setup)).toEqual([['node', 'present', ['node']]]);
  });
});

it('is ready when nothing is missing, and not before it was looked at', () => {
  expect([
    isReady([]),
    isReady([check('node')]),
    isReady([check('node'), check('agent', 'missing')]),
  ]).toEqual([false, true, false]);
});
