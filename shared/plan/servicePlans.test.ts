import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Plan, Step } from '../model.ts';
import type { Notice } from '../notices.ts';
import { refusal, repository, words } from './plans.fixtures.ts';
import { completeUp, planDown, planUp } from './servicePlans.ts';
import type { DownFacts, UpFacts } from './servicePlans.ts';
import type { OptionsOf } from '../verbs.ts';

const path = '/mnt/rediacc/repos/shop';
const closed: UpFacts = { repository, path, inherits: false, volume: 'closed' };
const mounted = (files = ['Rediaccfile', 'api/Rediaccfile', 'db/rediaccfile']): UpFacts => ({
  ...{ repository, path, inherits: false, volume: 'mounted', files, notices: [] },
});
const running = (change: Partial<Extract<DownFacts, { volume: 'mounted' }>> = {}): DownFacts => ({
  ...{ repository, volume: 'mounted', daemon: true, unseen: false, notices: [] },
  files: ['Rediaccfile', 'api/Rediaccfile', 'db/rediaccfile'],
  ...change,
});
const codes = ({ notices }: Plan): string[] => notices.map(({ code }) => code);

describe('planUp', () => {
  it.each<[string, OptionsOf<'up'>, UpFacts, string[]]>([
    [
      'of an open one: every prep, then every up; a folder up may fail',
      {},
      mounted(),
      [
        ...['daemon-start', 'slots', 'check'],
        ...['prep Rediaccfile', 'prep api/Rediaccfile', 'prep db/rediaccfile'],
        ...['up Rediaccfile', 'up api/Rediaccfile ?', 'up db/rediaccfile ?'],
      ],
    ],
    [
      'prep only',
      { prepOnly: true },
      mounted(['Rediaccfile']),
      ['daemon-start', 'slots', 'check', 'prep Rediaccfile'],
    ],
    ['--mount of a closed one', { mount: true }, closed, ['open', 'mount', 'discover', 'daemon-start']],
    [
      'at boot: opened by its key',
      { boot: true },
      closed,
      ['open-by-key', 'mount', 'discover', 'daemon-start'],
    ],
    [
      'at boot of one that is open: no prep',
      { boot: true },
      mounted(['Rediaccfile', 'api/Rediaccfile']),
      ['daemon-start', 'slots', 'check ?', 'up Rediaccfile', 'up api/Rediaccfile ?'],
    ],
    [
      "of a fork that was never mounted: what is the parent's goes before the daemon starts",
      { mount: true },
      { ...closed, inherits: true },
      ['open', 'mount', 'forget-parent', 'discover', 'daemon-start'],
    ],
  ])('%s', (_, options, facts, expected) => {
    expect(words(planUp(options, facts))).toEqual(expected);
  });

  it('refuses a closed one without --mount, and one without a Rediaccfile', () => {
    expect([refusal(() => planUp({}, closed)), refusal(() => planUp({}, mounted([])))]).toEqual([
      ['not-mounted', { name: 'shop' }],
      ['nothing-to-start', { name: 'shop', path }],
    ]);
  });

  it('completes to the plan an open repository would have had, after what opened it', () => {
    const files = ['Rediaccfile', 'api/Rediaccfile'];
    const notices: Notice[] = [{ code: 'link-skipped', details: { path: 'db/Rediaccfile' } }];
    const options = { mount: true };
    const first = planUp(options, closed);
    const whole = completeUp(first, options, { path, files, notices });
    expect(words(whole)).toEqual(['open', 'mount', 'discover', ...words(planUp({}, mounted(files)))]);
    expect(whole.steps.map(({ index }) => index)).toEqual(whole.steps.map((_, at) => at));
    expect([first.complete, whole.complete, whole.notices]).toEqual([false, true, notices]);
    expect(refusal(() => completeUp(first, options, { path, files: [], notices }))).toEqual([
      ...['nothing-to-start', { name: 'shop', path }],
    ]);
  });
});

describe('planDown', () => {
  it.each<[string, OptionsOf<'down'>, DownFacts, string[], string[]]>([
    [
      'calls folders Z to A, then the root; best effort',
      {},
      running(),
      ['check ?', 'down db/rediaccfile ?', 'down api/Rediaccfile ?', 'down Rediaccfile ?'],
      [],
    ],
    [
      'closes what it is asked to',
      { unmount: true },
      running({ files: ['Rediaccfile'] }),
      ['check ?', 'down Rediaccfile ?', 'daemon-stop', 'unmount', 'close'],
      [],
    ],
    [
      'has nothing to do with a closed one',
      { unmount: true },
      { repository, volume: 'closed' },
      [],
      ['already-closed'],
    ],
    ['closes one that was opened only', { unmount: true }, { repository, volume: 'open' }, ['close'], []],
    ['calls nothing without a Rediaccfile', {}, running({ files: [] }), [], ['nothing-to-stop']],
    [
      'closes all the same where folders cannot be told: the check says so',
      { unmount: true },
      running({ files: [], unseen: true }),
      ['check ?', 'daemon-stop', 'unmount', 'close'],
      [],
    ],
    [
      'has nothing to stop without a daemon, but closes',
      { unmount: true },
      running({ daemon: false }),
      ['daemon-stop', 'unmount', 'close'],
      ['nothing-running'],
    ],
  ])('%s', (_, options, facts, expected, notices) => {
    const plan = planDown(options, facts);
    expect([words(plan), codes(plan)]).toEqual([expected, notices]);
  });
});

it('numbers steps without a gap, runs every prep before any up, and reverses for down', () => {
  const folder = fc.stringMatching(/^[a-z]{1,8}$/);
  const calls = ({ steps }: Plan, name: string): string[] =>
    steps.flatMap((step: Step) => (step.kind === 'function' && step.function === name ? [step.file] : []));
  fc.assert(
    fc.property(fc.uniqueArray(folder), fc.boolean(), (folders, root) => {
      const files = [
        ...(root ? ['Rediaccfile'] : []),
        ...folders.sort().map((name) => `${name}/Rediaccfile`),
      ];
      fc.pre(files.length > 0);
      const up = planUp({}, mounted(files));
      expect(up.steps.map(({ index }) => index)).toEqual(up.steps.map((_, index) => index));
      expect([calls(up, 'prep'), calls(up, 'up')]).toEqual([files, files]);
      const names = up.steps.flatMap((step) => (step.kind === 'function' ? [step.function] : []));
      expect(names.lastIndexOf('prep')).toBeLessThan(names.indexOf('up'));
      expect(calls(planDown({}, running({ files })), 'down')).toEqual([...files].reverse());
    }),
  );
});
