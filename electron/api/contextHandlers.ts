import { accountName } from '../engine/context/account.ts';
import type { ContextsFile } from '../engine/context/contexts.ts';
import { importSshHosts, listSshHosts, machineNameOf } from '../engine/context/sshHosts.ts';
import type { Some, HandlerDependencies } from './handlerDependencies.ts';

/** Makes the handlers of contexts and their machines. Every change is shown in every window. */
export function contextHandlers({
  contexts,
  machines,
  sessions,
  home,
}: HandlerDependencies): Some<'contexts'> {
  const owner = { home, account: accountName() };
  const changed = async (change: Promise<unknown>): Promise<ContextsFile> => {
    await change;
    const value = await contexts.list();
    machines.show(value);
    sessions.tell('contexts.changed', value);
    return value;
  };
  return {
    'contexts.list': () => contexts.list(),
    'contexts.create': ({ name, sshKey }) => changed(contexts.createLocal(name, sshKey)),
    'contexts.use': ({ name }) => changed(contexts.use(name)),
    'contexts.delete': ({ name }) => changed(contexts.delete(name)),
    'contexts.addMachine': ({ context, ...machine }) => changed(contexts.addMachine(machine, context)),
    'contexts.removeMachine': ({ machine }) => changed(contexts.removeMachine(machine.name, machine.context)),
    'contexts.importable': async () =>
      (await listSshHosts(owner)).map((host) => ({ ...host, name: machineNameOf(host) })),
    'contexts.import': async ({ context, hosts }) => {
      const importing =
        hosts.length === 0 ? Promise.resolve([]) : importSshHosts(contexts, context, owner, hosts);
      await changed(importing);
      return (await importing).map(({ alias, name, reason }) => ({ alias, name, ...(reason && { reason }) }));
    },
  };
}
