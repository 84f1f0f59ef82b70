import { PassThrough, Transform } from 'node:stream';
import type { SshProcess } from '../../electron/ssh/types.ts';
import { createFrameDecoder, encodeBytes, encodeJson } from '../../shared/protocol/frames.ts';
import { HELLO_MAGIC, PROTOCOL_VERSION, toAgentSchema } from '../../shared/protocol/protocol.ts';
import type { ToAgent } from '../../shared/protocol/protocol.ts';
import type { FromAgent } from '../../shared/protocol/answers.ts';
import { arrival } from './arrival.ts';

export type AgentRequest = Extract<ToAgent, { type: 'request' }>;

/** An agent that a test plays: it speaks the true protocol over in-process streams, and sends what the test says. */
export interface ScriptedAgent {
  /** The engine's end of the process. */
  readonly process: SshProcess;
  /** All messages that the engine sent, in order. */
  readonly received: ToAgent[];
  /** Returns how many bytes the engine has written so far. */
  bytesReceived(): number;
  /** Writes bytes as they are. */
  write(bytes: Uint8Array | string): void;
  /** Sends the hello that a sound agent begins with. */
  sayHello(overrides?: Partial<Extract<FromAgent, { type: 'hello' }>>): void;
  send(message: FromAgent): void;
  sendBytes(stream: number, position: number, bytes: Uint8Array): void;
  answer(request: AgentRequest, result: unknown): void;
  /** Resolves with the first message of a type that was not handed out yet, as soon as there is one. */
  next<T extends ToAgent['type']>(type: T): Promise<Extract<ToAgent, { type: T }>>;
  /** Ends the process by itself. */
  exit(code: number, errorOutput?: string): void;
  /** Cuts the connection: no exit code ever comes. */
  cut(): void;
  /** The engine ended it. */
  killed(): boolean;
}

export interface AgentScript {
  /** Handles every message, after it was noted; without it pings are answered and the test does the rest. */
  readonly onMessage?: (message: ToAgent, agent: ScriptedAgent) => void;
  /** The number of bytes after which the connection is cut, in the middle of a frame if need be. */
  readonly cutAfter?: number;
  readonly onCut?: () => void;
}

/** Starts an agent that has said nothing yet. */
export function startScriptedAgent(script: AgentScript = {}): ScriptedAgent {
  const { process, input, output, errors, finish, isKilled } = createProcess();
  const received: ToAgent[] = [];
  const unclaimed: ToAgent[] = [];
  const watchers = new Set<() => void>();
  let bytesReceived = 0;
  let allowance = script.cutAfter ?? Infinity;
  let gone = false;

  const agent: ScriptedAgent = {
    process,
    received,
    bytesReceived: () => bytesReceived,
    write: (data) => {
      if (gone) return;
      const bytes = Buffer.from(data);
      output.write(bytes.subarray(0, allowance));
      allowance -= bytes.length;
      if (allowance <= 0) agent.cut();
    },
    sayHello: (overrides) => {
      agent.write(HELLO_MAGIC);
      agent.send({
        type: 'hello',
        version: '1.0.0',
        protocol: PROTOCOL_VERSION,
        bootId: 'boot',
        ...overrides,
      });
    },
    send: (message) => agent.write(encodeJson(message)),
    sendBytes: (stream, position, bytes) => agent.write(encodeBytes(stream, position, bytes)),
    answer: ({ id }, result) => agent.send({ type: 'answer', id, result }),
    next: <T extends ToAgent['type']>(type: T) => {
      const message = new Promise<Extract<ToAgent, { type: T }>>((resolve) => {
        const look = (): void => {
          const at = unclaimed.findIndex((message) => message.type === type);
          const [message] = at < 0 ? [] : unclaimed.splice(at, 1);
          if (!message || !isOfType(message, type)) return;
          watchers.delete(look);
          resolve(message);
        };
        watchers.add(look);
        look();
      });
      return arrival(`a message of type ${type}`, message, () => `received: ${JSON.stringify(received)}`);
    },
    exit: (code, errorOutput = '') => {
      gone = true;
      errors.write(errorOutput);
      finish(code);
    },
    cut: () => {
      if (gone) return;
      gone = true;
      finish(null);
      script.onCut?.();
    },
    killed: isKilled,
  };

  const decode = createFrameDecoder({ takesSecrets: true });
  input.on('data', (chunk: Uint8Array) => {
    bytesReceived += chunk.length;
    for (const frame of decode(chunk)) {
      // Bytes only overwrite what the programs on the way have read.
      if (frame.kind !== 'json') continue;
      const message = toAgentSchema.parse(frame.value);
      received.push(message);
      unclaimed.push(message);
      for (const look of [...watchers]) look();
      if (script.onMessage) script.onMessage(message, agent);
      else if (message.type === 'ping') agent.send({ type: 'pong' });
    }
  });
  return agent;
}

function isOfType<T extends ToAgent['type']>(
  message: ToAgent,
  type: T,
): message is Extract<ToAgent, { type: T }> {
  return message.type === type;
}

/** Makes a process over in-process streams. Returns the engine's end, and the agent's ends of the same streams. */
function createProcess() {
  // A copy, as the engine overwrites what it has written, which a true channel has encrypted by then.
  const input = new Transform({
    transform: (chunk: Uint8Array, _encoding, done) => done(null, Buffer.from(chunk)),
  });
  const output = new PassThrough();
  const errors = new PassThrough();
  let killed = false;
  let settle: ((exit: { code: number | null; signal: null }) => void) | undefined;
  const exit = new Promise<{ code: number | null; signal: null }>((resolve) => {
    settle = resolve;
  });
  const finish = (code: number | null): void => {
    output.end();
    errors.end();
    settle?.({ code, signal: null });
  };
  const process: SshProcess = {
    stdin: input,
    stdout: output,
    stderr: errors,
    exit,
    kill: () => {
      killed = true;
      finish(null);
    },
  };
  return { process, input, output, errors, finish, isKilled: () => killed };
}
