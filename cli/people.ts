import { fill } from '../shared/errors.ts';
import type { Text } from '../shared/text/en.ts';
import type { Globals } from './globals.ts';
import type { Live } from './live.ts';
import { plain } from './plain.ts';
import { ask, askYesNo, canAsk } from './prompt.ts';
import { readPasswordFile } from './secrets.ts';
import type { People, World } from './world.ts';

/** The person at the terminal; without one, only what the options name. */
export function createPeople(world: World, globals: Globals, text: Text, live: Live): People {
  let fileWasRead = false;
  return {
    async sudoPassword({ machine }) {
      if (globals.sudoPasswordFile !== undefined) {
        // Asked again means refused: the file has no other.
        if (fileWasRead) return undefined;
        fileWasRead = true;
        return readPasswordFile(world.stdin, globals.sudoPasswordFile);
      }
      if (!canAsk(world)) return undefined;
      live.end();
      return ask(world, fill(text.cli.sudoPrompt, { user: machine.user, machine: machine.name }), false);
    },
    trustHostKey({ host, type, fingerprint }) {
      if (!canAsk(world)) return Promise.resolve(false);
      live.end();
      return askYesNo(world, plain(fill(text.cli.trustPrompt, { host, type, fingerprint })));
    },
  };
}
