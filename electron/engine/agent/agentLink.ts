import { finished } from 'node:stream/promises';
import { toAppError } from '../../../shared/errors.ts';
import type { AppError, Reason } from '../../../shared/errors.ts';
import { createFrameDecoder, encodeBytes, encodeJson } from '../../../shared/protocol/frames.ts';
import type { Frame } from '../../../shared/protocol/frames.ts';
import { PROTOCOL_VERSION } from '../../../shared/protocol/protocol.ts';
import type { ToAgent } from '../../../shared/protocol/protocol.ts';
import type { Hello } from '../../../shared/protocol/answers.ts';
import type { SshProcess } from '../../ssh/types.ts';
import { agentEnded, agentNotStarted, lost } from './agentEnded.ts';
import type { AgentEnd } from './agentEnded.ts';
import type { Clock } from '../clock.ts';
import { createNoiseSkipper, readHello } from './hello.ts';
import { watchLiveness } from './liveness.ts';
import { isShort, readClock } from './machineClock.ts';
import type { MachineClock, Pong } from './machineClock.ts';
import type { MachineReference } from '../machineReference.ts';
import { withResolvers } from '../resolvers.ts';

/**
 * The milliseconds in which the agent has to say hello. A loaded machine takes its time to start a program, and a dead
 * link is noticed by SSH itself.
 */
const HELLO_LIMIT_MILLISECONDS = 60_000;
/**
 * The bytes that overwrite what programs on the way have read. It is at the beginning of their memory for reads, of which
 * `cat` has most: 128 KiB.
 */
const PADDING = new Uint8Array(128 * 1024);
/** The most characters of standard error that are kept, from its end, for the reason of a failure. */
const ERROR_OUTPUT_KEPT = 2_000;

export interface LinkOptions {
  readonly machine: MachineReference;
  /** The version of this program. */
  readonly version: string;
  readonly clock: Clock;
  /** Called whenever bytes come from the agent. */
  readonly onHeard: () => void;
  /** Called when nothing came for long: unless something does soon, `onSilent` is called next. */
  readonly onDoubt?: () => void;
  /** Called when nothing came for so long that the link counts as dead. */
  readonly onSilent: () => void;
}

/** The frames in both directions over one `renet serve`, until the process, the link or the protocol breaks. */
export interface AgentLink {
  /**
   * Resolves with the agent's hello. Rejects with why there is none: machine-not-set-up, agent-older, agent-newer,
   * connection-lost, ...
   */
  readonly hello: Promise<Hello>;
  /** Sends a message. Does nothing once the link is over. */
  send(message: ToAgent): void;
  /**
   * Sends bytes that every agent ignores, once a request that brought a secret was answered: the programs on the way (sudo,
   * the relay to the agent) read them into the memory that had the request.
   */
  overwrite(): void;
  /** Takes note that the answer to a ping has come, with what it said; answers come in the order of the pings. */
  ponged(said: Pong): void;
  /** Returns the machine's clock as the last answer to a ping told it; undefined until one has. */
  machineClock(): MachineClock | undefined;
  /** Returns the milliseconds of the last round trip; undefined until the first is over. */
  latency(): number | undefined;
  /** Finds out soon whether the link still lives. */
  probe(): void;
  /** Ends the agent's process and the link. */
  end(reason: AppError): void;
}

/** The listener of a link. */
interface LinkListener {
  /** Called with every frame after the hello. An error that it throws ends the link. */
  readonly onFrame: (frame: Frame) => void;
  /** Called once, with the reason, when the link is over. */
  readonly onEnd: (reason: AppError) => void;
}

