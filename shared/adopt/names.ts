import { isMap, isSeq } from 'yaml';
import { commandOf } from './command.ts';
import { pairOf, scalarText } from './composeSource.ts';
import { textsOf } from './composeService.ts';
import type { WrittenService } from './composeService.ts';
import { variablesOf } from './environment.ts';

/** The names of variables whose whole value is another host. */
const HOST_VARIABLE =
  /(HOST|HOSTNAME|SERVER|ADDR|ADDRESS|ENDPOINT|URL|URI|BROKERS?|PEERS?|UPSTREAM|BACKEND|DOMAIN)\w*$/i;

/**
 * Returns a function that tells whether services use a name as a host's: in an address (`//db`, `@db`, `db:5432`), in a
 * variable that names a host, or after `-h`.
 */
export function namesInUse(services: readonly WrittenService[]): (name: string) => boolean {
  const texts = services.flatMap(textsWithHosts);
  return (name) => {
    const escaped = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    const inAddress = new RegExp(
      `(//|@)${escaped}(?![\\w.-])|(^|[=,\\s"'])${escaped}:[\\d$]|(-h|-H|--host|--url|-u)[= ]${escaped}(?![\\w.-])`,
    );
    return texts.some(({ variable, text }) => {
      if (inAddress.test(text)) return true;
      return variable !== undefined && HOST_VARIABLE.test(variable) && text.split(/[,\s]+/).includes(name);
    });
  };
}

function textsWithHosts(service: WrittenService): { variable?: string; text: string }[] {
  const { source } = service;
  const found: { variable?: string; text: string }[] = variablesOf(service).map(({ name, value }) => ({
    variable: name,
    text: value,
  }));
  for (const key of ['command', 'entrypoint'] as const) {
    const command = commandOf(service, key);
    if (command !== undefined && command !== 'odd') found.push({ text: command.line });
  }
  const health = service.field('healthcheck')?.node;
  const build = service.field('build')?.node;
  const nodes = [
    isMap(health) ? pairOf(health, 'test')?.value : undefined,
    isMap(build) ? pairOf(build, 'args')?.value : undefined,
    service.field('labels')?.node,
  ];
  for (const node of nodes.map(source.target)) {
    const listed = isMap(node)
      ? node.items.map(({ value }) => scalarText(source.target(value)) ?? '')
      : undefined;
    const texts = listed ?? (isSeq(node) ? textsOf(source, node) : [scalarText(node) ?? '']) ?? [];
    found.push(...texts.map((text) => ({ text })));
  }
  return found;
}
