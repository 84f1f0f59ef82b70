import type { ApiClient } from '../../shared/api/api.ts';
import type { BulkApiRequest, MachineKey } from '../../shared/api/apiModel.ts';
import { showDialog } from '../state/dialogs.ts';
import { BulkDialog } from './BulkDialog.tsx';
import { BulkProgressDialog } from './BulkProgress.tsx';

/** Shows what a bulk verb would do, and starts it when a person says so. */
export function showBulk(
  api: ApiClient,
  verb: BulkApiRequest['verb'],
  machines: readonly MachineKey[],
): void {
  showDialog((close) => (
    <BulkDialog
      api={api}
      verb={verb}
      machines={machines}
      onClose={close}
      onStarted={(bulk) => {
        close();
        showBulkProgress(api, bulk);
      }}
    />
  ));
}

/** Shows how a bulk verb goes, or went. */
export function showBulkProgress(api: ApiClient, bulk: string): void {
  showDialog((close) => <BulkProgressDialog api={api} bulk={bulk} onClose={close} />);
}
