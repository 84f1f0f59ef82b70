import { AppError } from '../../../shared/errors.ts';
import type { SshSession } from '../../ssh/types.ts';
import { openAgentChannel } from '../agent/agentChannel.ts';
import type { AgentChannel } from '../agent/agentChannel.ts';
import { lacksRelay } from '../agent/agentEnded.ts';
import { aloneCommand, joinCommand } from '../agent/agentPath.ts';
import type { Clock } from '../clock.ts';
import type { MachineAccess } from './machineAccess.ts';
import { connectionIdentity } from '../machineReference.ts';
import type { MachineReference } from '../machineReference.ts';

/**
 * The conversations with the machines' agents. Each machine has one for control and one for all followed logs, so that
 * a flood of output holds up nothing else. They are opened when first wanted and stay open; a dead one is replaced at
 * the next call. Concurrent callers share one attempt to connect.
 */
export interface Connections {
  /** Returns the conversation for control. */
  control(machine: MachineReference): Promise<AgentChannel>;
  /** Returns the conversation for logs; the one for control where sshd allows only one (MaxSessions 1). */
  logs(machine: MachineReference): Promise<AgentChannel>;
  /** Makes every open link find out soon whether it still lives. */
  probe(): void;
  /** Ends all conversations. */
  close(): void;
}

interface ConnectionOptions {
  readonly access: MachineAccess;
  readonly clock: Clock;
  /** The version of this program. */
  readonly version: string;
  /** Called whenever bytes come from the machine. */
  readonly onHeard: (machine: MachineReference) => void;
}

/** The place of one channel, which is opened when it is wanted. */
interface Slot {
  get(): Promise<AgentChannel>;
  /** Returns the channel if it is open. */
  current(): AgentChannel | undefined;
}

interface MachineSlots {
  readonly control: Slot;
  readonly logs: Slot;
}

/** Makes the keeper of the conversations. Each is opened when it is first wanted. */
export function createConnections(options: ConnectionOptions): Connections {
  const machines = new Map<string, MachineSlots>();
  const slotsOf = (machine: MachineReference): MachineSlots => {
    const key = connectionIdentity(machine);
    const slots = machines.get(key) ?? createSlots(options, machine);
    machines.set(key, slots);
    return slots;
  };
  const openChannels = (): AgentChannel[] =>
    [...machines.values()]
      .flatMap(({ control, logs }) => [control.current(), logs.current()])
      .filter((channel) => channel !== undefined);
  return {
    control: (machine) => slotsOf(machine).control.get(),
    logs: (machine) => slotsOf(machine).logs.get(),
    probe: () => {
      for (const channel of openChannels()) channel.probe();
    },
    close: () => {
      for (const channel of openChannels()) channel.end(new AppError('cancelled'));
    },
  };
}

function createSlots(options: ConnectionOptions, machine: MachineReference): MachineSlots {
  const control = createSlot(async () => openAgent(options, machine, await options.access.session(machine)));
  const logs = createSlot(async () => {
    // Control is opened first: where sshd allows one channel only, it must be this one.
    const first = await control.get();
    try {
      return await openAgent(options, machine, await options.access.session(machine));
    } catch (error) {
      if (options.access.isChannelRefused(error)) return first;
      throw error;
    }
  });
  return { control, logs };
}

function createSlot(open: () => Promise<AgentChannel>): Slot {
  let opening: Promise<AgentChannel> | undefined;
  let current: AgentChannel | undefined;
  const openAnew = async (): Promise<AgentChannel> => {
    try {
      const channel = await open();
      current = channel;
      void channel.closed.then(forget);
      return channel;
    } catch (error) {
      forget();
      throw error;
    }
  };
  const forget = (): void => {
    opening = undefined;
    current = undefined;
  };
  return { get: () => (opening ??= openAnew()), current: () => current };
}

/** Joins a machine's resident agent; starts one for this connection alone where the relay to it cannot be run. */
async function openAgent(
  options: ConnectionOptions,
  machine: MachineReference,
  session: SshSession,
): Promise<AgentChannel> {
  const { datastore } = machine.machine;
  try {
    return await openAgentBy(joinCommand(datastore), options, machine, session);
  } catch (error) {
    if (!lacksRelay(error)) throw error;
    return openAgentBy(aloneCommand(datastore), options, machine, session);
  }
}

async function openAgentBy(
  command: readonly string[],
  { access, clock, version, onHeard }: ConnectionOptions,
  machine: MachineReference,
  session: SshSession,
): Promise<AgentChannel> {
  const agent = await access.runAsRoot(machine, session, command, {});
  let isSessionAlive = false;
  return openAgentChannel(agent, {
    machine,
    version,
    clock,
    onHeard: () => onHeard(machine),
    onDoubt: () => {
      isSessionAlive = false;
      void session.answers().then(() => {
        isSessionAlive = true;
      });
    },
    // Where SSH does not answer either, the link is dead for everything on it. Where it does, only the agent is silent (it ends,
    // or is stuck): terminals and tunnels go on, and the next caller joins anew.
    onSilent: () => {
      if (!isSessionAlive) session.end();
    },
  });
}
