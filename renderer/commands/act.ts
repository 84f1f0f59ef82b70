import type { ApiClient } from '../../shared/api/api.ts';
import type { MachineKey, MachineState } from '../../shared/api/apiModel.ts';
import { keyOf } from '../../shared/api/apiModel.ts';
import { assertNever } from '../../shared/errors.ts';
import type { RepositoryAction } from '../../shared/repositoryAction.ts';
import type { Text } from '../../shared/text/text.ts';
import { wordFor } from '../../shared/newerNames.ts';
import { showPane } from '../state/dockStore.ts';
import { operationPane } from '../state/panes.ts';
import { repositoryActions } from '../repository/actions.tsx';
import { useAppState } from '../state/appState.ts';
import { goTo } from '../state/navigation.ts';
import { toldOperations } from '../state/overview.ts';
import { showError } from './ErrorDialog.tsx';

/**
 * Carries out what was chosen for a repository in a menu or the palette, after the questions that belong to it. Does
 * nothing when the repository is gone.
 */
export function act(
  api: ApiClient,
  text: Text,
  target: { readonly machine: MachineKey; readonly guid: string; readonly action: RepositoryAction },
): void {
  const { machine, guid, action } = target;
  const repository = findMachine(machine)?.repositories?.find((one) => one.guid === guid);
  if (repository === undefined) return;
  const onRefused = (error: unknown): void => {
    if (error !== undefined) showError(error);
  };
  const actions = repositoryActions({ api, machine, repository, text, onRefused });
  switch (action) {
    case 'up':
    case 'down':
    case 'cancel':
    case 'reconnect':
      actions[action]();
      break;
    case 'inspect':
      goTo({ screen: 'repository', machine, guid });
      break;
    default:
      assertNever(action);
  }
}

/** Shows an operation's log below its repository's screen; one that no machine reports leads to all operations. */
export function goToOperation(text: Text, machine: MachineKey, id: string): void {
  const operation = toldOperations(useAppState.getState().machines).find((one) => one.id === id);
  if (operation === undefined) {
    goTo({ screen: 'operations' });
    return;
  }
  if (operation.guid !== undefined) goTo({ screen: 'repository', machine, guid: operation.guid });
  showPane(operationPane(operation, wordFor(text.app.verbs, operation.verb)));
}

function findMachine(key: MachineKey): MachineState | undefined {
  return useAppState.getState().machines.find(({ machine }) => keyOf(machine) === keyOf(key));
}
