import type { ApiPayload, AppState } from '../../shared/api/api.ts';
import type { MachineKey } from '../../shared/api/apiModel.ts';
import { assertNever } from '../../shared/errors.ts';
import type { Repository } from '../../shared/model.ts';
import type { TrayChoice } from '../../shared/trayMenu.ts';
import type { OwnSession } from './ownSession.ts';

/** The dependencies of the tray's actions. */
interface TrayDependencies {
  readonly call: OwnSession['call'];
  readonly snapshot: () => Pick<AppState, 'machines'>;
  /** Brings the window to the front, and tells it what to show. */
  readonly show: (what: ApiPayload<'app.show'>) => void;
  /** Asks for confirmation before a Down. Resolves with true to go on. */
  readonly confirmDown: (names: { name: string; machine: string }) => Promise<boolean>;
  readonly quit: () => void;
}

/** Does what was chosen in the tray. When that fails, rejects with an AppError and shows nothing else. */
export async function perform(choice: TrayChoice, dependencies: TrayDependencies): Promise<void> {
  const { call, show, quit } = dependencies;
  switch (choice.kind) {
    case 'repository':
      await act(choice, dependencies);
      return;
    case 'reconnect':
      await call('machine.reconnect', { machine: choice.machine });
      return;
    case 'operation':
      show({ machine: choice.machine, operation: choice.operation });
      return;
    case 'open':
      show({});
      return;
    case 'quit':
      quit();
      return;
    default:
      return assertNever(choice);
  }
}

async function act(
  { action, machine, guid }: Extract<TrayChoice, { kind: 'repository' }>,
  dependencies: TrayDependencies,
): Promise<void> {
  const { call, show } = dependencies;
  // The menu may be older than the state.
  const repository = find(dependencies.snapshot(), machine, guid);
  if (!repository) return;
  switch (action) {
    case 'up':
      await up(machine, repository, dependencies);
      return;
    case 'down':
      if (await dependencies.confirmDown({ name: repository.name, machine: machine.name }))
        await call('operation.start', { machine, request: { verb: 'down', repository: guid, options: {} } });
      return;
    case 'cancel':
      if (repository.operation)
        await call('operation.cancel', { machine, operation: repository.operation.id });
      return;
    case 'inspect':
      show({ machine, repository: guid });
      return;
    default:
      return assertNever(action);
  }
}

/** Starts an up at once where no passphrase has to be typed. Otherwise has the window ask for the passphrase. */
async function up(
  machine: MachineKey,
  { guid, mounted }: Repository,
  { call, show }: TrayDependencies,
): Promise<void> {
  const kept = mounted ? [] : await call('passphrase.remembered', { machine });
  if (!mounted && !kept.some((one) => one.guid === guid && one.withheld === undefined)) {
    show({ machine, repository: guid, ask: 'up' });
    return;
  }
  const options = mounted ? {} : { mount: true };
  await call('operation.start', { machine, request: { verb: 'up', repository: guid, options } });
}

function find(
  { machines }: Pick<AppState, 'machines'>,
  { context, name }: MachineKey,
  guid: string,
): Repository | undefined {
  return machines
    .find(({ machine }) => machine.context === context && machine.name === name)
    ?.repositories?.find((repository) => repository.guid === guid);
}
