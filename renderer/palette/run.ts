import type { ApiClient } from '../../shared/api/api.ts';
import type { Text } from '../../shared/text/text.ts';
import { showBulk } from '../bulk/showBulk.tsx';
import { showAddMachine, showNewContext } from '../contexts/contextDialogs.tsx';
import { setDockOpen, showPane, useDock } from '../state/dockStore.ts';
import { containerPane } from '../state/panes.ts';
import { act } from '../commands/act.ts';
import { showError } from '../commands/ErrorDialog.tsx';
import { goTo } from '../state/navigation.ts';
import type { CommandChoice } from './commands.ts';

/** Runs a command of the palette; a refusal is shown in a dialog. */
export function runChoice(api: ApiClient, text: Text, choice: CommandChoice): void {
  switch (choice.kind) {
    case 'go':
      goTo(choice.place);
      break;
    case 'repository':
      act(api, text, choice);
      break;
    case 'log':
      showPane(containerPane(choice.machine, choice.repository));
      break;
    case 'reconnect':
      api.call('machine.reconnect', { machine: choice.machine }).catch(showError);
      break;
    case 'bulk':
      showBulk(api, choice.verb, [choice.machine]);
      break;
    case 'context':
      api
        .call('contexts.use', { name: choice.name })
        .then(() => goTo({ screen: 'machines' }))
        .catch(showError);
      break;
    case 'settings':
      api.call('settings.set', { change: choice.change }).catch(showError);
      break;
    case 'add-machine':
      showAddMachine(api);
      break;
    case 'new-context':
      showNewContext(api);
      break;
    case 'dock':
      setDockOpen(!useDock.getState().open);
      break;
  }
}
