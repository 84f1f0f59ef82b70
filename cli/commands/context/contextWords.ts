import type { Command } from 'commander';
import type { AddMachineOptions } from './contexts.ts';
import { addCommand, portNumber } from '../words.ts';
import type { Building } from '../words.ts';
import type { Answer, Call } from '../../call.ts';

const contexts = () => import('./contexts.ts');
const imports = () => import('./importSsh.ts');
const machines = () => import('./machineSetup.ts');
const health = () => import('../machine/machineHealth.ts');
const repositories = () => import('../repository/repositories.ts');

/** `rdc context ...` */
export function addContextCommands(group: Command, building: Building): void {
  const { help } = building.text.cli;
  const { run } = building;
  addCommand(group, 'create-local <name>', help.createLocal, building)
    .requiredOption('--ssh-key <file>', help.options.sshKey)
    .action((name: string, { sshKey }: { sshKey: string }) =>
      run(async (call) => (await contexts()).createLocal(call, name, sshKey)),
    );
  addCommand(group, 'list', help.contextList, building).action(() =>
    run(async (call) => (await contexts()).listContexts(call)),
  );
  addCommand(group, 'use <name>', help.contextUse, building).action((name: string) =>
    run(async (call) => (await contexts()).useContext(call, name)),
  );
  addCommand(group, 'delete <name>', help.contextDelete, building).action((name: string) =>
    run(async (call) => (await contexts()).deleteContext(call, name)),
  );
  addCommand(group, 'add-machine <name>', help.addMachine, building)
    .requiredOption('--ip <host>', help.options.ip)
    .requiredOption('--user <user>', help.options.user)
    .option('--port <number>', help.options.port, portNumber)
    .option('--datastore <folder>', help.options.datastore)
    .action((name: string, options: AddMachineOptions) =>
      run(async (call) => (await contexts()).addMachine(call, name, options)),
    );
  addCommand(group, 'import-ssh [hosts...]', help.importSsh, building).action((hosts: string[]) =>
    run(async (call) => (await imports()).importSsh(call, hosts)),
  );
  addCommand(group, 'machines', help.machines, building).action(() =>
    run(async (call) => (await contexts()).listMachines(call)),
  );
  addCommand(group, 'scan-keys <machine>', help.scanKeys, building)
    .option('--expect <fingerprint>', help.options.expect)
    .action((name: string, { expect }: { expect?: string }) =>
      run(async (call) => (await machines()).scanKeys(call, name, expect)),
    );
  addCommand(group, 'setup-machine <name>', help.setupMachine, building).action((name: string) =>
    run(async (call) => (await machines()).setUpMachine(call, name)),
  );
}

/** `rdc machine ...` */
export function addMachineCommands(group: Command, building: Building): void {
  const { help } = building.text.cli;
  const add = (
    usage: string,
    description: string,
    action: (call: Call, name: string | undefined) => Promise<Answer>,
  ): void => {
    addCommand(group, usage, description, building).action((name: string | undefined) =>
      building.run((call) => action(call, name)),
    );
  };
  add('info [machine]', help.machineInfo, async (...asked) => (await machines()).machineInfo(...asked));
  add('health [machine]', help.machineHealth, async (...asked) => (await health()).machineHealth(...asked));
  add('containers [machine]', help.machineContainers, async (...asked) =>
    (await health()).machineContainers(...asked),
  );
  add('repos [machine]', help.machineRepos, async (...asked) =>
    (await repositories()).listRepositories(...asked),
  );
}
