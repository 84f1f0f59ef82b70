import type { VerbRequest } from '../../../shared/verbs.ts';
import { followOperation } from './follow.ts';
import type { FollowEnd, FollowOptions } from './follow.ts';
import type { ReconnectDependencies } from '../machine/reconnectDependencies.ts';
import type { History } from './history.ts';
import type { MachineReference } from '../machineReference.ts';
import { startOperation } from './start.ts';
import type { StartOptions } from './start.ts';

/** The starting and following of operations, which are noted in the history on this computer. */
interface Operations {
  start(
    machine: MachineReference,
    request: VerbRequest,
    options: StartOptions,
  ): Promise<{ operation: string }>;
  follow(machine: MachineReference, operation: string, options: FollowOptions): Promise<FollowEnd>;
  /** Resolves when everything that was to be noted so far is on disk. */
  settled(): Promise<void>;
}

interface OperationOptions extends ReconnectDependencies {
  readonly history: History;
  /** The person who starts operations, as account@computer. */
  readonly by: string;
}

/** Makes the starter and follower of operations, which notes in `history` when they begin and end. */
export function createOperations(options: OperationOptions): Operations {
  const { history, clock, by } = options;
  let notes = Promise.resolve();
  // The machine has the authoritative record: a history that cannot be written ends no operation. Whoever lists the
  // history gets the error.
  const note = (write: () => Promise<void>): Promise<void> => {
    notes = notes.then(write).catch(() => undefined);
    return notes;
  };
  return {
    start: async (machine, request, startOptions) => {
      const startedAt = clock.now();
      const started = await startOperation(options, by, machine, request, startOptions);
      const { verb, repository } = request;
      await note(() => history.started(machine, { id: started.operation, verb, repository, startedAt }));
      return started;
    },
    follow: async (machine, operation, followOptions) => {
      let endedAt: number | undefined;
      const end = await followOperation(options, machine, operation, {
        ...followOptions,
        onEvent: (event) => {
          if (event.type === 'started') {
            const { verb, repository, startedAt } = event.operation;
            void note(() =>
              history.started(machine, { id: operation, verb, repository: repository.name, startedAt }),
            );
          }
          if (event.type === 'verdict') endedAt = event.at;
          followOptions.onEvent(event);
        },
      });
      const verdict =
        end.kind === 'verdict' ? end.verdict : { kind: 'lost' as const, failures: [], notRun: [] };
      await note(() => history.ended(machine, operation, verdict, endedAt ?? clock.now()));
      return end;
    },
    settled: () => notes,
  };
}
