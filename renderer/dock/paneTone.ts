import type { LogSource } from '../../shared/api/api.ts';
import { keyOf } from '../../shared/api/apiModel.ts';
import type { MachineState } from '../../shared/api/apiModel.ts';
import { gravestTone, repositoryTone } from '../../shared/tone.ts';
import type { Tone } from '../../shared/tone.ts';
import { containerState } from '../status/serviceState.ts';
import { serviceTone, verdictTone } from '../status/tones.ts';
import { shownState } from '../status/condition.ts';

/**
 * Returns the tone of the operation, repository, service or set-up that a log is about, by what its machine reports;
 * undefined when the machine is gone or does not report it.
 */
export function paneTone(source: LogSource, machines: readonly MachineState[]): Tone | undefined {
  const machine = machines.find((one) => keyOf(one.machine) === keyOf(source.machine));
  if (machine === undefined) return undefined;
  switch (source.kind) {
    case 'operation': {
      const operation = machine.operations?.find(({ id }) => id === source.operation);
      return operation && verdictTone(operation.state);
    }
    case 'containers': {
      const repository = machine.repositories?.find(({ guid }) => guid === source.repository);
      if (repository === undefined) return undefined;
      const state = shownState(machine, repository);
      const service = repository.services.find(({ name }) => name === source.service);
      if (service === undefined || state === 'unknown') return repositoryTone(state);
      return gravestTone(service.containers.map((container) => serviceTone(containerState(container))));
    }
    case 'setup': {
      const { setup } = machine;
      return setup && verdictTone(setup.state);
    }
  }
}
