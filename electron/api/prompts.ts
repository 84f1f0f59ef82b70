import { randomUUID } from 'node:crypto';
import type { Prompt } from '../../shared/apiModel.ts';
import type { People } from '../engine/localEngine.ts';
import type { MachineReference } from '../engine/machineReference.ts';
import type { Sessions } from './session.ts';

/** A person's answer; without either it is declined. */
export interface PromptAnswer {
  readonly password?: string | undefined;
  readonly trust?: boolean | undefined;
}

/** What the program asks of the person at whichever window answers first. */
export interface Prompts {
  readonly people: People;
  /** Those that wait for an answer. */
  list(): Prompt[];
  answer(prompt: string, answer: PromptAnswer): void;
}

/** A prompt without its number. */
type Question = Prompt extends infer P ? (P extends Prompt ? Omit<P, 'prompt'> : never) : never;

/** Nothing is asked yet. Where there is no window, there is nobody to ask. */
export function createPrompts(sessions: Sessions): Prompts {
  const open = new Map<string, { prompt: Prompt; resolve: (answer: PromptAnswer) => void }>();
  const refusedOnce = new Set<string>();

  const ask = (question: Question): Promise<PromptAnswer> => {
    if (sessions.count() === 0) return Promise.resolve({});
    const prompt: Prompt = { ...question, prompt: randomUUID() };
    sessions.tell('prompt.asked', prompt);
    return new Promise((resolve) => open.set(prompt.prompt, { prompt, resolve }));
  };

  return {
    people: {
      sudoPassword: async ({ context, machine: { name, user } }: MachineReference) => {
        const key = `${context}/${name}`;
        const machine = { context, name };
        const { password } = await ask({
          kind: 'sudo-password',
          machine,
          user,
          again: refusedOnce.has(key),
        });
        if (password === undefined) return undefined;
        refusedOnce.add(key);
        return Buffer.from(password, 'utf8');
      },
      trustHostKey: async ({ host, type, fingerprint }) =>
        (await ask({ kind: 'host-key', host, keyType: type, fingerprint })).trust === true,
    },
    list: () => [...open.values()].map(({ prompt }) => prompt),
    answer: (prompt, answer) => {
      const asked = open.get(prompt);
      if (!asked) return;
      open.delete(prompt);
      asked.resolve(answer);
      sessions.tell('prompt.withdrawn', { prompt });
    },
  };
}
