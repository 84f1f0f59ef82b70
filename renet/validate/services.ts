import { mergeFolders, networkDecision } from '../../shared/compose/composeServices.ts';
import type { FolderServices, MergedService } from '../../shared/compose/composeServices.ts';
import { toAppError } from '../../shared/errors.ts';
import { findingOfError, findingOfNotice } from '../../shared/lint/findings.ts';
import type { Finding } from '../../shared/lint/findings.ts';
import type { Service } from '../../shared/model.ts';
import type { Notice } from '../../shared/notices.ts';
import { assignSlots, parseSlotsFile, serviceSlots } from '../../shared/network/slots.ts';
import type { SlotsFile } from '../../shared/network/slots.ts';
import type { FolderProject } from '../../shared/compose/projectName.ts';
import { serviceNotices, servicesOfFolder } from '../compose/composeFiles.ts';
import type { ReadProject } from '../compose/composeFiles.ts';
import { projectNotices } from '../compose/projectNotices.ts';
import { readInsideIfThere } from '../repository/insideFile.ts';

const SLOTS_FILE = '.rediacc.json';

/**
 * Checks the compose files and .rediacc.json, each by itself and against each other. `services`: what is known of the
 * repository's services beside its files; one that runs is not gone, whatever file brings it.
 */
export async function validateServices(
  read: ReadProject,
  root: string,
  { name, folders, services }: { name: string; folders: readonly string[]; services: readonly Service[] },
): Promise<Finding[]> {
  const compose = await validateCompose(read, root, folders);
  const slots = await readSlots(root);
  const merged = mergeFolders(compose.folders);
  const running = services.filter(({ present }) => present).map((service) => service.name);
  return [
    ...compose.findings,
    ...[...merged.notices, ...(await projectNotices(root, compose.projects))].map((notice) =>
      findingOfNotice(notice),
    ),
    ...slots.findings,
    // Services of a compose file that cannot be read would seem to be gone.
    ...(slots.file === undefined || !compose.complete
      ? []
      : compare(slots.file, merged.services, { name, running })),
  ];
}

async function validateCompose(
  read: ReadProject,
  root: string,
  folders: readonly string[],
): Promise<{
  folders: FolderServices[];
  projects: FolderProject[];
  findings: Finding[];
  complete: boolean;
}> {
  const found: FolderServices[] = [];
  const projects: FolderProject[] = [];
  const findings: Finding[] = [];
  for (const folder of folders) {
    try {
      const { file, services, project } = await servicesOfFolder(read, root, folder);
      found.push({ file, names: services.map(({ name }) => name) });
      projects.push(project);
      findings.push(...services.flatMap(networkFindings));
      findings.push(...serviceNotices(services).map((notice) => findingOfNotice(notice)));
    } catch (error) {
      findings.push(findingOfError(toAppError(error)));
    }
  }
  return { folders: found, projects, findings, complete: found.length === folders.length };
}

function networkFindings(service: MergedService): Finding[] {
  try {
    networkDecision(service);
    return [];
  } catch (error) {
    return [findingOfError(toAppError(error))];
  }
}

async function readSlots(root: string): Promise<{ file: SlotsFile | undefined; findings: Finding[] }> {
  let text: string | undefined;
  try {
    text = await readInsideIfThere(root, SLOTS_FILE);
    return { file: parseSlotsFile(text, SLOTS_FILE), findings: [] };
  } catch (error) {
    const finding = findingOfError(toAppError(error));
    const line = lineOfFault(text ?? '', String(finding.details['reason']));
    const details = { ...finding.details, ...(line === undefined ? {} : { line }) };
    return { file: undefined, findings: [{ ...finding, details }] };
  }
}

/** Returns the line, from 1, that V8's message about bad JSON names; undefined when it names none. */
function lineOfFault(text: string, reason: string): number | undefined {
  const position = /at position (\d+)/.exec(reason)?.[1];
  if (position !== undefined) return text.slice(0, Number(position)).split('\n').length;
  return /end of JSON/.test(reason) ? text.trimEnd().split('\n').length : undefined;
}

/** Compares slots with services. Finds what the next `up` would refuse or change, and slots that no service uses. */
function compare(
  file: SlotsFile,
  services: readonly string[],
  { name, running }: { name: string; running: readonly string[] },
): Finding[] {
  const gone = serviceSlots(file).filter((one) => ![...services, ...running].includes(one.name));
  const kept = gone.map(({ name: service, slot }): Finding => {
    return { severity: 'information', code: 'slot-kept', details: { name, service, slot } };
  });
  try {
    const { added, notices } = assignSlots(file, services);
    const fresh = added.map(({ service }): Notice => {
      return { code: 'service-without-address', details: { name, service } };
    });
    return [
      ...notices.map((notice) => findingOfNotice(notice)),
      ...fresh.map((notice) => findingOfNotice(notice, 'information')),
      ...kept,
    ];
  } catch (error) {
    return [findingOfError(toAppError(error)), ...kept];
  }
}
