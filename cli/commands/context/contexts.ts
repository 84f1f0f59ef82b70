import { fill } from '../../../shared/errors.ts';
import type { Context } from '../../../shared/model.ts';
import type { Answer, Call } from '../../call.ts';
import { table } from '../../terminal/table.ts';

/** Creates a context on this computer: `context create-local NAME --ssh-key FILE`. */
export async function createLocal(call: Call, name: string, sshKey: string): Promise<Answer> {
  const context = await (await call.contexts()).createLocal(name, sshKey);
  return { document: context, lines: [fill(call.text.cli.contextCreated, { name })] };
}

/** Lists the contexts: `context list`. */
export async function printContexts(call: Call): Promise<Answer> {
  const { columns, nothing } = call.text.cli;
  const document = await (await call.contexts()).list();
  if (document.contexts.length === 0) return { document, lines: [nothing] };
  const rows = document.contexts.map(({ name, sshKey, machines }) => [
    name === document.current ? '*' : '',
    name,
    String(machines.length),
    sshKey,
  ]);
  return { document, lines: table([columns.current, columns.name, columns.machines, columns.key], rows) };
}

/** Makes a context the current one: `context use NAME`. */
export async function useContext(call: Call, name: string): Promise<Answer> {
  const document = await (await call.contexts()).use(name);
  return { document, lines: [fill(call.text.cli.contextUsed, { name })] };
}

/** Deletes a context: `context delete NAME`. */
export async function deleteContext(call: Call, name: string): Promise<Answer> {
  await (await call.contexts()).delete(name);
  return { document: { deleted: name }, lines: [fill(call.text.cli.contextDeleted, { name })] };
}

/** The options of `context add-machine`. */
export interface AddMachineOptions {
  readonly ip: string;
  readonly user: string;
  readonly port?: number;
  readonly datastore?: string;
}

/** Adds a machine: `context add-machine NAME --ip HOST --user USER [--port 22] [--datastore DIR]`. */
export async function addMachine(call: Call, name: string, options: AddMachineOptions): Promise<Answer> {
  const { ip, user, port, datastore } = options;
  const store = await call.contexts();
  const added = await store.addMachine({ name, host: ip, user, port, datastore }, call.globals.context);
  return {
    document: { context: added.context, machine: added.machine },
    lines: [fill(call.text.cli.machineAdded, { name, context: added.context })],
  };
}

/** Lists the machines of the context: `context machines`. */
export async function printMachines(call: Call): Promise<Answer> {
  const { columns, nothing } = call.text.cli;
  const context: Context = await (await call.contexts()).machines(call.globals.context);
  const rows = context.machines.map(({ name, host, port, user, datastore }) => [
    name,
    port === 22 ? host : `${host}:${port}`,
    user,
    datastore,
  ]);
  return {
    document: { context: context.name, machines: context.machines },
    lines:
      rows.length === 0
        ? [nothing]
        : table([columns.name, columns.address, columns.user, columns.datastore], rows),
  };
}
