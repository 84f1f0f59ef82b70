import { AppError, describeError, fill } from '../../../shared/errors.ts';
import type { Service } from '../../../shared/model.ts';
import type { Answer, Call } from '../../call.ts';
import { plain } from '../../../shared/plain.ts';
import type { MachineOption } from '../words.ts';

/** The options of `repo tunnel`. */
export interface TunnelCommandOptions extends MachineOption {
  readonly local?: number;
}

/**
 * Opens a tunnel from a port of this computer to a service, until Ctrl-C:
 * `repo tunnel NAME SERVICE[:PORT] -m M [--local PORT]`. Throws service-not-found, bad-port, service-silent and
 * port-needed.
 */
export async function runTunnel(
  call: Call,
  name: string,
  target: string,
  { machine: machineName, local }: TunnelCommandOptions,
): Promise<Answer> {
  const { dependencies, live, text } = call;
  const machine = await call.machine(machineName);
  const { engine } = await call.remote();
  const { services } = await engine.request(machine, 'repository.slots', { repository: name });
  const { address: host, port } = endOf(name, target, services);
  const stopped = new Promise<void>((resolve) => dependencies.onInterrupt(resolve));
  const tunnel = await engine.tunnel(machine, {
    ...{ host, port, ...(local !== undefined && { local }) },
    onRefused: (error) => live.note(plain(describeError(error, text).message)),
  });
  const about = { machine: machine.machine.name, repository: name, host, port, local: tunnel.port };
  await live.event({ type: 'tunnel', ...about });
  await live.show({ finished: [plain(fill(text.cli.tunnelOpen, { ...about, target }))], changing: [] });
  await stopped;
  await tunnel.close();
  return { document: about };
}

/** Returns the address of a service and the port meant: the port in `target`, else the only one it listens on. */
function endOf(
  name: string,
  target: string,
  services: readonly Service[],
): { address: string; port: number } {
  const [, service = target, given] = /^(.*):(\d+)$/.exec(target) ?? [];
  const found = services.find((one) => one.name === service);
  if (found === undefined) throw new AppError('service-not-found', { name, service });
  const { address, listening = [] } = found;
  if (given !== undefined) {
    const port = Number(given);
    if (port < 1 || port > 65535) throw new AppError('bad-port', { port: given });
    return { address, port };
  }
  const [port] = listening;
  if (port === undefined) throw new AppError('service-silent', { name, service, address });
  if (listening.length > 1) throw new AppError('port-needed', { name, service, ports: listening.join(', ') });
  return { address, port };
}
