import type { LogSource } from '../../shared/api/api.ts';

/** Returns a key that is the same for every source of one log, so that two panes read it once. */
export function sourceKey(source: LogSource): string {
  const { kind, machine } = source;
  const own = kind === 'operation' ? source.operation : kind === 'containers' ? source.repository : '';
  const service = kind === 'containers' ? (source.service ?? '') : '';
  return [kind, machine.context, machine.name, own, service].join('\n');
}
