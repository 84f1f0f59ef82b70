import { homedir } from 'node:os';
import { accountName } from '../../../electron/engine/context/account.ts';
import { importSshHosts } from '../../../electron/engine/context/sshHosts.ts';
import type { ImportedHost } from '../../../electron/engine/context/sshHosts.ts';
import { EXIT, fill } from '../../../shared/errors.ts';
import type { Answer, Call } from '../../call.ts';
import { table } from '../../terminal/table.ts';

/**
 * Adds hosts of ~/.ssh/config to the context as machines: `context import-ssh [HOST...]`. Without names it adds all
 * that use the context's key.
 */
export async function importSsh(call: Call, wanted: readonly string[]): Promise<Answer> {
  const { globals, text } = call;
  const store = await call.contexts();
  const context = await store.machines(globals.context);
  const owner = { home: homedir(), account: accountName() };
  const imported = await importSshHosts(store, context.name, owner, wanted);
  const { columns, nothing, importAdded, importReasons } = text.cli;
  const rows = imported.map(({ alias, host, port, user, sshKey = '', reason }) => [
    alias,
    port === 22 ? host : `${host}:${port}`,
    user,
    reason === undefined ? importAdded : fill(importReasons[reason], { sshKey }),
  ]);
  return {
    document: { context: context.name, hosts: imported },
    lines:
      rows.length === 0
        ? [nothing]
        : table([columns.name, columns.address, columns.user, columns.result], rows),
    // A named host that could not be added is no success; without names only those that can be are asked for.
    exit: wanted.length > 0 && imported.some(isMissing) ? EXIT.warnings : EXIT.succeeded,
  };
}

function isMissing({ reason }: ImportedHost): boolean {
  return reason !== undefined && reason !== 'already';
}
