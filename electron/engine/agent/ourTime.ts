import type { JournalEntry, Moment } from '../../../shared/journal/entry.ts';
import type {
  AutostartState,
  OperationEvent,
  OperationHead,
  OperationSummary,
  Repository,
} from '../../../shared/model.ts';
import type { MachineContainer, WatchState } from '../../../shared/protocol/observation.ts';
import type { Result } from '../../../shared/protocol/answers.ts';
import type { Method } from '../../../shared/protocol/protocol.ts';
import { CLOCK_TOLERANCE_MILLISECONDS } from '../../../shared/operationClock.ts';
import type { MachineClock } from './machineClock.ts';

/** The milliseconds by which a time may be off before it is moved: what a slow network makes of a right one. */
const NEAR_MILLISECONDS = 5_000;

/** Moves the times that a machine tells to our clock (docs/decisions/order-and-clocks.md). */
export interface OurTime {
  answer<M extends Method>(method: M, result: Result<M>): Result<M>;
  state(state: WatchState): WatchState;
  entry(entry: JournalEntry): JournalEntry;
  /** Makes a mover of one operation's events, in their order. */
  events(): (event: OperationEvent) => OperationEvent;
}

/**
 * Makes a mover of a machine's times. `bootId`: of the boot it is in. `clock` returns how its clock compares with ours
 * now; without it every time stays.
 */
export function createOurTime(bootId: string, clock: () => MachineClock | undefined): OurTime {
  const moved = (at: number, ours: number): number =>
    Math.abs(ours - at) <= NEAR_MILLISECONDS ? at : Math.round(ours);

  const startOf = ({
    startedAt,
    boot,
    ahead,
  }: Pick<OperationHead, 'startedAt' | 'boot' | 'ahead'>): number => {
    const now = clock();
    if (now === undefined) return startedAt;
    const ours = startedAt - (ahead ?? now.ahead);
    if (boot === undefined) return moved(startedAt, ours);
    if (boot.id !== bootId) return moved(startedAt, Math.min(ours, now.bootedAt));
    // The machine has been up since, however its clock was set meanwhile. While a virtual machine is paused its uptime
    // stands still: the start is then longer ago, as the two clocks said it to each other. That counts where they say the
    // same today: otherwise one of the three clocks was wrong, perhaps that of another computer that asked.
    const sinceBoot = now.bootedAt + boot.uptime;
    const isAgreed = ahead !== undefined && Math.abs(ahead - now.ahead) <= CLOCK_TOLERANCE_MILLISECONDS;
    return moved(startedAt, isAgreed ? Math.min(ours, sinceBoot) : sinceBoot);
  };
  const operation = (one: OperationSummary): OperationSummary => {
    const startedAt = startOf(one);
    const { endedAt } = one;
    return {
      ...one,
      startedAt,
      ...(endedAt !== undefined && { endedAt: endedAt + startedAt - one.startedAt }),
    };
  };
  const optional = (one: OperationSummary | undefined): OperationSummary | undefined => one && operation(one);
  const autostart = <State extends AutostartState>(state: State): State => ({
    ...state,
    ...defined({ lastBoot: optional(state.lastBoot), lastShutdown: optional(state.lastShutdown) }),
  });
  const repository = (one: Repository): Repository => ({
    ...one,
    ...defined({
      operation: optional(one.operation),
      lastOperation: optional(one.lastOperation),
      autostart: autostart(one.autostart),
    }),
  });
  const container = (one: MachineContainer): MachineContainer => {
    const { startedAt } = one;
    return startedAt === undefined
      ? one
      : { ...one, startedAt: moved(startedAt, startedAt - (clock()?.ahead ?? 0)) };
  };

  const startOfBoot = ({ at, boot }: Moment): number => startOf({ startedAt: at, boot });
  const entry = (one: JournalEntry): JournalEntry => {
    const began = { ...one.began, at: startOfBoot(one.began) };
    const { ended, milliseconds } = one;
    if (ended === undefined) return { ...one, began };
    const at = milliseconds === undefined ? startOfBoot(ended) : began.at + milliseconds;
    return { ...one, began, ended: { ...ended, at } };
  };

  const answers: { readonly [M in Method]?: (result: Result<M>) => Result<M> } = {
    'machine.info': (info) => ({ ...info, clockAhead: clock()?.ahead }),
    'machine.containers': (containers) => containers.map(container),
    'repository.list': (repositories) => repositories.map(repository),
    'repository.status': repository,
    'autostart.list': (list) => ({ ...list, repositories: list.repositories.map(autostart) }),
    'autostart.verify': autostart,
    'operation.list': (operations) =>
      operations.map((one) => (one.state === 'unreadable' ? one : operation(one))),
    'operation.show': operation,
  };
  return {
    answer: (method, result) => answers[method]?.(result) ?? result,
    state: (state) => ({
      ...state,
      clockAhead: clock()?.ahead,
      ...defined({
        repositories: state.repositories?.map(repository),
        containers: state.containers?.map(container),
        operations: state.operations?.map(operation),
      }),
    }),
    entry,
    events: () => {
      let shift: number | undefined;
      return (event) => {
        if (event.type !== 'started') {
          shift ??= moved(event.at, event.at - (clock()?.ahead ?? 0)) - event.at;
          return { ...event, at: event.at + shift };
        }
        const startedAt = startOf(event.operation);
        shift = startedAt - event.operation.startedAt;
        return { ...event, at: event.at + shift, operation: { ...event.operation, startedAt } };
      };
    },
  };
}

/** Returns the fields that are not undefined. */
function defined<Fields extends object>(
  fields: Fields,
): { [Key in keyof Fields]?: Exclude<Fields[Key], undefined> } {
  const entries = Object.entries(fields).filter(([, field]) => field !== undefined);
  return Object.fromEntries(entries) as ReturnType<typeof defined<Fields>>;
}
