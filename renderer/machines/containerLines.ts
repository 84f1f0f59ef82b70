import type { Repository } from '../../shared/model.ts';
import type { MachineContainer } from '../../shared/protocol/observation.ts';
import { containerState } from '../status/serviceState.ts';
import type { ServiceState } from '../status/serviceState.ts';
import { serviceTone } from '../status/tones.ts';
import type { Tone } from '../ui/StateMark.tsx';

/** A container as the list over all daemons shows it. */
export interface ContainerLine {
  readonly container: MachineContainer;
  readonly state: ServiceState;
  readonly tone: Tone;
}

/** The tones in the order of the list: what people look for comes first. */
const ORDER: readonly Tone[] = ['fail', 'warn', 'stale', 'busy', 'idle', 'closed', 'ok'];

/**
 * Returns a machine's containers, those in trouble first, then by repository and service. A container that ended with
 * an error while its repository should run counts as failed, even where its exit code is that of a stop: nobody asked
 * it to stop.
 */
export function containerLines(
  containers: readonly MachineContainer[],
  repositories: readonly Pick<Repository, 'guid' | 'state'>[],
  fresh: boolean,
): readonly ContainerLine[] {
  const troubled = new Set(
    repositories.filter(({ state }) => state === 'degraded' || state === 'failed').map(({ guid }) => guid),
  );
  const lines = containers.map((container): ContainerLine => {
    const state = fresh ? stateOf(container, troubled.has(container.repository.guid)) : 'unknown';
    return { container, state, tone: serviceTone(state) };
  });
  return lines.sort(
    (a, b) =>
      ORDER.indexOf(a.tone) - ORDER.indexOf(b.tone) ||
      a.container.repository.name.localeCompare(b.container.repository.name) ||
      nameOf(a.container).localeCompare(nameOf(b.container)),
  );
}

function stateOf(container: MachineContainer, troubled: boolean): ServiceState {
  const state = containerState(container);
  const killed = container.exitCode !== undefined && container.exitCode !== 0;
  return state === 'stopped' && troubled && killed ? 'exited' : state;
}

/** Returns the name of a container's service or, without a service, the container's own name. */
export function nameOf({ service, name }: MachineContainer): string {
  return service ?? name;
}

/** Counts the daemons that these containers run on. */
export function daemonCount(containers: readonly MachineContainer[]): number {
  return new Set(containers.map(({ repository }) => repository.guid)).size;
}
