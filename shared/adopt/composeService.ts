import { isMap, isScalar, isSeq } from 'yaml';
import type { Pair, YAMLMap } from 'yaml';
import { variableOf } from '../network/network.ts';
import type { ComposeSource } from './composeSource.ts';
import { pairOf, scalarText, startOf } from './composeSource.ts';

/** The value of a key of a service. */
export interface Field {
  /** The key's own pair in the service; undefined where a merge key brings it. */
  pair: Pair | undefined;
  node: unknown;
  /** True where others use it too, so that it cannot be changed for this service alone. */
  shared: boolean;
}

/** A service as one file writes it. */
export interface WrittenService {
  source: ComposeSource;
  name: string;
  map: YAMLMap;
  line: number;
  /** The expression with which a compose file gives the service's address, `${API_IP}`; undefined for an illegal name. */
  address: string | undefined;
  field: (key: string) => Field | undefined;
}

/** Lists the services of a file that are mappings. */
export function servicesOf(source: ComposeSource): WrittenService[] {
  const services = source.target(pairOf(source.root, 'services')?.value);
  if (!isMap(services)) return [];
  return services.items.flatMap((pair) => {
    const name = scalarText(pair.key);
    const map = source.target(pair.value);
    return name === undefined || !isMap(map) ? [] : [writtenService(source, name, map, startOf(pair))];
  });
}

function writtenService(source: ComposeSource, name: string, map: YAMLMap, offset: number): WrittenService {
  const variable = variableOf(name);
  return {
    source,
    name,
    map,
    line: source.lineAt(offset),
    address: variable === undefined ? undefined : `\${${variable}}`,
    field: (key) => {
      const pair = pairOf(map, key);
      if (pair !== undefined) return { pair, node: source.target(pair.value), shared: source.isShared(pair) };
      const node = mergedValue(source, map, key);
      return node === undefined ? undefined : { pair: undefined, node, shared: true };
    },
  };
}

/** Returns the value that merge keys bring for a key; undefined without one. */
function mergedValue(source: ComposeSource, map: YAMLMap, key: string): unknown {
  for (const { key: written, value } of map.items) {
    if (!isScalar(written) || String(written.value) !== '<<') continue;
    const merged = source.target(value);
    for (const one of isSeq(merged) ? merged.items.map(source.target) : [merged]) {
      if (!isMap(one)) continue;
      const own = pairOf(one, key);
      const found = own === undefined ? mergedValue(source, one, key) : source.target(own.value);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

/** Lists the texts of a list; undefined where the node is no list of texts. */
export function textsOf(source: ComposeSource, node: unknown): string[] | undefined {
  if (!isSeq(node)) return undefined;
  const texts = node.items.map((item) => scalarText(source.target(item)));
  return texts.every((text) => text !== undefined) ? texts : undefined;
}

/** Returns the last part of an image's path and its tag; the name is empty where the image is not known. */
export function imageOf(service: WrittenService): { owner: string; name: string; tag: string } {
  const written = scalarText(service.field('image')?.node) ?? '';
  // `${TAG:-16}` says its usual value.
  const text = written.replace(/\$\{[A-Za-z_][A-Za-z0-9_]*:?-([^${}]*)\}/g, '$1').replace(/@.*$/, '');
  const parts = text.split('/');
  const [name = '', tag = ''] = (parts.pop() ?? '').split(':');
  // The first part is a registry where it could be a host's name.
  if (/[.:]|^localhost$/.test(parts[0] ?? '')) parts.shift();
  return { owner: parts.join('/').toLowerCase(), name: name.toLowerCase(), tag: tag.toLowerCase() };
}

/** Lists the ports at which a service is reached in its container, by `ports:` and `expose:`; "?" for one not understood. */
export function containerPorts(service: WrittenService): string[] {
  const { source } = service;
  const found = new Set<string>();
  for (const key of ['ports', 'expose']) {
    const node = service.field(key)?.node;
    if (!isSeq(node)) continue;
    for (const item of node.items.map(source.target)) {
      const target = isMap(item) ? source.target(pairOf(item, 'target')?.value) : item;
      found.add(portOf(scalarText(target) ?? '?'));
    }
  }
  return [...found];
}

/** Returns the container's port of a short form: `127.0.0.1:${PORT:-8080}:80/tcp` gives 80. */
function portOf(text: string): string {
  const plain = text.replace(/\$\{[A-Za-z_][A-Za-z0-9_]*:?-([^${}]*)\}/g, '$1').replace(/\$\{[^{}]*\}/g, '?');
  return (
    plain
      .replace(/\/(tcp|udp)$/, '')
      .split(':')
      .at(-1) ?? '?'
  );
}
