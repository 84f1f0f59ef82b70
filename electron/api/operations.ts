import type { ApiResult } from '../../shared/api.ts';
import type { OperationEntry } from '../../shared/apiModel.ts';
import { AppError } from '../../shared/errors.ts';
import { passphraseBytes } from '../../shared/verdict.ts';
import type { VerbRequest } from '../../shared/protocol.ts';
import type { HistoryEntry } from '../engine/history.ts';
import type { LocalEngine } from '../engine/localEngine.ts';
import type { MachineReference } from '../engine/machineReference.ts';
import type { PassphraseStore } from './passphrases.ts';
import type { Projection } from './projection.ts';

interface Start {
  readonly request: VerbRequest;
  readonly digest?: string | undefined;
  readonly passphrase?: string | undefined;
  readonly remember?: boolean | undefined;
}

interface OperationSurroundings {
  readonly local: LocalEngine;
  readonly passphrases: PassphraseStore;
  readonly projection: Projection;
}

/** Starts a verb with the passphrase that was typed, else the one that is remembered and could be needed. */
export async function startOperation(
  { local: { engine }, passphrases, projection }: OperationSurroundings,
  machine: MachineReference,
  { request, digest, passphrase, remember = false }: Start,
): Promise<{ operation: string }> {
  const guid = projection
    .get({ context: machine.context, name: machine.machine.name })
    ?.repositories?.find((one) => one.name === request.repository || one.guid === request.repository)?.guid;
  if (remember) refuseWithoutKeychain(passphrases);
  const text = passphrase ?? (needsPassphrase(request) && guid ? await passphrases.get(guid) : undefined);
  const secret = text === undefined ? undefined : passphraseBytes(text);
  const started = await engine
    .start(machine, request, {
      ...(secret && { passphrase: secret }),
      ...(digest !== undefined && { digest }),
    })
    .finally(() => secret?.fill(0));
  if (remember && passphrase !== undefined) {
    void rememberWhenProven(engine, passphrases, machine, started.operation, passphrase);
  }
  return started;
}

function refuseWithoutKeychain(passphrases: PassphraseStore): void {
  const { state, backend = '-' } = passphrases.keychain();
  if (state !== 'available') throw new AppError('keychain-absent', { backend });
}

function needsPassphrase({ verb, options }: VerbRequest): boolean {
  return verb === 'mount' || (verb === 'up' && options.mount === true);
}

/** Keeps a passphrase once the volume was opened with it: a wrong one would be tried for ever. */
async function rememberWhenProven(
  engine: LocalEngine['engine'],
  passphrases: PassphraseStore,
  machine: MachineReference,
  operation: string,
  passphrase: string,
): Promise<void> {
  const seen: { guid?: string; opened?: boolean } = {};
  try {
    await engine.follow(machine, operation, {
      onEvent: (event) => {
        if (event.type === 'started') seen.guid = event.operation.repository.guid;
        if (event.type !== 'step-ended' || event.result.outcome !== 'succeeded') return;
        if (['open', 'check-passphrase', 'format'].includes(event.result.step.kind)) seen.opened = true;
      },
      onOutput: () => undefined,
    });
    if (seen.guid !== undefined && seen.opened) await passphrases.set(seen.guid, passphrase);
  } catch {
    // The operation's own log tells what became of it; the passphrase is then asked for again.
  }
}

/** What the shown machines say of their operations, and what this computer noted of the others. */
export async function listOperations(
  { local: { engine }, projection }: OperationSurroundings,
  limit: number | undefined,
): Promise<ApiResult<'operation.list'>> {
  const { entries, keptAside } = await engine.history.list(limit === undefined ? {} : { limit });
  const told = projection.snapshot().machines.flatMap(({ machine, operations = [] }) =>
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
  const known = new Set(told.map(({ id }) => id));
  const operations = [...told, ...entries.filter(({ id }) => !known.has(id)).map(fromHistory)]
    .sort((a, b) => b.startedAt - a.startedAt)
    .slice(0, limit);
  return { operations, ...(keptAside !== undefined && { keptAside }) };
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
