import { AppError } from '../../../shared/errors.ts';
import type { SshSession } from '../../ssh/types.ts';
import { openAgentChannel } from '../agent/agentChannel.ts';
import type { AgentChannel } from '../agent/agentChannel.ts';
import { agentCommand } from '../agent/agentPath.ts';
import type { Clock } from '../clock.ts';
import type { MachineAccess } from './machineAccess.ts';
import { connectionIdentity } from '../machineReference.ts';
import type { MachineReference } from '../machineReference.ts';

/**
 * The conversations with the machines' agents: per machine one for control and one for all followed logs, so that a
 * flood of output holds up nothing else. They are opened when first wanted and stay; a dead one is replaced at the
 * next call. Concurrent callers share one attempt to connect.
 */
export interface Connections {
  control(machine: MachineReference): Promise<AgentChannel>;
  /** The second conversation; the first where sshd allows only one (MaxSessions 1). */
  logs(machine: MachineReference): Promise<AgentChannel>;
  /** Finds out soon which of the links still live. */
  probe(): void;
  /** Ends all of them. */
  close(): void;
}

interface ConnectionOptions {
  readonly access: MachineAccess;
  readonly clock: Clock;
  /** Our version. */
  readonly version: string;
  /** A byte came from the machine. */
  readonly onHeard: (machine: MachineReference) => void;
}

/** One channel, opened when wanted. */
interface Slot {
  get(): Promise<AgentChannel>;
  /** The channel, if it is open. */
  current(): AgentChannel | undefined;
}

interface MachineSlots {
  readonly control: Slot;
  readonly logs: Slot;
}

/** Makes the keeper of connections; each is opened when it is first wanted. */
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
    // Control comes first: where there is room for one only, that is the one.
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

async function openAgent(
  { access, clock, version, onHeard }: ConnectionOptions,
  machine: MachineReference,
  session: SshSession,
): Promise<AgentChannel> {
  const command = agentCommand(machine.machine.datastore, 'serve');
  const agent = await access.runAsRoot(machine, session, command, {});
  return openAgentChannel(agent, {
    machine,
    version,
    clock,
    onHeard: () => onHeard(machine),
    // The link is dead for everything on it, not only for this channel.
    onSilent: () => session.end(),
  });
}
