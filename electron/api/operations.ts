import type { ApiResult } from '../../shared/api/api.ts';
import type { OperationEntry } from '../../shared/api/apiModel.ts';
import { AppError } from '../../shared/errors.ts';
import { usesPassphrase } from '../../shared/lifecycle.ts';
import { mergeNewestFirst } from '../../shared/operationOrder.ts';
import type { OperationEvent, Outcome } from '../../shared/model.ts';
import type { VerbRequest } from '../../shared/verbs.ts';
import { passphraseBytes } from '../../shared/secrets/passphrase.ts';
import type { Engine } from '../engine/engine.ts';
import type { HistoryEntry } from '../engine/operation/history.ts';
import type { LocalEngine } from '../engine/localEngine.ts';
import type { MachineReference } from '../engine/machineReference.ts';
import type { PassphraseStore } from './passphrases.ts';
import type { Projection } from './projection.ts';
import type { RememberedPassphrases } from './remembered.ts';

interface Start {
  readonly request: VerbRequest;
  readonly digest?: string | undefined;
  readonly passphrase?: string | undefined;
  readonly newPassphrase?: string | undefined;
  readonly remember?: boolean | undefined;
}

interface OperationHandlerDependencies {
  readonly local: Pick<LocalEngine, 'engine'>;
  readonly passphrases: PassphraseStore;
  readonly remembered: RememberedPassphrases;
  readonly projection: Pick<Projection, 'get' | 'snapshot'>;
}

/**
 * Starts a verb with the passphrase that was typed, or else, where its plan needs one, with the one that is remembered.
 */
export async function startWithPassphrase(
  { local: { engine }, passphrases, remembered, projection }: OperationHandlerDependencies,
  machine: MachineReference,
  { request, digest, passphrase, newPassphrase, remember = false }: Start,
): Promise<{ operation: string }> {
  const guid = projection
    .get({ context: machine.context, name: machine.machine.name })
    ?.repositories?.find((one) => one.name === request.repository || one.guid === request.repository)?.guid;
  if (remember) refuseWithoutKeychain(passphrases);
  // The remembered passphrase is never used to change a passphrase: whoever changes it has to know it.
  const kept =
    passphrase === undefined && newPassphrase === undefined && guid !== undefined
      ? await rememberedFor(engine, remembered, machine, request, guid)
      : undefined;
  const text = passphrase ?? kept;
  const [secret, newSecret] = [text, newPassphrase].map((one) =>
    one === undefined ? undefined : passphraseBytes(one),
  );
  const started = await engine
    .start(machine, request, {
      ...(secret && { passphrase: secret }),
      ...(newSecret && { newPassphrase: newSecret }),
      ...(digest !== undefined && { digest }),
    })
    .finally(() => {
      secret?.fill(0);
      newSecret?.fill(0);
    });
  const typed = newPassphrase ?? passphrase;
  const replaces =
    newPassphrase !== undefined &&
    guid !== undefined &&
    // The operation has begun: that its machine cannot be asked now is no reason to fail.
    (await remembered.find(machine, guid).catch(() => undefined))?.state === 'kept';
  if (kept !== undefined || replaces || (remember && typed !== undefined)) {
    // A failure shows in the operation's own log; a passphrase that was not kept is asked for again.
    keepWhatOpens(engine, remembered, machine, started.operation, typed).catch(() => undefined);
  }
  if (typed !== undefined && guid !== undefined) {
    dropOlder(remembered, machine, guid).catch(() => undefined);
  }
  return started;
}

/** Forgets what version 0.1.0 kept for a repository, whose passphrase was just typed again. */
async function dropOlder(
  remembered: RememberedPassphrases,
  machine: MachineReference,
  guid: string,
): Promise<void> {
  const found = await remembered.find(machine, guid);
  if (found.state === 'withheld' && found.because === 'older') await remembered.forget(machine, guid);
}

function refuseWithoutKeychain(passphrases: PassphraseStore): void {
  const { state, backend = '-' } = passphrases.keychain();
  if (state !== 'available') throw new AppError('keychain-absent', { backend });
}

