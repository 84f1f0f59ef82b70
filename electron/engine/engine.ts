import type { Plan } from '../../shared/model.ts';
import type { Method, Params, PlanRequest } from '../../shared/protocol/protocol.ts';
import type { VerbRequest } from '../../shared/verbs.ts';
import type { Result } from '../../shared/protocol/answers.ts';
import type { Pty, SshProcess, SshSession } from '../ssh/types.ts';
import { agentCommand } from './agent/agentPath.ts';
import type { Clock } from './clock.ts';
import { ask } from './machine/ask.ts';
import { createConnections } from './machine/connections.ts';
import { readContainerLogs } from './machine/containerLogs.ts';
import type { ContainerLogsReader, ContainerLogsRequest } from './machine/containerLogs.ts';
import type { FollowEnd, FollowOptions } from './operation/follow.ts';
import { readEvents } from './machine/events.ts';
import type { EventsReader, EventsRequest } from './machine/events.ts';
import { openHistory } from './operation/history.ts';
import type { History } from './operation/history.ts';
import type { MachineAccess } from './machine/machineAccess.ts';
import type { MachineReference } from './machineReference.ts';
import { createOperations } from './operation/runOperation.ts';
import { createPause } from './pause.ts';
import { openPresence } from './machine/presence.ts';
import { startWhereRoom } from './machine/room.ts';
import type { StartOptions } from './operation/start.ts';
import { openTunnel } from './machine/tunnel.ts';
import type { Tunnel, TunnelOptions } from './machine/tunnel.ts';
import { watchMachine } from './machine/watch.ts';
import type { WatchListener } from './machine/watch.ts';

export type { ConnectionState } from './connectionState.ts';
export type { FollowEnd, FollowOptions } from './operation/follow.ts';
export type { MachineReference } from './machineReference.ts';
export type { EventsReader, EventsRequest } from './machine/events.ts';
export type { WatchConnection, WatchListener } from './machine/watch.ts';

/** The work of the app and of `rdc` on machines. Its errors are AppErrors. */
export interface Engine {
  /** Sends one request on the machine's control channel. */
  request<M extends Method>(machine: MachineReference, method: M, params: Params<M>): Promise<Result<M>>;
  /** Returns the preview of a verb: the plan that `start` will run when it is given this digest. */
  plan(machine: MachineReference, request: PlanRequest): Promise<{ plan: Plan; digest: string }>;
  /** Starts a verb. It runs once, however often the connection is lost. Resolves when the operation holds its lock. */
  start(
    machine: MachineReference,
    request: VerbRequest,
    options: StartOptions,
  ): Promise<{ operation: string }>;
  /**
   * Follows an operation to its end across lost connections. It re-attaches at the position that it had reached, so
   * that every event and every byte is delivered once and in order. It tries for as long as the machine cannot be
   * reached; the signal ends that with `cancelled`. Errors that trying again does not mend (key refused, host key,
   * sudo) end it too.
   */
  follow(machine: MachineReference, operation: string, options: FollowOptions): Promise<FollowEnd>;
  /** Asks an operation to stop. `ended`: the operation had ended before. */
  cancel(machine: MachineReference, operation: string): Promise<{ ended: boolean }>;
  /**
   * Watches a machine until the signal aborts, across lost connections as `follow` does. The whole state comes first
   * and after every new connection, then what changes. Rejects only with errors that a person has to mend
   * (needsPerson).
   */
  watch(machine: MachineReference, listener: WatchListener, signal: AbortSignal): Promise<void>;
  /**
   * Reads the machine's journal, each entry as it was written last, in the order of these lines; with `follow` then each
   * line as it is written, until the signal aborts, across lost connections as `follow` does. Throws agent-older where
   * the machine keeps no journal yet.
   */
  events(
    machine: MachineReference,
    request: EventsRequest,
    reader: EventsReader,
    signal: AbortSignal,
  ): Promise<void>;
  /**
   * Reads the containers' logs as they come. Resolves at their end or when the signal aborts. With `follow` it goes on across
   * lost connections as `follow` does, no line lost and none twice; rejects with connection-lost where the machine's agent is
   * of a version that does not tell places, and without `follow`.
   */
  containerLogs(
    machine: MachineReference,
    request: ContainerLogsRequest,
    reader: ContainerLogsReader,
    signal: AbortSignal,
  ): Promise<void>;
  /**
   * Runs a verb of the agent as root on a channel of its own, with its stdin and output passed through. `argv` is what
   * follows `renet` (`['exec', NAME, '--', ...]`); the datastore is added.
   */
  execute(
    machine: MachineReference,
    argv: readonly [string, ...string[]],
    options: { pty?: Pty },
  ): Promise<SshProcess>;
  /** Runs a command as the connecting user on a channel of its own. It needs no agent. */
  run(machine: MachineReference, words: readonly string[]): Promise<SshProcess>;
  /** Opens a port on this computer that leads to an address on the machine. Throws port-in-use. */
  tunnel(machine: MachineReference, options: TunnelOptions): Promise<Tunnel>;
  /** Returns an SSH session with the machine. It needs no agent. */
  session(machine: MachineReference): Promise<SshSession>;
  /**
   * Returns when the machine last answered, milliseconds since the epoch by our clock. Earlier runs of the program
   * count.
   */
  lastSeen(machine: MachineReference): Promise<number | undefined>;
  /** Returns the fingerprint of the host key of the connection, which is opened where there is none. */
  hostKey(machine: MachineReference): Promise<string>;
  /** Returns the fingerprint that `hostKey` last came to, or would have; undefined before the first connection. */
  provenHostKey(machine: MachineReference): string | undefined;
  /**
   * Checks all connections and ends all waiting between tries. Called when the network is back or the computer woke up.
   */
  wake(): void;
  readonly history: History;
  /** Closes every connection. Operations on machines go on. */
  close(): Promise<void>;
}

