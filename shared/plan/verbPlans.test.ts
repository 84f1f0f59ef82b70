import { expect, it } from 'vitest';
import type { Plan } from '../model.ts';
import { refusal, repository, words } from './plans.fixtures.ts';
import {
  planAutostartDisable,
  planAutostartEnable,
  planCreate,
  planDelete,
  planFork,
  planHeaderRestore,
  planMount,
  planPassphraseChange,
  planReleaseSlot,
  planRename,
  planResize,
  planUnmount,
} from './verbPlans.ts';

const closed = { repository, volume: 'closed' } as const;
const open = { repository, volume: 'open' } as const;
const mounted = { repository, volume: 'mounted' } as const;
const forkOf = (canShare: boolean, isOpen: boolean): Plan =>
  planFork({ repository, parent: { name: 'parent', isOpen }, canShare, notices: [] });

it.each<[string, Plan, string[]]>([
  [
    'create',
    planCreate({ repository }),
    ['allocate', 'format', 'open', 'filesystem', 'mount', 'handover', 'commit'],
  ],
  ['delete', planDelete(closed), ['remove']],
  ['delete of one that was opened only', planDelete(open), ['close', 'remove']],
  ['mount', planMount({ ...closed, inherits: false }), ['open', 'mount']],
  ['mount of one that was opened only', planMount({ ...open, inherits: false }), ['open', 'mount']],
  [
    'mount of a fork that was never mounted',
    planMount({ ...closed, inherits: true }),
    ['open', 'mount', 'forget-parent'],
  ],
  ['mount of a mounted one, done already', planMount({ ...mounted, inherits: false }), []],
  ['unmount', planUnmount({ ...mounted, running: 0 }), ['daemon-stop', 'unmount', 'close']],
  ['unmount of a closed one, done already', planUnmount({ ...closed, running: 0 }), []],
  ['unmount of one that was opened only', planUnmount({ ...open, running: 0 }), ['close']],
  [
    'autostart-enable: the passphrase first',
    planAutostartEnable({ repository }),
    ['check-passphrase', 'add-key', 'record', 'enable-unit'],
  ],
  ['autostart-disable', planAutostartDisable({ repository }), ['remove-key', 'record']],
  ['rename', planRename({ repository }), ['rename']],
  ['release-slot', planReleaseSlot(mounted), ['release-slot']],
  ['passphrase-change', planPassphraseChange({ repository }), ['change-passphrase']],
  ['header-restore', planHeaderRestore(closed), ['check-header', 'restore-header']],
  ['resize of a mounted one: the passphrase first', planResize({}, mounted), ['check-passphrase', 'grow']],
  ['resize by the autostart key', planResize({ byKey: true }, mounted), ['check-key', 'grow']],
  [
    'resize of a closed one: opens it, and closes it again',
    planResize({}, closed),
    ['open', 'mount', 'grow', 'unmount', 'close'],
  ],
  [
    'resize of a closed one by the autostart key',
    planResize({ byKey: true }, closed),
    ['open-by-key', 'mount', 'grow', 'unmount', 'close'],
  ],
  [
    'resize of one that was opened only',
    planResize({}, open),
    ['check-passphrase', 'mount', 'grow', 'unmount', 'close'],
  ],
  ['fork that shares blocks with an open parent', forkOf(true, true), ['share', 'renew', 'commit']],
  ['fork that copies a closed parent', forkOf(false, false), ['copy', 'renew', 'commit']],
])('the steps of %s', (_, plan, expected) => {
  expect([words(plan), plan.complete]).toEqual([expected, true]);
});

it.each<[string, () => Plan, [string, object]]>([
  ['delete of a mounted one', () => planDelete(mounted), ['still-mounted', { name: 'shop' }]],
  [
    'unmount under running services',
    () => planUnmount({ ...mounted, running: 2 }),
    ['services-running', { name: 'shop', running: 2 }],
  ],
  [
    'unmount under one running service',
    () => planUnmount({ ...mounted, running: 1 }),
    ['services-running', { name: 'shop', running: 1 }],
  ],
  ['release-slot of an open one', () => planReleaseSlot(open), ['not-mounted', { name: 'shop' }]],
  ['header-restore of an open one', () => planHeaderRestore(open), ['still-mounted', { name: 'shop' }]],
  ['header-restore of a mounted one', () => planHeaderRestore(mounted), ['still-mounted', { name: 'shop' }]],
  ['fork that copies an open parent', () => forkOf(false, true), ['fork-needs-closed', { name: 'parent' }]],
])('refuses %s', (_, plan, expected) => {
  expect(refusal(plan)).toEqual(expected);
});

it('says what was so already', () => {
  const plans = [
    planMount({ ...mounted, inherits: false }),
    planUnmount({ ...closed, running: 0 }),
    planUnmount({ ...mounted, running: 0 }),
  ];
  expect(plans.map(({ notices }) => notices.map(({ code }) => code))).toEqual([
    ...[['already-mounted'], ['already-closed'], []],
  ]);
});
