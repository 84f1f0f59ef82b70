import type { ApiClient } from '../../shared/api/api.ts';
import type { MachineKey } from '../../shared/api/apiModel.ts';
import { showDialog } from '../state/dialogs.ts';
import { goTo } from '../state/navigation.ts';
import { ContextsDialog } from './ContextsDialog.tsx';
import { NewContextDialog } from './NewContextDialog.tsx';
import { RemoveMachineDialog } from './RemoveMachineDialog.tsx';

/** Asks what a new context shall be called and which key it uses, and makes it. */
export function showNewContext(api: ApiClient): void {
  showDialog((close) => <NewContextDialog api={api} onClose={close} />);
}

/** Leads to the screen that adds a machine to the current context. */
export const showAddMachine: (api: ApiClient) => void = () => goTo({ screen: 'first-run' });

/** Shows every context, and what can be done with it. */
export function showContexts(api: ApiClient): void {
  showDialog((close) => <ContextsDialog api={api} onClose={close} />);
}

/** Asks before a machine is forgotten on this computer. */
export function showRemoveMachine(api: ApiClient, machine: MachineKey): void {
  showDialog((close) => <RemoveMachineDialog api={api} machine={machine} onClose={close} />);
}
