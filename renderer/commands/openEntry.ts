import type { MachineKey } from '../../shared/api/apiModel.ts';
import { assertNever } from '../../shared/errors.ts';
import { wordFor } from '../../shared/newerNames.ts';
import type { Text } from '../../shared/text/text.ts';
import { showPane } from '../state/dockStore.ts';
import { goTo } from '../state/navigation.ts';
import { containerPane, operationPane } from '../state/panes.ts';
import type { EntryTarget } from '../status/timeline.ts';

/** Shows what an entry of a machine's journal leads to. A log opens in the dock, below what is shown now. */
export function openEntry(text: Text, machine: MachineKey, target: EntryTarget): void {
  switch (target.kind) {
    case 'operation': {
      const { id, verb, repository } = target;
      const word = wordFor(text.app.verbs, verb as keyof Text['app']['verbs']);
      showPane(operationPane({ id, machine, repository: repository.name }, word));
      return;
    }
    case 'container':
      showPane(containerPane(machine, target.repository, target.service));
      return;
    case 'repository':
      goTo({ screen: 'repository', machine, guid: target.guid });
      return;
    case 'machine':
      goTo({ screen: 'machine', machine });
      return;
    default:
      assertNever(target);
  }
}
