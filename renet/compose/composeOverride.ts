import { networkDecision } from '../../shared/compose/composeServices.ts';
import { HOSTS_TARGET } from '../../shared/compose/hostSettings.ts';
import type { MergedService } from '../../shared/compose/composeServices.ts';

/** The facts about the repository that go into the override. */
interface OverrideContext {
  repository: { name: string; networkId: number };
  /** The addresses by service name, of services that have a slot. */
  addresses: Readonly<Record<string, string>>;
  /** The hosts file by service name, of services that get one mounted (docs/decisions/names-of-services.md). */
  hosts?: ReadonlyMap<string, string>;
  /** The file by service name, of services that are taken over from it whole (keepOverride.ts). */
  bases?: ReadonlyMap<string, string>;
  /** The services that the call leaves alone: a network of their own is no reason to refuse it. */
  idle?: ReadonlySet<string>;
  /**
   * Whether a service on a network of its own is refused (compose-network). If not, it is left as it is, so that what
   * was started once can still be looked at and stopped.
   */
  strict: boolean;
}

/**
 * Returns the YAML text of the override that `renet compose` appends: labels, host networking, `build.network`, and the
 * mount of the hosts file that names the other services. Its bytes depend on the arguments alone (the caller sorts the
 * services, the keys have a fixed order), so that Compose sees no change where there is none. `rediacc.repo_name` is the
 * name that people gave the repository and not its GUID, because rules of reverse proxies are written with it.
 */
export function overrideFor(services: readonly MergedService[], context: OverrideContext): string {
  const blocks = services.map((service) => serviceBlock(service, context));
  return blocks.length === 0 ? 'services: {}\n' : `services:\n${blocks.join('')}`;
}

/** Returns the labels of a service's containers, in the order in which they are written. */
export function labelsOf(
  service: string,
  { repository, addresses }: Pick<OverrideContext, 'repository' | 'addresses'>,
): [string, string][] {
  const address = Object.hasOwn(addresses, service) ? addresses[service] : undefined;
  return [
    ['rediacc.service_name', service],
    ...(address === undefined ? [] : [['rediacc.service_ip', address] satisfies [string, string]]),
    ['rediacc.network_id', String(repository.networkId)],
    ['rediacc.repo_name', repository.name],
  ];
}

function serviceBlock(service: MergedService, context: OverrideContext): string {
  const { hosts, bases, idle } = context;
  const strict = context.strict && idle?.has(service.name) !== true;
  // Every JSON string is a YAML string.
  const lines = [
    ...headOf(service.name, bases?.get(service.name)),
    '    labels:',
    ...labelsOf(service.name, context).map(([key, value]) => `      ${key}: ${JSON.stringify(value)}`),
    ...(injectsHost(service, strict) ? ['    network_mode: host'] : []),
    ...(buildsOnHost(service) ? ['    build:', '      network: host'] : []),
    ...mountOf(hosts?.get(service.name)),
  ];
  return `${lines.join('\n')}\n`;
}

function headOf(name: string, base: string | undefined): string[] {
  const key = JSON.stringify(name);
  if (base === undefined) return [`  ${key}:`];
  const file = JSON.stringify(base.replaceAll('$', '$$$$'));
  return [`  ${key}: !override`, '    extends:', `      file: ${file}`, `      service: ${key}`];
}

/** Returns the lines that mount a hosts file; a dollar would be a variable in Compose's eyes. */
function mountOf(hosts: string | undefined): string[] {
  if (hosts === undefined) return [];
  const source = JSON.stringify(hosts.replaceAll('$', '$$$$'));
  return [
    '    volumes:',
    '      - type: bind',
    `        source: ${source}`,
    `        target: ${HOSTS_TARGET}`,
    '        read_only: true',
  ];
}

/** Tells whether a service is put on the host's network. Throws compose-network when `strict`. */
function injectsHost(service: MergedService, strict: boolean): boolean {
  if (strict) return networkDecision(service) === 'inject-host';
  const { networks, network_mode: mode } = service.settings;
  return networks?.value === undefined && (mode?.value ?? '') === '';
}

/**
 * Tells whether a service's build is put on the host's network, since the daemon has no bridge; `network: none` is
 * kept. Compose merges the mapping with `build: ./folder` too, turning the short form into `context`
 * (compose-spec/compose-go, override/merge.go, mergeBuild; so in 2.24.6 and 2.26.1 as well as later); only a service
 * without `build` must get none.
 */
function buildsOnHost({ settings }: MergedService): boolean {
  return settings.build?.value !== undefined && settings['build.network']?.value !== 'none';
}
