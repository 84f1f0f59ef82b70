import type { Command } from 'commander';
import type { TunnelOptions } from './tunnel.ts';
import type { VerbOptions } from '../lifecycle/lifecycle.ts';
import { addCommand, portNumber, withMachine } from '../words.ts';
import type { Building } from '../words.ts';

const tunnel = () => import('./tunnel.ts');

/** `rdc term` */
export function addTerminalCommand(program: Command, building: Building): void {
  withMachine(addCommand(program, 'term <name>', building.text.cli.help.term, building), building).action(
    (name: string, { machine }: VerbOptions) =>
      building.run(async (call) => (await tunnel()).openTerminal(call, name, machine)),
  );
}

/** `rdc repo tunnel` */
export function addTunnelCommand(repo: Command, building: Building): void {
  const { help } = building.text.cli;
  withMachine(addCommand(repo, 'tunnel <name> <service>', help.tunnel, building), building)
    .option('--local <port>', help.options.localPort, portNumber)
    .action((name: string, service: string, options: TunnelOptions) =>
      building.run(async (call) => (await tunnel()).openTunnel(call, name, service, options)),
    );
}
