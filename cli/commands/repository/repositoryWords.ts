import type { Command } from 'commander';
import type { LogsOptions } from '../container/logs.ts';
import type { VerbOptions } from '../lifecycle/lifecycle.ts';
import { addCommand, wholeNumber, withMachine } from '../words.ts';
import type { Building } from '../words.ts';
import { addAutostartCommands } from '../autostart/autostartWords.ts';
import { addKeyCommands } from '../key/keyWords.ts';
import { addTunnelCommand } from '../container/containerWords.ts';
import { addVolumeCommands } from '../volume/volumeWords.ts';
import { addBulkCommands } from '../bulk/bulkWords.ts';

const containers = () => import('../container/logs.ts');
const repositories = () => import('./repositories.ts');
const validation = () => import('./validate.ts');
const verbs = () => import('../lifecycle/lifecycle.ts');

/** `rdc repo ...` */
export function addRepositoryCommands(group: Command, building: Building): void {
  const { text, run } = building;
  const { help } = text.cli;
  const add = (usage: string, description: string): Command =>
    withMachine(addCommand(group, usage, description, building), building);

  add('create <name>', help.create)
    .requiredOption('--size <size>', help.options.size)
    .option('--passphrase-file <file>', help.options.passphraseFile)
    .action((name: string, options: VerbOptions & { size: string }) =>
      run(async (call) => (await verbs()).create(call, name, options)),
    );
  add('list', help.list).action(({ machine }: VerbOptions) =>
    run(async (call) => (await repositories()).listRepositories(call, machine)),
  );
  add('status <name>', help.status).action((name: string, { machine }: VerbOptions) =>
    run(async (call) => (await repositories()).showRepository(call, name, machine)),
  );
  add('validate <name>', help.validate).action((name: string, { machine }: VerbOptions) =>
    run(async (call) => (await validation()).validateRepository(call, name, machine)),
  );
  addVolumeCommands(group, building);
  addKeyCommands(group, building);
  addTunnelCommand(group, building);
  addLifecycle(add, building);
  addBulkCommands(add, building);
  addAutostartCommands(group, building);
  add('delete <name>', help.delete)
    .option('--confirm <name>', help.options.confirm)
    .action((name: string, options: VerbOptions & { confirm?: string }) =>
      run(async (call) => (await verbs()).deleteRepository(call, name, options)),
    );
  add('logs <name> [service]', help.logs)
    .option('-f, --follow', help.options.follow)
    .option('--tail <lines>', help.options.tail, wholeNumber(0))
    .action((name: string, service: string | undefined, options: LogsOptions) =>
      run(async (call) => (await containers()).showLogs(call, name, service, options)),
    );
  add('exec <name> <command...>', help.exec).action(
    (name: string, command: string[], { machine }: VerbOptions) =>
      run(async (call) => (await containers()).execute(call, name, command, machine)),
  );
}

function addLifecycle(add: (usage: string, description: string) => Command, { text, run }: Building): void {
  const { help } = text.cli;
  add('mount <name>', help.mount)
    .option('--passphrase-file <file>', help.options.passphraseFile)
    .action((name: string, options: VerbOptions) =>
      run(async (call) => (await verbs()).mount(call, name, options)),
    );
  add('unmount <name>', help.unmount).action((name: string, options: VerbOptions) =>
    run(async (call) => (await verbs()).unmount(call, name, options)),
  );
  add('up <name>', help.up)
    .option('--mount', help.options.mount)
    .option('--prep-only', help.options.prepOnly)
    .option('--dry-run', help.options.dryRun)
    .option('--passphrase-file <file>', help.options.passphraseFile)
    .action((name: string, options: VerbOptions & { mount?: boolean; prepOnly?: boolean }) =>
      run(async (call) => (await verbs()).up(call, name, options)),
    );
  add('down <name>', help.down)
    .option('--unmount', help.options.unmount)
    .option('--dry-run', help.options.dryRun)
    .action((name: string, options: VerbOptions & { unmount?: boolean }) =>
      run(async (call) => (await verbs()).down(call, name, options)),
    );
}
