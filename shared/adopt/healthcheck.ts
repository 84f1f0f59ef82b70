import { isMap, isScalar, isSeq } from 'yaml';
import { pairOf, scalarText } from './composeSource.ts';
import { textsOf } from './composeService.ts';
import type { WrittenService } from './composeService.ts';
import { replaceInNode } from './command.ts';
import type { TextEdit } from './textEdits.ts';
import { addItems } from './yamlEdits.ts';

/** The names under which a health check asks its own container. */
const ITSELF = /(?<![\w.$@-])(localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\])(?![\w.-])/g;
const ITS_ADDRESS = /(?<![\w.$@-])(127\.0\.0\.1|0\.0\.0\.0|\[::1\])(?![\w.-])/g;
/** The clients that ask 127.0.0.1 when no host is named, with the flag that names one. */
const CLIENT = /\b(redis-cli|valkey-cli|mongosh|mongo)\b(?! *(-h|--host)\b)/;
/** The programs that need no address, or one that the rules above replace. */
const KNOWN =
  /\b(pg_isready|psql|mysqladmin|mariadb-admin|mysql|mariadb|rabbitmq-diagnostics|rabbitmqctl|exit 0)\b/;

/**
 * Lets a service's health check ask at the service's address, as nothing listens on 127.0.0.1 any more. Returns undefined
 * where it is not known what the check asks. `localSocket`: whether `localhost` means a socket of the program's own.
 */
export function askAtAddress(
  service: WrittenService,
  address: string,
  localSocket: boolean,
): TextEdit[] | undefined {
  const health = service.field('healthcheck');
  if (health === undefined || !isMap(health.node)) return [];
  const test = service.source.target(pairOf(health.node, 'test')?.value);
  const line = scalarText(test) ?? textsOf(service.source, test)?.join(' ');
  if (line === undefined) return isScalar(test) || test === undefined ? [] : undefined;
  if (line.includes(address) || /^NONE$/.test(line)) return [];
  const pattern = localSocket ? ITS_ADDRESS : ITSELF;
  const client = CLIENT.exec(line)?.[1];
  const names = [...line.matchAll(pattern)].length > 0;
  if (!names && client === undefined) return KNOWN.test(line) ? [] : undefined;
  if (health.shared) return undefined;
  if (names) return replaceInNode(service, test, pattern, () => address);
  return nameHost(service, test, client ?? '', address);
}

/** Names the host for a client that has none. */
function nameHost(
  service: WrittenService,
  test: unknown,
  client: string,
  address: string,
): TextEdit[] | undefined {
  const flag = client.startsWith('mongo') ? '--host' : '-h';
  const word = isSeq(test) ? test.items.find((item) => scalarText(item) === client) : undefined;
  if (isSeq(test) && word !== undefined) {
    const added = addItems(service.source, test, word, [flag, address]);
    return added === undefined ? undefined : [added];
  }
  const edits = replaceInNode(
    service,
    test,
    new RegExp(`\\b${client}\\b`, 'g'),
    () => `${client} ${flag} ${address}`,
  );
  return edits?.length === 1 ? edits : undefined;
}