async function rememberedFor(
  engine: Engine,
  remembered: RememberedPassphrases,
  machine: MachineReference,
  request: VerbRequest,
  guid: string,
): Promise<string | undefined> {
  const kept = await remembered.find(machine, guid);
  if (kept.state !== 'kept') return undefined;
  // A passphrase is sent only to an operation that needs it.
  const { plan } = await engine.plan(machine, request);
  return plan.steps.some(usesPassphrase) ? kept.passphrase : undefined;
}

/**
 * Keeps the passphrase `typed` once a volume was opened with it (a wrong one would be tried again and again), and
 * forgets a remembered one that was refused, so that the person is asked again.
 */
async function keepWhatOpens(
  engine: Engine,
  remembered: RememberedPassphrases,
  machine: MachineReference,
  operation: string,
  typed: string | undefined,
): Promise<void> {
  const { guid, outcome, refused } = await passphraseStep(engine, machine, operation);
  if (guid === undefined) return;
  if (typed !== undefined && outcome === 'succeeded') await remembered.keep(machine, guid, typed);
  if (typed === undefined && refused) await remembered.forget(machine, guid);
}

/** Returns how the step that took the passphrase ended. The operation's log is read up to that step only. */
async function passphraseStep(
  engine: Engine,
  machine: MachineReference,
  operation: string,
): Promise<{ guid?: string; outcome?: Outcome; refused?: boolean }> {
  const seen: { guid?: string; outcome?: Outcome; refused?: boolean } = {};
  const enough = new AbortController();
  const onEvent = (event: OperationEvent): void => {
    if (event.type === 'started') seen.guid = event.operation.repository.guid;
    if (event.type !== 'step-ended' || !usesPassphrase(event.result.step)) return;
    const { step, outcome } = event.result;
    // A passphrase that was changed before proves that the new one is right; a volume that was open already proves
    // nothing.
    const proven = outcome === 'already' && step.kind === 'change-passphrase';
    seen.outcome = proven ? 'succeeded' : outcome;
    seen.refused = event.result.error?.code === 'wrong-passphrase';
    enough.abort();
  };
  try {
    const { signal } = enough;
    await engine.follow(machine, operation, { onEvent, onOutput: () => undefined, signal });
  } catch (error) {
    if (!enough.signal.aborted) throw error;
  }
  return seen;
}

/** Lists the operations that the shown machines report, and those that only this computer's history has. */
export async function listKnownOperations(
  { local: { engine }, projection }: OperationHandlerDependencies,
  limit: number | undefined,
): Promise<ApiResult<'operation.list'>> {
  const { entries, keptAside } = await engine.history.list(limit === undefined ? {} : { limit });
  const { machines } = projection.snapshot();
  const told = machines.map(({ machine, operations = [] }) =>
    operations.map((operation): OperationEntry => {
      const { repository, ...rest } = operation;
      return {
        ...rest,
        machine: { context: machine.context, name: machine.name },
        repository: repository.name,
        guid: repository.guid,
      };
    }),
  );
  const known = new Set(told.flat().map(({ id }) => id));
  const others = entries.filter(({ id }) => !known.has(id)).map(fromHistory);
  // This computer notes an operation as it begins, or when it follows an older one.
  others.sort((a, b) => b.startedAt - a.startedAt);
  const operations = mergeNewestFirst([...told, others]).slice(0, limit);
  const unreadable = machines.flatMap(({ machine: { context, name }, unreadable: logs = [] }) =>
    logs.map((log) => ({ ...log, machine: { context, name } })),
  );
  return { operations, unreadable, ...(keptAside !== undefined && { keptAside }) };
}

function fromHistory({ context, machine, verdict, endedAt, ...entry }: HistoryEntry): OperationEntry {
  return {
    ...entry,
    machine: { context, name: machine },
    state: verdict?.kind ?? 'unknown',
    ...(endedAt !== undefined && { endedAt }),
    ...(verdict && { verdict }),
  };
}
