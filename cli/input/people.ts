import { fill } from '../../shared/errors.ts';
import type { Text } from '../../shared/text/text.ts';
import type { Globals } from '../globals.ts';
import type { Live } from '../terminal/live.ts';
import { plain } from '../../shared/plain.ts';
import { ask, askYesNo, canAsk } from './prompt.ts';
import { readPasswordFile } from './secrets.ts';
import type { People, RdcDependencies } from '../dependencies.ts';

/** Answers what the engine asks of a person: by a question on the terminal, or from the file that an option names. */
export function createPeople(
  dependencies: RdcDependencies,
  globals: Globals,
  text: Text,
  live: Live,
): People {
  const passwordFile = globals.sudoPasswordFile;
  let password: Promise<Buffer> | undefined;
  // Several machines may want an answer at once; a person is asked one question after the other.
  let asking: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(question: () => Promise<T>): Promise<T> => {
    const answer = asking.then(() => {
      live.end();
      return question();
    });
    asking = answer.catch(() => undefined);
    return answer;
  };
  return {
    async sudoPassword({ machine: { name, user } }, again) {
      if (passwordFile !== undefined) {
        // The file's password was wrong, and the file has no other.
        if (again) return undefined;
        password ??= readPasswordFile(dependencies.stdin, passwordFile);
        // The engine wipes the password it gets, and the next machine needs it too: so each gets a copy.
        return Buffer.from(await password);
      }
      if (!canAsk(dependencies)) return undefined;
      return inTurn(() => ask(dependencies, fill(text.cli.sudoPrompt, { user, machine: name }), false));
    },
    async trustHostKey({ host, type, fingerprint }) {
      if (!canAsk(dependencies)) return false;
      return inTurn(() =>
        askYesNo(dependencies, plain(fill(text.cli.trustPrompt, { host, type, fingerprint }))),
      );
    },
  };
}
