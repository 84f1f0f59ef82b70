import type { MachineReference } from '../machineReference.ts';

/** The sudo password of one machine. It is kept in memory only, for as long as the engine lives. */
export interface SudoKnowledge {
  password: Promise<Buffer | undefined> | undefined;
}

/** The answers to the sudo of one process. */
interface SudoAnswers {
  /** Returns the password to give: the known one, or, when sudo asks again, a new one that the person is asked for. */
  readonly next: () => Promise<Buffer | undefined>;
  /** Forgets the password that was given, as sudo has refused for good. */
  readonly refused: () => void;
}

/**
 * Makes the answers from the known password, or by asking the person. Callers that need it at the same time share one
 * question.
 */
export function createSudoAnswers(
  machine: MachineReference,
  known: SudoKnowledge,
  ask: (machine: MachineReference, again: boolean) => Promise<Buffer | undefined>,
): SudoAnswers {
  let given: Promise<Buffer | undefined> | undefined;
  const forget = (): void => {
    if (given && known.password === given) known.password = undefined;
  };
  return {
    next: async () => {
      forget();
      given = known.password ??= ask(machine, given !== undefined);
      try {
        const password = await given;
        if (password === undefined) forget();
        return password;
      } catch (error) {
        forget();
        throw error;
      }
    },
    refused: forget,
  };
}
