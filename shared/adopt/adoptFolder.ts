import { isMap } from 'yaml';
import type { Finding } from '../lint/findings.ts';
import { AppError } from '../errors.ts';
import { findingOfError } from '../lint/findings.ts';
import { adoptService } from './adoptService.ts';
import { pairOf, readSource, scalarText, startOf } from './composeSource.ts';
import type { ComposeSource } from './composeSource.ts';
import { servicesOf } from './composeService.ts';
import type { WrittenService } from './composeService.ts';
import { namesInUse } from './names.ts';
import { inOrder } from './textEdits.ts';
import type { TextEdit } from './textEdits.ts';
import { removePair } from './yamlEdits.ts';

/** A text file of a repository; the path is relative to its root. */
export interface TextFile {
  path: string;
  text: string;
}

/** What has to change in the compose files of one folder. */
export interface FolderAdoption {
  /** The changes of each file that has some. */
  changes: { file: TextFile; edits: TextEdit[] }[];
  findings: Finding[];
  /** Whether a service is built here, so that its image cannot be pulled. */
  builds: boolean;
}

/**
 * Returns what has to change in the compose files that Compose uses in one folder: the file and its override. One that
 * cannot be read, or is written in a way that is not known, is a finding, and nothing in the folder changes.
 */
export function adoptFolder(files: readonly TextFile[]): FolderAdoption {
  const sources: ComposeSource[] = [];
  const findings: Finding[] = [];
  for (const { path, text } of files) {
    const source = sourceOrFinding(path, text);
    if ('severity' in source) findings.push(source);
    else sources.push(source);
  }
  if (findings.length > 0) return { changes: [], findings, builds: false };
  const services = sources.flatMap(servicesOf);
  const edits = new Map(sources.map((source) => [source, [] as TextEdit[]]));
  const asked = new Set<string>();
  const around = surroundingsOf(services);
  for (const service of services) {
    const adopted = adoptService(service, around(service));
    findings.push(...adopted.findings);
    edits.get(service.source)?.push(...adopted.edits);
    if (adopted.findings.length > 0) asked.add(service.name);
  }
  const keepsNetworks = services.some(
    (service) => service.field('networks') !== undefined && asked.has(service.name),
  );
  if (!keepsNetworks)
    for (const source of sources) {
      const { edit, notes } = withoutNetworks(source);
      if (edit === undefined) continue;
      edits.get(source)?.push(edit);
      findings.push(...notes);
    }
  const changes = [...edits].flatMap(([{ path, text }, made]) =>
    made.length === 0 ? [] : [{ file: { path, text }, edits: inOrder(made) }],
  );
  return { changes, findings, builds: services.some((service) => service.field('build') !== undefined) };
}

function sourceOrFinding(path: string, text: string): ComposeSource | Finding {
  try {
    const source = readSource(path, text);
    if (typeof source !== 'string') return source;
    return { severity: 'warning', code: source, details: { file: path, line: 1 } };
  } catch (error) {
    if (error instanceof AppError) return findingOfError(error);
    throw error;
  }
}

function surroundingsOf(services: readonly WrittenService[]) {
  const names = services.map(({ name }) => name);
  const known = new Set(names);
  const twice = new Set(names.filter((name, index) => names.indexOf(name) !== index));
  const isNameUsed = namesInUse(services);
  const extended = new Set<string>();
  for (const service of services) {
    const node = service.field('extends')?.node;
    const base = scalarText(node) ?? (isMap(node) ? scalarText(pairOf(node, 'service')?.value) : undefined);
    if (base !== undefined) extended.add(base);
  }
  return ({ name }: WrittenService) => ({
    services: known,
    isExtended: extended.has(name),
    isInTwoFiles: twice.has(name),
    isNameUsed,
  });
}

/** Takes the networks that a file defines away. A note names each that others made, as nothing here says what is on it. */
function withoutNetworks(source: ComposeSource): { edit: TextEdit | undefined; notes: Finding[] } {
  const pair = pairOf(source.root, 'networks');
  if (pair === undefined || source.isShared(pair)) return { edit: undefined, notes: [] };
  const networks = isMap(pair.value) ? pair.value.items : [];
  const notes = networks.flatMap((network): Finding[] => {
    const external = isMap(network.value) ? pairOf(network.value, 'external') : undefined;
    if (external === undefined || scalarText(external.value) === 'false') return [];
    const details = {
      file: source.path,
      line: source.lineAt(startOf(network)),
      name: scalarText(network.key) ?? '',
    };
    return [{ severity: 'information', code: 'adopt-external-network', details }];
  });
  return { edit: removePair(source, source.root, pair), notes };
}
