import type { MachineAccess } from '../../electron/engine/machine/machineAccess.ts';
import type { SshSession } from '../../electron/ssh/types.ts';
import { AppError, toWire } from '../../shared/errors.ts';
import type { OperationEvent } from '../../shared/model.ts';
import { requests, STREAM_WINDOW } from '../../shared/protocol/protocol.ts';
import type { LogPosition, Params, ToAgent } from '../../shared/protocol/protocol.ts';
import { startScriptedAgent } from './scriptedAgent.ts';
import type { AgentRequest, ScriptedAgent } from './scriptedAgent.ts';

/** The log of an operation: its events and its output; `lost` when its process is gone without a verdict. */
export interface ScriptedLog {
  readonly events: readonly OperationEvent[];
  readonly output: Uint8Array;
  readonly lost?: boolean;
}

/** A machine that a test plays: agents that speak the true protocol, and the state that outlives them. */
export interface ScriptedMachine {
  readonly access: MachineAccess;
  /** The logs that can be followed, by operation. */
  readonly logs: Map<string, ScriptedLog>;
  /** The operations that ran, with what they were started with. */
  readonly runs: Params<'operation.start'>[];
  /** The agents that were started, with their command lines. */
  readonly agents: { readonly argv: readonly string[]; readonly agent: ScriptedAgent }[];
  /** The numbers of sessions that were opened, and that the engine ended. */
  readonly sessions: { opened: number; ended: number };
  /** Cuts every connection. */
  cut(): void;
  /** Answers nothing from now on, not even a ping, and ends no connection, as a link that died unnoticed. */
  mute(): void;
  /** Lets the agents that run answer nothing from now on, on connections that do. */
  stick(): void;
  /** Makes the next attempts to connect fail, one error each. */
  refuseNext(...errors: AppError[]): void;
}

export interface MachineScript {
  /** The bytes after which all is cut, for each agent in turn; agents beyond the list are not cut. */
  readonly cutsAfter?: readonly number[];
  /** The number of channels that sshd allows on one connection. */
  readonly maxSessions?: number;
  /** The largest piece of output in one frame, in bytes. */
  readonly piece?: number;
  /** Stands in for the agent's hello; `true`: it says none. */
  readonly onJoin?: (agent: ScriptedAgent) => boolean;
  /** Handles a request before the machine does; `true`: the machine does nothing more with it. */
  readonly onRequest?: (request: AgentRequest, agent: ScriptedAgent) => boolean;
}

/** The error with which sshd refuses one more channel. */
class ChannelRefused extends Error {}

/** Makes a machine with nothing on it. */
export function createScriptedMachine(script: MachineScript = {}): ScriptedMachine {
  const cuts = [...(script.cutsAfter ?? [])];
  const refusals: AppError[] = [];
  const running = new Set<ScriptedAgent>();
  const stuck = new Set<ScriptedAgent>();
  let mute = false;
  const machine: ScriptedMachine = {
    access: {
      session: () => {
        const refusal = refusals.shift();
        if (refusal) return Promise.reject(refusal);
        machine.sessions.opened += 1;
        return Promise.resolve(createSession(machine, () => mute));
      },
      runAsRoot: (_reference, _session, argv) => {
        if (running.size >= (script.maxSessions ?? 10)) return Promise.reject(new ChannelRefused());
        const cutAfter = cuts.shift();
        const handle = createHandler(machine, script);
        const agent = startScriptedAgent({
          ...(cutAfter !== undefined && { cutAfter }),
          onCut: () => machine.cut(),
          onMessage: (message, to) => {
            if (!mute && !stuck.has(to)) handle(message, to);
          },
        });
        running.add(agent);
        void agent.process.exit.then(() => running.delete(agent));
        machine.agents.push({ argv, agent });
        if (script.onJoin?.(agent) !== true) agent.sayHello();
        return Promise.resolve(agent.process);
      },
      provenHostKey: () => undefined,
      isChannelRefused: (error) => error instanceof ChannelRefused,
      close: () => Promise.resolve(),
    },
    logs: new Map(),
    runs: [],
    agents: [],
    sessions: { opened: 0, ended: 0 },
    cut: () => {
      for (const agent of [...running]) agent.cut();
    },
    mute: () => {
      mute = true;
    },
    stick: () => {
      for (const agent of running) stuck.add(agent);
    },
    refuseNext: (...errors) => void refusals.push(...errors),
  };
  return machine;
}

