import type { MachineReference } from '../machineReference.ts';

/** The sudo password of one machine, for as long as the engine lives; in memory only. */
export interface SudoKnowledge {
  password: Promise<Buffer | undefined> | undefined;
}

/** The answers to one process's sudo. */
interface SudoAnswers {
  /** The password to give: the one that is known; when sudo asks again, another one of the person. */
  readonly next: () => Promise<Buffer | undefined>;
  /** sudo has refused for good: what was given is not kept. */
  readonly refused: () => void;
}

/** Answers from what is known, and asks the person for what is not; who asks at the same time shares one question. */
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
