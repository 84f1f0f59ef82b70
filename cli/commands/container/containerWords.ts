import type { Command } from 'commander';
import { addMachineCommand, portNumber, wholeNumber } from '../words.ts';
import type { MachineOption, WordsDependencies } from '../words.ts';
import type { LogsOptions } from './logs.ts';
import type { TunnelCommandOptions } from './tunnel.ts';

const exec = () => import('./exec.ts');
const logs = () => import('./logs.ts');
const tunnel = () => import('./tunnel.ts');

/** Adds `rdc term` to the program. */
export function addTerminalCommand(program: Command, dependencies: WordsDependencies): void {
  const { text, run } = dependencies;
  addMachineCommand(program, 'term <name>', text.cli.help.term, dependencies).action(
    (name: string, { machine }: MachineOption) =>
      run(async (call) => (await exec()).runTerminal(call, name, machine)),
  );
}

/** Adds `rdc repo tunnel` to `rdc repo`. */
export function addTunnelCommand(repo: Command, dependencies: WordsDependencies): void {
  const { text, run } = dependencies;
  const { help } = text.cli;
  addMachineCommand(repo, 'tunnel <name> <service>', help.tunnel, dependencies)
    .option('--local <port>', help.options.localPort, portNumber)
    .action((name: string, service: string, options: TunnelCommandOptions) =>
      run(async (call) => (await tunnel()).runTunnel(call, name, service, options)),
    );
}

/** Adds `rdc repo logs` and `rdc repo exec` to `rdc repo`. */
export function addContainerCommands(repo: Command, dependencies: WordsDependencies): void {
  const { text, run } = dependencies;
  const { help } = text.cli;
  addMachineCommand(repo, 'logs <name> [service]', help.logs, dependencies)
    .option('-f, --follow', help.options.follow)
    .option('--tail <lines>', help.options.tail, wholeNumber(0))
    .action((name: string, service: string | undefined, options: LogsOptions) =>
      run(async (call) => (await logs()).printLogs(call, name, service, options)),
    );
  addMachineCommand(repo, 'exec <name> <command...>', help.exec, dependencies).action(
    (name: string, command: string[], { machine }: MachineOption) =>
      run(async (call) => (await exec()).execute(call, name, command, machine)),
  );
}
