import { hostname } from 'node:os';
import { AppError } from '../../shared/errors.ts';
import { requests } from '../../shared/protocol/protocol.ts';
import type { CheckedParams, Method } from '../../shared/protocol/protocol.ts';
import type { Result } from '../../shared/protocol/answers.ts';
import type { Agent } from '../agent.ts';
import { listAutostart, verifyAutostart } from '../boot/autostart.ts';
import { containersFor, streamContainerLogs } from '../observe/containerLogs.ts';
import { cutOff } from '../observe/cutOff.ts';
import { dockerSocket } from '../paths.ts';
import { lookAtContainers } from '../docker/containers.ts';
import { forgetHeader, readHeaderPart, saveHeader, writeHeaderPart } from '../volume/headers.ts';
import { sendJournal } from '../journal/journalReader.ts';
import { createQueue } from '../journal/queue.ts';
import { listStates, lookAtRepositories, stateOf } from '../observe/inventory.ts';
import { launch } from '../operation/start/launch.ts';
import { readListeners } from '../observe/listeners.ts';
import { measureContainers } from '../observe/machineContainers.ts';
import { machineInfo } from '../observe/machineInfo.ts';
import { servicesOf } from '../observe/repositoryServices.ts';
import { readLog } from '../operation/log/logReader.ts';
import {
  cancelOperation,
  findOperation,
  showOperation,
  surveyOperations,
} from '../operation/knownOperations.ts';
import { digestOf, previewPlan } from '../operation/plan.ts';
import { findRequested } from '../operation/renamed.ts';
import { exists } from '../host.ts';
import { logFolder } from '../operation/log/operationLog.ts';
import type { MachineDependencies } from '../machineDependencies.ts';
import { findWhatIsLeft } from '../repository/repositories.ts';
import type { Streams } from '../observe/streams.ts';
import type { Handlers } from './handlerTypes.ts';
import { sharingReads } from './sharedReads.ts';

/** Makes the handler of each request in shared/protocol. */
export function createAgentHandlers(agent: Agent): Handlers {
  const { machine } = agent;
  const { paths } = machine;
  // A client that takes nothing of what was read for it has two journals in memory at most.
  const journals = createQueue(2);
  return sharingReads(machine, {
    'machine.info': async () => {
      const info = await machineInfo(machine, agent.run);
      const resident = agent.isResident;
      const alone = resident
        ? []
        : await (await import('../observe/residentNotices.ts')).residentNotices(agent.run);
      return { ...info, resident, notices: [...(info.notices ?? []), ...alone] };
    },
    'machine.containers': async () => measureContainers(await lookAtRepositories(machine)),
    'machine.watch': (_, streams) =>
      Promise.resolve({ stream: streams.open((sink) => agent.watch.push(sink)) }),
    'machine.events': (request, streams) =>
      Promise.resolve({
        stream: streams.open(async (sink) => {
          const end = await sendJournal(paths, request, sink, sink.signal, journals);
          if (sink.signal.aborted) throw cutOff();
          return end;
        }),
      }),
    'repository.list': () => listStates(machine),
    'repository.status': ({ repository }) => stateOf(machine, repository),
    'repository.slots': ({ repository }) => slotsOf(machine, repository),
    'repository.validate': async ({ repository }) => {
      const { validateRepository } = await import('../validate/validate.ts');
      return validateRepository(machine, agent.run, repository);
    },
    'autostart.list': () => listAutostart(machine),
    'autostart.verify': ({ repository }) => verifyAutostart(machine, repository),
    'header.save': ({ repository }) => saveHeader(machine, repository),
    'header.read': async ({ header, position }) => ({
      base64: await readHeaderPart(paths, header, position),
    }),
    'header.write': async ({ header, position, base64 }) => {
      await writeHeaderPart(paths, header, position, base64);
      return {};
    },
    'header.forget': async ({ header }) => {
      await forgetHeader(paths, header);
      return {};
    },
    'operation.plan': async (request) => {
      const plan = await previewPlan(machine, request);
      return { plan, digest: digestOf(plan) };
    },
    'operation.start': async (params) => ({ operation: await start(agent, params) }),
    'operation.list': async ({ repository, limit, unreadable: all = false }) => {
      const guid =
        repository === undefined ? undefined : (await findWhatIsLeft(paths, repository, hostname())).guid;
      const { operations, unreadable } = await surveyOperations(paths, { guid, limit });
      return all ? [...operations, ...unreadable] : operations;
    },
    'operation.show': ({ operation }) => showOperation(paths, operation),
    'operation.cancel': async ({ operation }) => ({ ended: !(await cancelOperation(paths, operation)) }),
    'operation.follow': async ({ operation, from }, streams) => {
      const folder = await findOperation(paths, operation);
      return { stream: streams.open((sink) => readLog(paths, folder, from, sink, sink.signal)) };
    },
    'containers.logs': async (request, streams) => {
      const found = await containersFor(machine, request, hostname());
      return { stream: streams.open((sink) => streamContainerLogs(found, request, sink)) };
    },
  });
}