function createSession(machine: ScriptedMachine, isMute: () => boolean): SshSession {
  return {
    target: { host: 'web.test', port: 22, user: 'deploy', keyFile: '/keys/id', machine: 'web' },
    exec: () => Promise.reject(new Error('nothing but the agent runs here')),
    hostKey: 'SHA256:scripted',
    forward: () => Promise.reject(new Error('nothing but the agent answers here')),
    answers: () => (isMute() ? new Promise(() => undefined) : Promise.resolve()),
    closed: new Promise(() => undefined),
    end: () => {
      machine.sessions.ended += 1;
    },
  };
}

/** Makes the handler that answers the messages to one agent. */
function createHandler(machine: ScriptedMachine, script: MachineScript) {
  const streams = new Map<number, LogSender>();
  return (message: ToAgent, agent: ScriptedAgent): void => {
    if (message.type === 'ping') agent.send({ type: 'pong' });
    if (message.type === 'credit') streams.get(message.stream)?.grant(message.bytes);
    if (message.type === 'close-stream') streams.delete(message.stream);
    if (message.type === 'request' && !script.onRequest?.(message, agent)) {
      answer(machine, script, streams, message, agent);
    }
  };
}

function answer(
  machine: ScriptedMachine,
  { piece = 1000 }: MachineScript,
  streams: Map<number, LogSender>,
  request: AgentRequest,
  agent: ScriptedAgent,
): void {
  if (request.method === 'operation.start') {
    const params = requests['operation.start'].parse(request.params);
    if (!machine.runs.some(({ operation }) => operation === params.operation)) machine.runs.push(params);
    agent.answer(request, { operation: params.operation });
  } else if (request.method === 'operation.follow') {
    const { operation, from } = requests['operation.follow'].parse(request.params);
    const log = machine.logs.get(operation);
    if (!log) {
      refuse(request, agent, operation);
      return;
    }
    const stream = streams.size;
    agent.answer(request, { stream });
    const sender = createLogSender(agent, stream, log, from, piece);
    streams.set(stream, sender);
    sender.grant(STREAM_WINDOW);
  } else {
    agent.answer(request, []);
  }
}

function refuse({ id }: AgentRequest, agent: ScriptedAgent, operation: string): void {
  agent.send({ type: 'refusal', id, error: toWire(new AppError('operation-not-found', { id: operation })) });
}

interface LogSender {
  /** Grants more bytes, and sends on as far as they reach. */
  grant(bytes: number): void;
}

/** Makes a sender of a log from a position on: each event at its place in the output, pieces of output, the end. */
function createLogSender(
  agent: ScriptedAgent,
  stream: number,
  { events, output, lost }: ScriptedLog,
  from: LogPosition,
  piece: number,
): LogSender {
  let { event: nextEvent, output: position } = from;
  let credit = 0;
  let ended = false;
  return {
    grant: (bytes) => {
      credit += bytes;
      while (!ended) {
        const event = events[nextEvent];
        if (event && event.output <= position) {
          agent.send({ type: 'stream-event', stream, event });
          nextEvent += 1;
        } else if (position < output.length) {
          const until = Math.min(
            event?.output ?? output.length,
            output.length,
            position + piece,
            position + credit,
          );
          if (until === position) return;
          agent.sendBytes(stream, position, output.subarray(position, until));
          credit -= until - position;
          position = until;
        } else {
          ended = true;
          agent.send({ type: 'stream-end', stream, reason: lost ? 'lost' : 'verdict' });
        }
      }
    },
  };
}
