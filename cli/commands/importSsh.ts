import { homedir, userInfo } from 'node:os';
import { listSshHosts, machineNameOf, whyNotImported } from '../../electron/engine/sshHosts.ts';
import type { NotImported, SshHost } from '../../electron/engine/sshHosts.ts';
import { AppError, EXIT, fill } from '../../shared/errors.ts';
import type { Answer, Call } from '../call.ts';
import { table } from '../table.ts';

interface Imported extends SshHost {
  /** The machine's name. */
  readonly name: string;
  /** Why it became none; absent when it did. */
  readonly reason?: NotImported;
}

/** `context import-ssh [HOST...]`: hosts of ~/.ssh/config become machines of the context; without names all that can. */
export async function importSsh(call: Call, wanted: readonly string[]): Promise<Answer> {
  const { globals, text } = call;
  const store = await call.contexts();
  const context = await store.machines(globals.context);
  const listed = await listSshHosts({ home: homedir(), account: userInfo().username });
  const unknown = wanted.find((alias) => !listed.some((host) => host.alias === alias));
  if (unknown !== undefined) throw new AppError('ssh-host-not-found', { name: unknown });
  const hosts = listed.filter(({ alias }) => wanted.length === 0 || wanted.includes(alias));
  const imported: Imported[] = [];
  for (const host of hosts) {
    // Read anew: two aliases may come to one name.
    const reason = whyNotImported(host, await store.machines(context.name));
    const name = machineNameOf(host);
    if (reason === undefined) await store.addMachine({ ...host, name }, context.name);
    imported.push({ ...host, name, ...(reason && { reason }) });
  }
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
    // Who named a host wanted it: one that is not there now is no success.
    exit: wanted.length > 0 && imported.some(isMissing) ? EXIT.warnings : EXIT.succeeded,
  };
}

function isMissing({ reason }: Imported): boolean {
  return reason !== undefined && reason !== 'already';
}