async function slotsOf(
  machine: MachineDependencies,
  nameOrGuid: string,
): Promise<Result<'repository.slots'>> {
  const repository = await findWhatIsLeft(machine.paths, nameOrGuid, hostname());
  const { guid, name, networkId } = repository;
  if (!(await machine.volumes.isMounted(guid))) throw new AppError('not-mounted', { name });
  const daemon = await machine.daemons.isUp(repository);
  const containers = daemon ? await lookAtContainers(dockerSocket(networkId), Date.now()) : [];
  const { services } = await servicesOf(
    machine,
    { guid, name, networkId },
    { containers, listeners: readListeners() },
  );
  return { networkId, services };
}

/**
 * Starts a verb detached. Resolves with the operation's id once it holds the repository's lock; at once for one that has
 * begun, whose start was sent again because its answer was lost.
 */
export async function start(agent: Agent, params: CheckedParams<'operation.start'>): Promise<string> {
  const { machine, account } = agent;
  const { digest, secret, newSecret, by, now, operation, ...request } = params;
  const { verb, repository } = request;
  // First of all: by now it may have removed or renamed the repository that it was asked for by name.
  if (await exists(logFolder(machine.paths, operation))) return operation;
  const found = verb === 'create' ? undefined : await findRequested(machine.paths, request);
  const isNew = found === undefined || verb === 'fork';
  await launch(
    machine.paths,
    {
      operation,
      request: { ...request, repository: found?.guid ?? repository },
      ...(digest === undefined ? {} : { digest }),
      ...(secret === undefined ? {} : { secret }),
      ...(newSecret === undefined ? {} : { newSecret }),
      by: `${account.name} (${by})`,
      origin: 'person',
      ...(now === undefined ? {} : { ahead: Math.round(Date.now() - now) }),
      // A new repository's GUID is the operation's id, so a start that is sent again meets the lock that the first one
      // holds.
      guid: isNew ? operation : found.guid,
      ...(found !== undefined && isNew ? { parent: found.guid } : {}),
      owner: { uid: account.uid, gid: account.gid },
    },
    repository,
    agent.detach,
    agent.program,
  );
  return operation;
}

/** Checks a request's parameters and answers it. Throws the handler's errors, and protocol-violation. */
export async function answer(
  handlers: Handlers,
  method: string,
  params: unknown,
  streams: Streams,
): Promise<unknown> {
  if (!isMethod(method)) throw new AppError('protocol-violation', { reason: `no method ${method}` });
  return answerKnown(handlers, method, params, streams);
}

async function answerKnown<M extends Method>(
  handlers: Handlers,
  method: M,
  params: unknown,
  streams: Streams,
): Promise<Result<M>> {
  const parsed = requests[method].safeParse(params);
  if (!parsed.success)
    throw new AppError('protocol-violation', { reason: `${method}: ${parsed.error.message}` });
  const handler: (params: CheckedParams<M>, streams: Streams) => Promise<Result<M>> = handlers[method];
  return handler(parsed.data as CheckedParams<M>, streams);
}

function isMethod(method: string): method is Method {
  return Object.hasOwn(requests, method);
}
