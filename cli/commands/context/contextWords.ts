import type { Command } from 'commander';
import { addCommand, portNumber } from '../words.ts';
import type { WordsDependencies } from '../words.ts';
import type { AddMachineOptions } from './contexts.ts';

const contexts = () => import('./contexts.ts');
const imports = () => import('./importSsh.ts');
const machineSetup = () => import('./machineSetup.ts');

/** Adds the commands of `rdc context` to its group. */
export function addContextCommands(group: Command, dependencies: WordsDependencies): void {
  const { text, run } = dependencies;
  const { help } = text.cli;
  const add = (usage: string, description: string): Command =>
    addCommand(group, usage, description, dependencies);

  add('create-local <name>', help.createLocal)
    .requiredOption('--ssh-key <file>', help.options.sshKey)
    .action((name: string, { sshKey }: { sshKey: string }) =>
      run(async (call) => (await contexts()).createLocal(call, name, sshKey)),
    );
  add('list', help.contextList).action(() => run(async (call) => (await contexts()).printContexts(call)));
  add('use <name>', help.contextUse).action((name: string) =>
    run(async (call) => (await contexts()).useContext(call, name)),
  );
  add('delete <name>', help.contextDelete).action((name: string) =>
    run(async (call) => (await contexts()).deleteContext(call, name)),
  );
  add('add-machine <name>', help.addMachine)
    .requiredOption('--ip <host>', help.options.ip)
    .requiredOption('--user <user>', help.options.user)
    .option('--port <number>', help.options.port, portNumber)
    .option('--datastore <folder>', help.options.datastore)
    .action((name: string, options: AddMachineOptions) =>
      run(async (call) => (await contexts()).addMachine(call, name, options)),
    );
  add('import-ssh [hosts...]', help.importSsh).action((hosts: string[]) =>
    run(async (call) => (await imports()).importSsh(call, hosts)),
  );
  add('machines', help.machines).action(() => run(async (call) => (await contexts()).printMachines(call)));
  add('scan-keys <machine>', help.scanKeys)
    .option('--expect <fingerprint>', help.options.expect)
    .action((name: string, { expect }: { expect?: string }) =>
      run(async (call) => (await machineSetup()).scanKeys(call, name, expect)),
    );
  add('setup-machine <name>', help.setupMachine).action((name: string) =>
    run(async (call) => (await machineSetup()).setUpMachine(call, name)),
  );
}
