import { networkDecision } from '../../shared/compose/composeServices.ts';
import type { MergedService } from '../../shared/compose/composeServices.ts';

/** What the override says of the repository. */
interface OverrideContext {
  repository: { name: string; networkId: number };
  /** Address by service name, for those that have a slot. */
  addresses: Readonly<Record<string, string>>;
  /**
   * True: a service on a network of its own is refused (compose-network). False: it is left as it is, so that what
   * once was started can still be looked at and stopped.
   */
  strict: boolean;
}

/**
 * Returns the YAML text of the override that `renet compose` appends: labels, host networking, `build.network`. The
 * bytes depend on nothing but the arguments (services sorted by their caller, keys in a fixed order), so that Compose
 * sees no change where there is none. `rediacc.repo_name` is the name people gave the repository, not its GUID: it is
 * what a reverse proxy's rules are written with.
 */
export function overrideFor(services: readonly MergedService[], context: OverrideContext): string {
  const blocks = services.map((service) => serviceBlock(service, context));
  return blocks.length === 0 ? 'services: {}\n' : `services:\n${blocks.join('')}`;
}

function serviceBlock(service: MergedService, { repository, addresses, strict }: OverrideContext): string {
  const address = Object.hasOwn(addresses, service.name) ? addresses[service.name] : undefined;
  const labels = [
    ['rediacc.service_name', service.name],
    ...(address === undefined ? [] : [['rediacc.service_ip', address]]),
    ['rediacc.network_id', String(repository.networkId)],
    ['rediacc.repo_name', repository.name],
  ];
  // JSON strings are YAML strings, whatever is in them.
  const lines = [
    `  ${JSON.stringify(service.name)}:`,
    '    labels:',
    ...labels.map(([key = '', value = '']) => `      ${key}: ${JSON.stringify(value)}`),
    ...(injectsHost(service, strict) ? ['    network_mode: host'] : []),
    ...(buildsOnHost(service) ? ['    build:', '      network: host'] : []),
  ];
  return `${lines.join('\n')}\n`;
}

function injectsHost(service: MergedService, strict: boolean): boolean {
  if (strict) return networkDecision(service) === 'inject-host';
  const { networks, network_mode: mode } = service.settings;
  return networks?.value === undefined && (mode?.value ?? '') === '';
}

/**
 * Returns a build's network, which is the host's: the daemon has no bridge. `network: none` is kept, as a service's is.
 * Compose merges the mapping with `build: ./folder` too, turning the short form into `context`
 * (compose-spec/compose-go, override/merge.go, mergeBuild; so in 2.24.6 and 2.26.1 as well as later); only a service
 * without `build` must get none.
 */
function buildsOnHost({ settings }: MergedService): boolean {
  return settings.build?.value !== undefined && settings['build.network']?.value !== 'none';
}
