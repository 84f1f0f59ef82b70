import type { ApiResult, Contexts } from '../../shared/api/api.ts';
import type { MachineKey, MachineState, Target } from '../../shared/api/apiModel.ts';
import { AppError, describeError } from '../../shared/errors.ts';
import { DEFAULT_DATASTORE } from '../../shared/datastore.ts';
import { isValidName } from '../../shared/names.ts';
import type { Text } from '../../shared/text/text.ts';
import type { Creation } from '../repository/create/creations.ts';
import { creationTone } from '../repository/create/parts.ts';
import type { Tone } from '../ui/StateMark.tsx';

/** The steps from nothing to a running repository, in their order. */
export const STEPS = ['host', 'identity', 'machine', 'repository', 'up'] as const;
export type StepName = (typeof STEPS)[number];

/** The machine as a person typed it. */
export interface HostDraft {
  readonly context: string;
  readonly name: string;
  readonly host: string;
  readonly port: string;
  readonly user: string;
  readonly sshKey: string;
  readonly datastore: string;
}

export type MachineTest = ApiResult<'machine.test'>;

/** The state of a first run. */
export interface FirstRun {
  readonly step: StepName;
  readonly draft: HostDraft;
  /** The answer of the host when it was last tested. */
  readonly tested?: MachineTest;
  /** The machine, once a context has it. */
  readonly machine?: MachineKey;
  /** True once the machine has everything it needs. */
  readonly ready: boolean;
  /** The name of the repository that is being made. */
  readonly repository?: string;
}

/**
 * Returns a run in which nothing is typed yet. A machine that is added to the current context uses that context's key.
 */
export function newRun(contexts: Contexts | undefined): FirstRun {
  const context = contexts?.contexts.find(({ name }) => name === contexts.current);
  return {
    step: 'host',
    ready: false,
    draft: {
      context: context?.name ?? 'default',
      name: '',
      host: '',
      port: '22',
      user: '',
      sshKey: context?.sshKey ?? '',
      datastore: DEFAULT_DATASTORE,
    },
  };
}

/** Returns the run of a machine that a context has already, at the step that the machine has reached. */
export function resumedRun({ machine, ...state }: MachineState, sshKey: string): FirstRun {
  const { context, name, host, port, user, datastore } = machine;
  const step = stepOf({ machine, ...state });
  const repository = step === 'up' ? unfinishedRepository({ machine, ...state }) : undefined;
  return {
    step,
    draft: { context, name, host, port: String(port), user, sshKey, datastore },
    machine: { context, name },
    ready: step === 'repository' || step === 'up',
    ...(repository !== undefined && { repository }),
  };
}

function stepOf(machine: MachineState): StepName {
  const { setup, info, connection } = machine;
  if (setup !== undefined && setup.state !== 'succeeded') return 'machine';
  const refused = /^(?:host-key|key)-/.test(connection.error?.code ?? '');
  if (info === undefined || connection.error?.code === 'machine-not-set-up') {
    return refused ? 'identity' : 'machine';
  }
  return unfinishedRepository(machine) === undefined ? 'repository' : 'up';
}

/**
 * Returns true while a machine is on its way to its first repository: it is being set up, or has no repository that
 * ever ran.
 */
export function isOnFirstRun(machine: MachineState): boolean {
  const { setup, connection, repositories } = machine;
  if (setup !== undefined && setup.state !== 'succeeded') return true;
  if (connection.error?.code === 'machine-not-set-up') return true;
  if (repositories === undefined) return false;
  return repositories.length === 0 || (repositories.length === 1 && stepOf(machine) === 'up');
}

/** Returns the name of a repository that is being made, or was made and never started. */
function unfinishedRepository({ operations = [], repositories = [] }: MachineState): string | undefined {
  const creating = operations.find(({ verb, state }) => verb === 'create' && state === 'running');
  if (creating !== undefined) return creating.repository.name;
  return repositories.find(
    ({ mounted, services, lastOperation }) =>
      mounted && services.length === 0 && lastOperation?.verb === 'create',
  )?.name;
}

/** Returns the machine as typed, in the form in which it is tested. */
export function targetOf({ host, port, user, sshKey }: HostDraft): Target {
  return { host: host.trim(), port: Number(port), user: user.trim(), sshKey: sshKey.trim() };
}

/**
 * Returns what is wrong with what was typed, by field. `saved` is the machine that the draft belongs to, which may keep
 * its name.
 */
export function draftProblems(
  draft: HostDraft,
  contexts: Contexts | undefined,
  text: Text,
  saved?: MachineKey,
): Partial<Record<keyof HostDraft, string>> {
  const words = text.firstRun.host;
  const sentence = (error: AppError): string => Object.values(describeError(error, text)).join(' ');
  const { name, context } = draft;
  const owner = contexts?.contexts.find((one) => one.name === context);
  const own = saved?.context === context && saved.name === name;
  const taken = owner?.machines.some((one) => one.name === name) === true && !own;
  const port = Number(draft.port);
  return {
    ...(!isValidName(name) && { name: sentence(new AppError('bad-name', { name })) }),
    ...(taken && { name: sentence(new AppError('machine-exists', { name })) }),
    ...(!isValidName(context) && { context: sentence(new AppError('bad-name', { name: context })) }),
    ...(draft.host.trim() === '' && { host: words.hostMissing }),
    ...(!(Number.isInteger(port) && port >= 1 && port <= 65535) && { port: words.portBad }),
    ...(draft.user.trim() === '' && { user: words.userMissing }),
    ...(draft.sshKey.trim() === '' && { sshKey: words.keyMissing }),
    ...(!draft.datastore.startsWith('/') && { datastore: words.datastoreBad }),
  };
}

/** Returns the tone of each step. */
export function stepTones(
  run: FirstRun,
  { setup, creation }: { setup?: MachineState['setup']; creation?: Creation | undefined },
): Readonly<Record<StepName, Tone>> {
  const { tested, machine } = run;
  const refused = tested?.hostKey.status === 'changed' || tested?.login?.ok === false;
  const { create, start } = creationTone(creation);
  return {
    host: run.step === 'host' && machine === undefined ? 'idle' : 'ok',
    identity: refused ? 'fail' : machine === undefined ? 'idle' : 'ok',
    machine: setupTone(run.ready, setup),
    repository: create,
    up: start,
  };
}

function setupTone(ready: boolean, setup: MachineState['setup']): Tone {
  if (setup?.state === 'running') return 'busy';
  if (ready || setup?.state === 'succeeded') return 'ok';
  return setup?.state === 'failed' ? 'fail' : 'idle';
}
