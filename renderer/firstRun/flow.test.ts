import { describe, expect, it } from 'vitest';
import type { MachineState } from '../../shared/api/apiModel.ts';
import { AppError, toWire } from '../../shared/errors.ts';
import { en } from '../../shared/text/en/en.ts';
import { draftProblems, isOnFirstRun, newRun, resumedRun, stepTones } from './flow.ts';
import type { FirstRun, MachineTest } from './flow.ts';

const machine = { context: 'production', name: 'prod-1', host: 'h', port: 22, user: 'u', datastore: '/d' };
const contexts = {
  current: 'production',
  contexts: [{ name: 'production', sshKey: '/k', machines: [machine] }],
};
const state = (change: Partial<MachineState> = {}): MachineState => ({
  machine,
  connection: { state: 'connected', since: 0 },
  metrics: [],
  ...change,
});
const info = {} as NonNullable<MachineState['info']>;
const repository = (change: object) => ({ name: 'web', mounted: true, services: [], ...change }) as never;
const operation = (change: object) => ({ verb: 'create', state: 'running', ...change }) as never;

describe('a new run', () => {
  it('uses the key of the context that the machine comes into', () => {
    expect(newRun(contexts).draft).toMatchObject({ context: 'production', sshKey: '/k', port: '22' });
    expect(newRun({ contexts: [] }).draft).toMatchObject({ context: 'default', sshKey: '' });
  });
});

describe('a resumed run', () => {
  const offline = (code: 'host-key-changed' | 'machine-not-set-up' | 'machine-unreachable') => ({
    connection: { state: 'offline' as const, since: 0, error: toWire(new AppError(code)) },
  });
  it.each<[string, Partial<MachineState>, string]>([
    ['never heard', {}, 'machine'],
    ['not set up', offline('machine-not-set-up'), 'machine'],
    ['set up once and not any more', { info, ...offline('machine-not-set-up') }, 'machine'],
    ['away', offline('machine-unreachable'), 'machine'],
    ['not the one that is known', offline('host-key-changed'), 'identity'],
    ['being set up', { info, setup: { state: 'running', steps: [] } }, 'machine'],
    ['half set up', { info, setup: { state: 'failed', steps: [] } }, 'machine'],
    ['ready', { info, repositories: [] }, 'repository'],
    ['in use', { info, repositories: [repository({ services: [{}] })] }, 'repository'],
    [
      'with a repository being made',
      { info, operations: [operation({ repository: { name: 'web' } })] },
      'up',
    ],
    [
      'with an untouched repository',
      { info, repositories: [repository({ lastOperation: operation({}) })] },
      'up',
    ],
  ])('of a machine that is %s', (_, change, step) => {
    const run = resumedRun(state(change), '/k');
    expect(run).toMatchObject({ step, machine: { context: 'production', name: 'prod-1' } });
    expect(run.repository).toBe(step === 'up' ? 'web' : undefined);
  });
});

describe('a machine that goes on where it was left', () => {
  const missing = toWire(new AppError('machine-not-set-up'));
  it.each<[string, Partial<MachineState>, boolean]>([
    ['not heard yet', {}, false],
    ['being set up', { setup: { state: 'running', steps: [] } }, true],
    ['not set up', { connection: { state: 'offline', since: 0, error: missing } }, true],
    ['empty', { info, repositories: [] }, true],
    [
      'with one untouched repository',
      { info, repositories: [repository({ lastOperation: operation({}) })] },
      true,
    ],
    ['in use', { info, repositories: [repository({ services: [{}] })] }, false],
  ])('is one that is %s: %#', (_, change, expected) => {
    expect(isOnFirstRun(state(change))).toBe(expected);
  });
});

describe('what was typed', () => {
  const { draft } = newRun({ contexts: [] });
  const good = { ...draft, name: 'prod-2', host: 'h', user: 'u', sshKey: '/k' };
  it.each([
    [{}, []],
    [{ name: 'Prod' }, ['name']],
    [{ host: ' ' }, ['host']],
    [{ port: '0' }, ['port']],
    [{ port: '1' }, []],
    [{ port: '65535' }, []],
    [{ port: '65536' }, ['port']],
    [{ port: '22.5' }, ['port']],
    [{ port: '22a' }, ['port']],
    [{ user: '' }, ['user']],
    [{ sshKey: '' }, ['sshKey']],
    [{ context: '-' }, ['context']],
    [{ datastore: 'mnt' }, ['datastore']],
    [{ context: 'production', name: 'prod-1' }, ['name']],
  ])('%j has problems in %j', (change, fields) => {
    expect(Object.keys(draftProblems({ ...good, ...change }, contexts, en))).toEqual(fields);
  });

  it('may not have the name that the machine it is of has in another context', () => {
    const moved = { ...good, context: 'production', name: 'prod-1' };
    const problems = draftProblems(moved, contexts, en, { context: 'staging', name: 'prod-1' });
    expect(Object.keys(problems)).toEqual(['name']);
  });

  it('may have the name of the machine that it is of', () => {
    const own = { ...good, context: 'production', name: 'prod-1' };
    expect(draftProblems(own, contexts, en, { context: 'production', name: 'prod-1' })).toEqual({});
  });
});

describe('the marks of the steps', () => {
  const key = { context: 'production', name: 'prod-1' };
  const tested = (change: Partial<MachineTest>): MachineTest => ({
    hostKey: { status: 'known', type: 'ssh-ed25519', fingerprint: 'SHA256:x' },
    ...change,
  });
  const marks = (run: Partial<FirstRun>, facts: Parameters<typeof stepTones>[1] = {}) =>
    Object.values(stepTones({ ...newRun(undefined), ...run }, facts)).join(' ');
  const creation = { machine: key, name: 'web', template: 'one', operations: {} };

  it.each([
    ['a typed host', marks({}), 'idle idle idle idle idle'],
    [
      'a refused login',
      marks({
        step: 'identity',
        tested: tested({ login: { ok: false, error: toWire(new AppError('internal')) } }),
      }),
      'ok fail idle idle idle',
    ],
    [
      'a set-up that runs',
      marks({ step: 'machine', machine: key }, { setup: { state: 'running', steps: [] } }),
      'ok ok busy idle idle',
    ],
    [
      'one that failed',
      marks({ step: 'machine', machine: key }, { setup: { state: 'failed', steps: [] } }),
      'ok ok fail idle idle',
    ],
    [
      'a repository that is made',
      marks(
        { step: 'up', machine: key, ready: true },
        { creation: { ...creation, phase: 'create', state: 'running' } },
      ),
      'ok ok ok busy idle',
    ],
    [
      'one whose files could not be written',
      marks(
        { step: 'up', machine: key, ready: true },
        { creation: { ...creation, phase: 'template', state: 'failed' } },
      ),
      'ok ok ok ok fail',
    ],
    [
      'an empty one',
      marks(
        { step: 'up', machine: key, ready: true },
        { creation: { ...creation, template: undefined, phase: 'create', state: 'done' } },
      ),
      'ok ok ok ok ok',
    ],
    [
      'one that is up with warnings',
      marks(
        { step: 'up', machine: key, ready: true },
        {
          creation: {
            ...creation,
            phase: 'up',
            state: 'done',
            verdict: { kind: 'warnings', failures: [], notRun: [] },
          },
        },
      ),
      'ok ok ok ok warn',
    ],
  ])('of %s', (_, found, expected) => {
    expect(found).toBe(expected);
  });
});
