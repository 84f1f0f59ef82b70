import { describeError, fill, fromWire } from '../../../shared/errors.ts';
import type { OperationSummary, Repository } from '../../../shared/model.ts';
import type { WireNotice } from '../../../shared/notices.ts';
import { isSharedSpaceNotice } from '../../../shared/sharedSpace.ts';
import type { Text } from '../../../shared/text/text.ts';
import type { Answer, Call } from '../../call.ts';
import { noticeLine } from '../../output/labels.ts';
import { sizeText } from '../../output/amountText.ts';
import { ageText } from '../../output/timeText.ts';
import { fields, table } from '../../terminal/table.ts';
import { servicesTable } from '../slot/slots.ts';

/** Lists the repositories of a machine: `repo list -m M`. */
export async function printRepositories(call: Call, machineName: string | undefined): Promise<Answer> {
  const machine = await call.machine(machineName);
  const repositories = await (await call.remote()).engine.request(machine, 'repository.list', {});
  const { columns, nothing } = call.text.cli;
  const heads = [
    columns.name,
    columns.state,
    columns.size,
    columns.used,
    columns.services,
    columns.networkId,
    columns.autostart,
  ];
  const rows = repositories.map((repository) => [
    repository.name,
    stateText(repository, call.text),
    sizeText(repository.size, call.text),
    repository.used === undefined ? '' : sizeText(repository.used, call.text),
    runningOf(repository),
    String(repository.networkId),
    repository.autostart.enabled ? call.text.cli.autostart.on : '',
  ]);
  const lines = rows.length === 0 ? [nothing] : table(heads, rows);
  return { document: repositories, lines: [...lines, ...urgentLines(repositories, call.text)] };
}

/**
 * Returns the notices that a list cannot keep to itself, each once: of volumes whose file was deleted, of network ids
 * that belong to another repository, and of the space that forks share, which every fork carries.
 */
function urgentLines(repositories: readonly Repository[], text: Text): string[] {
  const notices = repositories.flatMap((one) => one.notices.filter(isUrgent));
  return [...new Set(notices.map((notice) => `! ${noticeLine(notice, text)}`))];
}

function isUrgent(notice: WireNotice): boolean {
  return ['volume-deleted', 'network-id-taken'].includes(notice.code) || isSharedSpaceNotice(notice);
}

/** Shows one repository with its services and notices: `repo status NAME -m M`. */
export async function printRepository(
  call: Call,
  name: string,
  machineName: string | undefined,
): Promise<Answer> {
  const machine = await call.machine(machineName);
  const { engine } = await call.remote();
  const repository = await engine.request(machine, 'repository.status', { repository: name });
  const { text } = call;
  return {
    document: repository,
    lines: [
      ...statusFields(repository, text, call.dependencies.now()),
      ...(repository.services.length > 0 ? ['', ...servicesTable(repository.services, text)] : []),
      ...repository.notices.map((notice) => `! ${noticeLine(notice, text)}`),
    ],
  };
}

function statusFields(repository: Repository, text: Text, now: number): string[] {
  const { fields: names, usedOf, sharedSize, ago, autostart } = text.cli;
  const { size, used, available, sharesSpace } = repository;
  const { enabled, lastBoot, lastShutdown } = repository.autostart;
  const turn = (last: OperationSummary | undefined): string | undefined =>
    last && `${operationText(last, text)}, ${fill(ago, { age: ageText(last, now, text) })}`;
  const room =
    used === undefined || available === undefined
      ? sizeText(size, text)
      : fill(usedOf, { used: sizeText(used, text), total: sizeText(used + available, text) });
  return fields([
    [names.name, repository.name],
    [names.guid, repository.guid],
    [names.state, stateText(repository, text)],
    [names.damage, repository.damage],
    [names.problem, repository.problem && describeError(fromWire(repository.problem), text).message],
    [names.path, repository.path],
    [names.size, sharesSpace === true ? fill(sharedSize, { size: room }) : room],
    [names.networkId, repository.networkId],
    [names.allows, repository.allows?.map(({ guid, name }) => name ?? guid).join(', ')],
    [names.created, repository.created],
    [names.parent, repository.parent],
    [names.operation, repository.operation && operationText(repository.operation, text)],
    [names.lastOperation, repository.lastOperation && operationText(repository.lastOperation, text)],
    [names.autostart, enabled ? autostart.on : autostart.off],
    [names.lastBoot, turn(lastBoot)],
    [names.lastShutdown, turn(lastShutdown)],
  ]);
}

function stateText(repository: Repository, text: Text): string {
  const word = text.states[repository.state];
  const counted = repository.state === 'running' || repository.state === 'degraded';
  return counted ? `${word} ${runningOf(repository)}` : word;
}

function runningOf({ running, services }: Repository): string {
  return `${running}/${services.filter(({ present }) => present).length}`;
}

function operationText({ verb, id, state }: OperationSummary, text: Text): string {
  return `${verb} ${id} (${text.verdicts[state]})`;
}