interface EngineDependencies {
  readonly access: MachineAccess;
  readonly clock: Clock;
  /** Returns a number from 0 to 1, by which tries of many machines are kept apart. */
  readonly random: () => number;
  /** The absolute path of the state folder, which is made when missing. */
  readonly stateFolder: string;
  /** The person who starts operations, as account@computer. */
  readonly by: string;
  /** The version of this program, for errors about the agent's version. */
  readonly version: string;
}

/** Makes an engine. Connections are made when they are first wanted. */
export function createEngine({
  access,
  clock,
  random,
  stateFolder,
  by,
  version,
}: EngineDependencies): Engine {
  const presence = openPresence(stateFolder, clock);
  const onHeard = (machine: MachineReference): void => presence.heard(machine);
  const connections = createConnections({ access, clock, version, onHeard });
  const history = openHistory(stateFolder);
  const pause = createPause(clock, random);
  const operations = createOperations({ connections, pause, clock, history, by });

  const request: Engine['request'] = (machine, method, params) =>
    ask({ connections, pause }, machine, method, params);

  return {
    request,
    plan: (machine, planRequest) => request(machine, 'operation.plan', planRequest),
    start: (machine, verbRequest, options) => operations.start(machine, verbRequest, options),
    follow: (machine, operation, options) => operations.follow(machine, operation, options),
    cancel: (machine, operation) => request(machine, 'operation.cancel', { operation }),
    watch: (machine, listener, signal) =>
      watchMachine({ connections, pause, clock }, machine, listener, signal),
    events: (machine, eventsRequest, reader, signal) =>
      readEvents({ connections, pause, clock, version }, machine, eventsRequest, { reader, signal }),
    containerLogs: (machine, params, reader, signal) =>
      readContainerLogs({ connections, pause, clock }, machine, params, { reader, signal }),
    execute: (machine, [verb, ...words], options) => {
      const command = agentCommand(machine.machine.datastore, verb, ...words);
      return startWhereRoom(access, machine, (session) =>
        access.runAsRoot(machine, session, command, options),
      );
    },
    run: (machine, words) => startWhereRoom(access, machine, (session) => session.exec(words)),
    tunnel: (machine, options) => openTunnel(access, machine, options),
    session: (machine) => access.session(machine),
    lastSeen: (machine) => presence.lastSeen(machine),
    hostKey: async (machine) => (await access.session(machine)).hostKey,
    provenHostKey: (machine) => access.provenHostKey(machine),
    wake: () => {
      connections.probe();
      pause.wake();
    },
    history,
    close: async () => {
      connections.close();
      await access.close();
      await operations.settled();
      await presence.keep();
    },
  };
}
