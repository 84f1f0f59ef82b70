import { expect, test } from 'vitest';
import { AppError } from '../../shared/errors.ts';
import type { OperationEvent, Outcome, Plan, Repository, Step, StepKind } from '../../shared/model.ts';
import type { VerbRequest } from '../../shared/verbs.ts';
import type { Engine, FollowOptions } from '../engine/engine.ts';
import { startWithPassphrase } from './operations.ts';
import type { PassphrasePlace, Remembered } from './passphrases.ts';
import { createRemembered } from './remembered.ts';

const GUID = 'f4b7c9d2-1111-4222-8333-444455556666';
const machine = {
  context: 'work',
  machine: { name: 'web', host: 'web.test', port: 22, user: 'deploy', datastore: '/mnt/rediacc' },
  sshKey: '/keys/id',
};
type PlainKind = Exclude<StepKind, 'function'>;
const stepOf = (kind: PlainKind): Step => ({ index: 0, kind, onFailure: 'stop' });

/**
 * Makes a `start` of operations on a repository `shop` whose plans have one step of this kind. It resolves with the
 * passphrases that were sent, and with the one that the keychain then holds.
 */
function build({
  kind,
  outcome = 'succeeded',
  kept,
  keychain: state = 'available',
}: {
  kind: PlainKind;
  outcome?: Outcome;
  kept?: string;
  keychain?: 'available' | 'absent';
}) {
  const keychain = new Map(kept === undefined ? [] : [[GUID, kept]]);
  const places: PassphrasePlace[] = [];
  const sent: (string | undefined)[] = [];
  const digests: (string | undefined)[] = [];
  const plan: Plan = {
    ...{ verb: 'mount', repository: { guid: GUID, name: 'shop' }, steps: [stepOf(kind)] },
    ...{ complete: true, notices: [] },
  };
  const follow = ({ onEvent, signal }: FollowOptions): void => {
    const operation = { id: GUID, verb: 'mount', repository: plan.repository, origin: 'person' } as const;
    const started = { ...operation, by: '', startedAt: 0 };
    onEvent({ type: 'started', n: 0, at: 0, output: 0, operation: started });
    const error = { code: 'wrong-passphrase', details: {}, message: '' };
    const result = { step: stepOf(kind), outcome, ...(outcome === 'failed' && { error }) };
    const ended: OperationEvent = { type: 'step-ended', n: 1, at: 0, output: 0, result };
    onEvent(ended);
    // The follower stops once it has seen the one step that it needs.
    expect(signal?.aborted).toBe(true);
  };
  const engine: Pick<Engine, 'plan' | 'start' | 'follow' | 'hostKey' | 'provenHostKey'> = {
    hostKey: () => Promise.resolve('SHA256:web'),
    provenHostKey: () => 'SHA256:web',
    plan: () => Promise.resolve({ plan, digest: '' }),
    start: (_, __, { passphrase, newPassphrase, digest }) => {
      digests.push(digest);
      sent.push(passphrase && Buffer.from(passphrase).toString());
      if (newPassphrase) sent.push(Buffer.from(newPassphrase).toString());
      return Promise.resolve({ operation: GUID });
    },
    follow: (_, __, options) => {
      follow(options);
      return Promise.reject(new AppError('cancelled'));
    },
  };
  const passphrases = {
    keychain: () => ({ state }),
    find: ({ guid }: PassphrasePlace): Promise<Remembered> => {
      const passphrase = keychain.get(guid);
      return Promise.resolve(passphrase === undefined ? { state: 'none' } : { state: 'kept', passphrase });
    },
    look: () => Promise.reject(new Error('a start does not list')),
    set: (place: PassphrasePlace, text: string) => {
      places.push(place);
      return Promise.resolve(void keychain.set(place.guid, text));
    },
    forget: ({ guid }: Pick<PassphrasePlace, 'guid'>) => Promise.resolve(void keychain.delete(guid)),
  };
  const repository = { guid: GUID, name: 'shop' } as Repository;
  const projection = {
    get: () => ({ repositories: [repository] }) as never,
    snapshot: () => ({ machines: [] }),
  };
  const request: VerbRequest = { verb: 'mount', repository: 'shop', options: {} };
  const start = async (given: {
    passphrase?: string;
    newPassphrase?: string;
    remember?: boolean;
    digest?: string;
  }) => {
    const local = { engine: engine as Engine };
    const remembered = createRemembered(local.engine, passphrases);
    const dependencies = { local, passphrases, remembered, projection };
    await startWithPassphrase(dependencies, machine, { request, ...given });
    await new Promise((resolve) => setTimeout(resolve, 0));
    return { sent, kept: keychain.get(GUID) };
  };
  return { start, digests, places };
}

