import type { LogSource } from '../../shared/api/api.ts';

/** Which log a source is: two panes of one log read it once. */
export function sourceKey(source: LogSource): string {
  const { kind, machine } = source;
  const own = kind === 'operation' ? source.operation : kind === 'containers' ? source.repository : '';
  const service = kind === 'containers' ? (source.service ?? '') : '';
  return [kind, machine.context, machine.name, own, service].join('\n');
}
