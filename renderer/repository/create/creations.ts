import { create } from 'zustand';
import type { ApiClient } from '../../../shared/api/api.ts';
import type { MachineKey } from '../../../shared/api/apiModel.ts';
import { toWire } from '../../../shared/errors.ts';
import type { WireError } from '../../../shared/errors.ts';
import type { Verdict } from '../../../shared/model.ts';
import type { VerbRequest } from '../../../shared/verbs.ts';
import type { LogSessions } from '../../logs/sessions.ts';
import { verdictFromLog } from './verdictFromLog.ts';

/** The parts of a creation, in their order. */
export type CreationPhase = 'create' | 'template' | 'up';

/** A repository on its way from nothing to running. The passphrase is not kept here. */
export interface Creation {
  readonly machine: MachineKey;
  readonly name: string;
  /** The template that the repository begins with; without one it stays empty. */
  readonly template?: string | undefined;
  readonly phase: CreationPhase;
  /** `waiting`: until a person says what the repository begins with. */
  readonly state: 'running' | 'failed' | 'done' | 'waiting';
  /** The ids of the operations, once they have begun. */
  readonly operations: { readonly create?: string; readonly up?: string };
  /** The verdict of the last of these operations. */
  readonly verdict?: Verdict;
  /** Why the creation stopped. */
  readonly error?: WireError;
}

/** The repository that a person asks for. */
export interface NewRepository {
  readonly name: string;
  /** The size of the volume, in bytes. */
  readonly size: number;
  readonly passphrase: string;
  readonly remember: boolean;
  readonly template?: string | undefined;
}

interface CreationDependencies {
  readonly api: ApiClient;
  readonly sessions: LogSessions;
}

/** The creations of this window, by machine and name. They go on when their screen is left. */
export const useCreations = create<{ readonly creations: Readonly<Record<string, Creation>> }>(() => ({
  creations: {},
}));

/** Returns the creation of a repository, while this window knows of one. */
export function useCreation(machine: MachineKey | undefined, name: string | undefined): Creation | undefined {
  return useCreations(({ creations }) =>
    machine === undefined || name === undefined ? undefined : creations[keyOf({ machine, name })],
  );
}

function keyOf({ machine, name }: Pick<Creation, 'machine' | 'name'>): string {
  return [machine.context, machine.name, name].join('/');
}

function put(creation: Creation): Creation {
  useCreations.setState(({ creations }) => ({ creations: { ...creations, [keyOf(creation)]: creation } }));
  return creation;
}

/** Makes a repository, writes its template and starts it. `useCreations` tells how that goes. */
export function createRepository(
  dependencies: CreationDependencies,
  machine: MachineKey,
  wanted: NewRepository,
): void {
  const { name, size, passphrase, remember, template } = wanted;
  const begun = put({ machine, name, template, phase: 'create', state: 'running', operations: {} });
  const request: VerbRequest = { verb: 'create', repository: name, options: { size } };
  void carry(begun, async (creation) => {
    const { operation } = await dependencies.api.call('operation.start', {
      machine,
      request,
      passphrase,
      ...(remember && { remember }),
    });
    return finishCreate(dependencies, put({ ...creation, operations: { create: operation } }), operation);
  });
}

/**
 * Takes up what an earlier window began: a repository that is still being made by `operation`, or one that is made and
 * empty. The creation then waits for a person to say what the repository begins with.
 */
export function adoptCreation(
  dependencies: CreationDependencies,
  machine: MachineKey,
  name: string,
  operation?: string,
): void {
  const known = useCreations.getState().creations[keyOf({ machine, name })];
  if (known !== undefined) return;
  const operations = operation === undefined ? {} : { create: operation };
  const found: Creation = { machine, name, phase: 'create', state: 'running', operations };
  if (operation === undefined) put({ ...found, phase: 'template', state: 'waiting' });
  else {
    void carry(put(found), async (creation) => {
      const verdict = await ended(dependencies, creation, operation);
      if (verdict !== undefined) put({ ...creation, phase: 'template', state: 'waiting' });
    });
  }
}

/** Goes on where a creation stopped, or with the template that a person has chosen now. */
export function continueCreation(
  dependencies: CreationDependencies,
  stopped: Creation,
  template = stopped.template,
): void {
  const { machine, name, phase, operations } = stopped;
  const again = put({ machine, name, template, phase, state: 'running', operations });
  void carry(again, (creation) =>
    phase === 'up' ? startUp(dependencies, creation) : writeTemplate(dependencies, creation),
  );
}

/** Forgets a creation that came to nothing. */
export function dropCreation(dropped: Pick<Creation, 'machine' | 'name'>): void {
  useCreations.setState(({ creations }) => ({
    creations: Object.fromEntries(Object.entries(creations).filter(([key]) => key !== keyOf(dropped))),
  }));
}

/** Carries out a part of a creation. An error is noted in the creation, at the part that it has reached. */
async function carry(creation: Creation, work: (creation: Creation) => Promise<void>): Promise<void> {
  try {
    await work(creation);
  } catch (error) {
    const reached = useCreations.getState().creations[keyOf(creation)] ?? creation;
    put({ ...reached, state: 'failed', error: toWire(error) });
  }
}

async function finishCreate(
  dependencies: CreationDependencies,
  creation: Creation,
  operation: string,
): Promise<void> {
  const verdict = await ended(dependencies, creation, operation);
  if (verdict === undefined) return;
  if (creation.template === undefined) put({ ...creation, state: 'done', verdict });
  else await writeTemplate(dependencies, put({ ...creation, phase: 'template' }));
}

async function writeTemplate(dependencies: CreationDependencies, creation: Creation): Promise<void> {
  const { machine, name: repository, template } = creation;
  if (template === undefined) {
    put({ ...creation, phase: 'create', state: 'done' });
    return;
  }
  put({ ...creation, phase: 'template' });
  await dependencies.api.call('templates.apply', { machine, repository, template });
  await startUp(dependencies, creation);
}

async function startUp(dependencies: CreationDependencies, before: Creation): Promise<void> {
  const { machine, name: repository, operations } = before;
  const creation = put({ ...before, phase: 'up' });
  const request: VerbRequest = { verb: 'up', repository, options: {} };
  const { operation } = await dependencies.api.call('operation.start', { machine, request });
  const started = put({ ...creation, operations: { ...operations, up: operation } });
  const verdict = await ended(dependencies, started, operation);
  if (verdict !== undefined) put({ ...started, state: 'done', verdict });
}

/**
 * Waits for the end of an operation and returns its verdict. An operation that did not go well is noted in the
 * creation, and undefined comes back.
 */
async function ended(
  { sessions }: CreationDependencies,
  creation: Creation,
  operation: string,
): Promise<Verdict | undefined> {
  const verdict = await verdictFromLog(sessions, creation.machine, operation);
  if (verdict.kind === 'succeeded' || verdict.kind === 'warnings') return verdict;
  const error = verdict.error ?? verdict.failures[0]?.error;
  put({ ...creation, state: 'failed', verdict, ...(error !== undefined && { error }) });
  return undefined;
}