test.each<[PlainKind, string | undefined]>([
  ['open', 'remembered'],
  ['check-passphrase', 'remembered'],
  ['daemon-stop', undefined],
])('a plan with %s gets the remembered passphrase: %s', async (kind, sent) => {
  const { start } = build({ kind, kept: 'remembered' });
  expect(await start({})).toEqual({ sent: [sent], kept: 'remembered' });
});

test('a start carries the digest of the preview that was shown', async () => {
  const { start, digests } = build({ kind: 'daemon-stop' });
  await start({ digest: 'of-the-preview' });
  expect(digests).toEqual(['of-the-preview']);
});

test('the typed one goes before the remembered', async () => {
  const { start } = build({ kind: 'open', kept: 'remembered' });
  expect(await start({ passphrase: 'typed' })).toEqual({ sent: ['typed'], kept: 'remembered' });
});

test.each<[Outcome, string | undefined]>([
  ['succeeded', 'typed'],
  ['failed', undefined],
  ['already', undefined],
])('one to remember is kept when it opened the volume (%s)', async (outcome, kept) => {
  const { start } = build({ kind: 'open', outcome });
  expect(await start({ passphrase: 'typed', remember: true })).toEqual({ sent: ['typed'], kept });
});

test('one to remember is refused where no keychain can keep it, and nothing is started', async () => {
  const { start, digests } = build({ kind: 'open', keychain: 'absent' });
  await expect(start({ passphrase: 'typed', remember: true })).rejects.toMatchObject({
    code: 'keychain-absent',
  });
  expect(digests).toEqual([]);
});

test('a remembered one that was refused is forgotten', async () => {
  const { start } = build({ kind: 'open', outcome: 'failed', kept: 'old' });
  expect(await start({})).toEqual({ sent: ['old'], kept: undefined });
});

test.each<[Outcome, string]>([
  ['succeeded', 'new'],
  ['already', 'new'],
  ['failed', 'old'],
])('a change of the passphrase that %s leaves "%s" remembered', async (outcome, kept) => {
  const { start } = build({ kind: 'change-passphrase', outcome, kept: 'old' });
  expect(await start({ passphrase: 'old', newPassphrase: 'new' })).toEqual({ sent: ['old', 'new'], kept });
});

test('a change sends no remembered passphrase, and makes none remembered', async () => {
  const remembered = build({ kind: 'change-passphrase', kept: 'old' });
  expect((await remembered.start({ newPassphrase: 'new' })).sent).toEqual([undefined, 'new']);
  const { start } = build({ kind: 'change-passphrase' });
  expect((await start({ passphrase: 'old', newPassphrase: 'new' })).kept).toBeUndefined();
});

test('what is remembered is bound to the machine that is connected', async () => {
  const { start, places } = build({ kind: 'open' });
  await start({ passphrase: 'typed', remember: true });
  expect(places).toEqual([
    {
      ...{ context: 'work', machine: 'web', host: 'web.test', port: 22, user: 'deploy' },
      ...{ hostKey: 'SHA256:web', guid: GUID },
    },
  ]);
});
