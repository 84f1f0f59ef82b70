import type { Value, YamlDocument } from './composeYaml.ts';

/** Returns the text of a scalar with its variables filled in; undefined for anything else. */
type TextOf = (value: Value | undefined) => string | undefined;

/** The path at which a container has the names that it resolves without asking anybody. */
export const HOSTS_TARGET = '/etc/hosts';

/** The address of `host-gateway` for a service on the host's network: the machine itself. */
const HOST_GATEWAY = '127.0.0.1';

/**
 * Returns the lines of an `extra_hosts` as a hosts file has them. A mapping and a list (`name=address`, `name:address`)
 * are read as Compose does (compose-spec/compose-go, types/hostList.go); what is neither is left out, as Compose says it.
 */
export function extraHostsOf(document: YamlDocument, value: Value, textOf: TextOf): string {
  const mapped = document.entries(value).flatMap(({ key, value: addresses }) => {
    const single = textOf(addresses);
    const all = single === undefined ? document.items(addresses).map(textOf) : [single];
    return all.map((address) => [key, address ?? ''] as const);
  });
  const listed = document.items(value).map((item) => {
    const text = textOf(item) ?? '';
    const at = text.includes('=') ? text.indexOf('=') : text.indexOf(':');
    return [text.slice(0, at), text.slice(at + 1)] as const;
  });
  return [...mapped, ...listed]
    .map(([name, address]) => [name.trim(), plainAddress(address.trim())] as const)
    .filter(([name, address]) => /^[^\s#]+$/.test(name) && /^[0-9a-f.:]+$/i.test(address))
    .map(([name, address]) => `${address} ${name}`)
    .join('\n');
}

function plainAddress(address: string): string {
  return address === 'host-gateway' ? HOST_GATEWAY : address.replace(/^\[(.*)\]$/, '$1');
}

/** Tells whether an entry of a service's `volumes` or `configs` brings an /etc/hosts of its own. */
export function bringsHosts(document: YamlDocument, value: Value, textOf: TextOf): boolean {
  return document.items(value).some((item) => {
    const [first = '', second] = (textOf(item) ?? '').split(':');
    const target = textOf(document.entries(item).find(({ key }) => key === 'target')?.value);
    return (target ?? second ?? first).replace(/\/+$/, '') === HOSTS_TARGET;
  });
}