/** Takes over the agent's process and speaks with it. */
export function openAgentLink(
  agent: SshProcess,
  { machine: { machine }, version, clock, onHeard, onDoubt, onSilent }: LinkOptions,
  { onFrame, onEnd }: LinkListener,
): AgentLink {
  const hello = withResolvers<Hello>();
  hello.promise.catch(() => undefined);
  let greeted = false;
  let over = false;

  const end = (reason: AppError): void => {
    if (over) return;
    over = true;
    stopHelloLimit();
    liveness?.stop();
    agent.kill();
    hello.reject(reason);
    onEnd(reason);
  };
  const send = (message: ToAgent): void => {
    if (over) return;
    const frame = encodeJson(message);
    // It may bring a passphrase.
    agent.stdin.write(frame, () => frame.fill(0));
  };
  const overwrite = (): void => {
    if (!over) agent.stdin.write(encodeBytes(0, 0, PADDING));
  };
  const pinger = createPinger(clock, send);
  const giveUp = (): void => end(lost(machine.host, 'no-answer' satisfies Reason));
  const stopHelloLimit = clock.after(HELLO_LIMIT_MILLISECONDS, giveUp);
  let liveness: ReturnType<typeof watchLiveness> | undefined;

  const receive = createReceiver(end, (frame) => {
    if (greeted) {
      onFrame(frame);
      return;
    }
    const answer = readHello(frame.kind === 'json' ? frame.value : undefined, machine.name, version);
    greeted = true;
    stopHelloLimit();
    send({ type: 'hello', version, protocol: PROTOCOL_VERSION });
    // The first round trip is measured at once.
    pinger.ping();
    liveness = watchLiveness(clock, {
      ping: pinger.ping,
      lastPing: () => {
        pinger.ping();
        onDoubt?.();
      },
      dead: () => {
        giveUp();
        onSilent();
      },
    });
    hello.resolve(answer);
  });
  agent.stdout.on('data', (chunk: Uint8Array) => {
    if (over) return;
    onHeard();
    liveness?.heard();
    receive(chunk);
  });
  void whenEnded(agent).then((ended) =>
    end(greeted ? agentEnded(machine.host, ended) : agentNotStarted(machine, ended)),
  );
  return { ...pinger, hello: hello.promise, send, overwrite, probe: () => liveness?.probe(), end };
}

interface Pinger extends Pick<AgentLink, 'ponged' | 'latency' | 'machineClock'> {
  readonly ping: () => void;
}

/** Makes a sender of pings that measures the time until their answers, and the machine's clock by them. */
function createPinger(clock: Clock, send: AgentLink['send']): Pinger {
  const pings: number[] = [];
  let latency: number | undefined;
  let machineClock: MachineClock | undefined;
  const ping = (): void => {
    pings.push(clock.now());
    send({ type: 'ping' });
  };
  return {
    ping,
    ponged: (said) => {
      const asked = pings.shift();
      if (asked === undefined) return;
      const now = clock.now();
      machineClock = readClock(said, { asked, now }, machineClock);
      // This computer slept, or its clock was set: what a clock that is set says is measured anew.
      if (!isShort(now - asked) && pings.length === 0) ping();
      latency = Math.max(0, now - asked);
    },
    machineClock: () => machineClock,
    latency: () => latency,
  };
}

/** Makes a receiver of bytes that calls `onFrame` with every frame after the noise; errors go to `onError`. */
function createReceiver(
  onError: (error: AppError) => void,
  onFrame: (frame: Frame) => void,
): (chunk: Uint8Array) => void {
  const skip = createNoiseSkipper();
  const decode = createFrameDecoder();
  let speaking = false;
  return (chunk) => {
    try {
      const spoken = speaking ? chunk : skip(chunk);
      if (!spoken) return;
      speaking = true;
      for (const frame of decode(spoken)) onFrame(frame);
    } catch (error) {
      onError(toAppError(error));
    }
  };
}

/** Waits for the end of the process and of its output, so that its last words are read before the end counts. */
async function whenEnded(agent: SshProcess): Promise<AgentEnd> {
  let errorOutput = '';
  agent.stderr.on('data', (chunk: Uint8Array) => {
    errorOutput = (errorOutput + Buffer.from(chunk).toString('utf8')).slice(-ERROR_OUTPUT_KEPT);
  });
  // A write that fails tells no more than the end of the process does.
  agent.stdin.on('error', () => undefined);
  const outputs = [agent.stdout, agent.stderr].map((output) => finished(output, { writable: false }));
  const [{ code }] = await Promise.all([agent.exit, Promise.allSettled(outputs)]);
  return { code, errorOutput };
}
