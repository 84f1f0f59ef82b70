import { isMap, isSeq } from 'yaml';
import { pairOf, scalarText } from './composeSource.ts';
import type { WrittenService } from './composeService.ts';

/** Lists what a service mounts, as `source:target`: its volumes and its configs. */
export function mountsOf(service: WrittenService): string[] {
  return ['volumes', 'configs'].flatMap((key) => {
    const node = service.field(key)?.node;
    if (!isSeq(node)) return [];
    return node.items.map((item) => {
      const mount = service.source.target(item);
      if (!isMap(mount)) return scalarText(mount) ?? '';
      const part = (name: string): string =>
        scalarText(service.source.target(pairOf(mount, name)?.value)) ?? '';
      return `${part('source')}:${part('target')}`;
    });
  });
}
