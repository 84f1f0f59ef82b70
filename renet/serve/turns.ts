import type { Method } from '../../shared/protocol/protocol.ts';

/** The requests that are worked on at once for all connections, and those of one connection that have no answer yet. */
interface Bounds {
  readonly all: number;
  readonly each: number;
}

const USUAL: Bounds = { all: 8, each: 3 };

/**
 * Tells which requests take turns: those that read trees, logs, headers or containers, or run programs. The others are
 * answered whatever waits: what begins and ends an operation, and what opens a stream, which has its own credit.
 */
export const TAKES_TURNS: Readonly<Record<Method, boolean>> = {
  'machine.info': true,
  'machine.containers': true,
  'machine.watch': false,
  'machine.events': false,
  'repository.list': true,
  'repository.status': true,
  'repository.slots': true,
  'repository.validate': true,
  'autostart.list': true,
  'autostart.verify': true,
  'header.save': true,
  'header.read': true,
  'header.write': true,
  'header.forget': false,
  'operation.plan': true,
  'operation.start': false,
  'operation.list': true,
  'operation.show': true,
  'operation.cancel': false,
  'operation.follow': false,
  'containers.logs': true,
};

/** The right to work on one request. */
export interface Turn {
  /** Gives the place among all connections to the next one, as the work is done. */
  readonly worked: () => void;
  /** Gives the place among the connection's own to its next one, as the answer was sent. */
  readonly answered: () => void;
}

/** The line in which one connection's requests wait. */
export interface Line {
  /** Resolves when the connection's next request has its turn; with undefined once the connection has left. */
  turn(): Promise<Turn | undefined>;
  /** Lets nobody of the connection have another turn. */
  leave(): void;
}

/** The turns of all connections to one agent. */
export interface Turns {
  join(): Line;
}

/** A connection's line: the requests that wait, and the number of those that have no answer yet. */
interface OwnLine {
  readonly waiting: ((turn: Turn | undefined) => void)[];
  unanswered: number;
}

/**
 * Makes the turns of an agent. The connection with the fewest requests that have no answer is next, and among equals the
 * one that has waited longest: a client that asks for much delays itself. One that does not read its answers gets no more
 * turns, and takes no place of the others.
 */
export function createTurns({ all, each }: Bounds = USUAL): Turns {
  // The one whose last turn is the longest ago comes first.
  const lines = new Set<OwnLine>();
  let working = 0;
  const next = (): void => {
    while (working < all) {
      const ready = [...lines].filter(({ waiting, unanswered }) => waiting.length > 0 && unanswered < each);
      const fewest = Math.min(...ready.map(({ unanswered }) => unanswered));
      const line = ready.find(({ unanswered }) => unanswered === fewest);
      if (line === undefined) return;
      lines.delete(line);
      lines.add(line);
      begin(line);
    }
  };
  const begin = (line: OwnLine): void => {
    working += 1;
    line.unanswered += 1;
    line.waiting.shift()?.({
      worked: () => {
        working -= 1;
        next();
      },
      answered: () => {
        line.unanswered -= 1;
        next();
      },
    });
  };
  return {
    join: () => {
      const line: OwnLine = { waiting: [], unanswered: 0 };
      let hasLeft = false;
      lines.add(line);
      return {
        turn: () =>
          new Promise((resolve) => {
            if (hasLeft) resolve(undefined);
            else line.waiting.push(resolve);
            next();
          }),
        leave: () => {
          hasLeft = true;
          lines.delete(line);
          for (const waits of line.waiting.splice(0)) waits(undefined);
        },
      };
    },
  };
}
