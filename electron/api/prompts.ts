import { randomUUID } from 'node:crypto';
import type { Prompt } from '../../shared/api/apiModel.ts';
import type { People } from '../engine/localEngine.ts';
import { withResolvers } from '../engine/resolvers.ts';
import type { WindowSessions } from './windowSessions.ts';

/** A person's answer. Without both fields the question is declined. */
interface PromptAnswer {
  readonly password?: string | undefined;
  readonly trust?: boolean | undefined;
}

/** The questions that the program asks people. The window that answers first counts. */
export interface Prompts {
  readonly people: People;
  /** Lists the questions that wait for an answer. */
  list(): Prompt[];
  answer(prompt: string, answer: PromptAnswer): void;
}

type Resolve = (answer: PromptAnswer) => void;

/** A prompt without its id. */
type Question = Prompt extends infer P ? (P extends Prompt ? Omit<P, 'prompt'> : never) : never;

/**
 * Makes the asker of questions that only a person can answer. A question that is asked while there is no window waits
 * for one. A question that is still open is not asked twice: a connection that broke while somebody thought about the
 * answer asks again when it is tried again.
 */
export function createPrompts(sessions: Pick<WindowSessions, 'tell'>): Prompts {
  const open = new Map<string, { prompt: Prompt; answer: Promise<PromptAnswer>; resolve: Resolve }>();

  const ask = (question: Question): Promise<PromptAnswer> => {
    const same = [...open.values()].find(({ prompt }) => subjectOf(prompt) === subjectOf(question));
    if (same) return same.answer;
    const prompt: Prompt = { ...question, prompt: randomUUID() };
    const { promise, resolve } = withResolvers<PromptAnswer>();
    open.set(prompt.prompt, { prompt, answer: promise, resolve });
    sessions.tell('prompt.asked', prompt);
    return promise;
  };

  return {
    people: {
      sudoPassword: async ({ context, machine: { name, user } }, again) => {
        const machine = { context, name };
        const { password } = await ask({ kind: 'sudo-password', machine, user, again });
        return password === undefined ? undefined : Buffer.from(password, 'utf8');
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

/** Returns a text that is equal for two questions about the same thing. */
function subjectOf(question: Question): string {
  switch (question.kind) {
    case 'sudo-password':
      return JSON.stringify([question.kind, question.machine, question.user]);
    case 'host-key':
      return JSON.stringify([question.kind, question.host, question.fingerprint]);
  }
}
