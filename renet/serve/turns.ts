import type { Method } from '../../shared/protocol/protocol.ts';

/** The requests that are worked on at once for all connections, and those of one connection that have no answer yet. */
interface Bounds {
  readonly all: number;
  readonly each: number;
}

/**
 * The lanes of requests, none of which waits for another: what reads trees, logs, headers or containers, or runs programs;
 * what every verb asks first; and what checks a whole file system, for minutes.
 */
type Lane = 'reads' | 'plans' | 'checks';

const BOUNDS: Readonly<Record<Lane, Bounds>> = {
  reads: { all: 8, each: 3 },
  plans: { all: 4, each: 2 },
  checks: { all: 2, each: 1 },
};

/**
 * Tells the lane in which a request takes turns; undefined for one that is answered whatever waits: what begins and ends an
 * operation, and what opens a stream, which has its own credit.
 */
export const LANES: Readonly<Record<Method, Lane | undefined>> = {
  'machine.info': 'reads',
  'machine.containers': 'reads',
  'machine.watch': undefined,
  'machine.events': undefined,
  'repository.list': 'reads',
  'repository.status': 'reads',
  'repository.slots': 'reads',
  'repository.validate': 'checks',
  'autostart.list': 'reads',
  'autostart.verify': 'reads',
  'header.save': 'reads',
  'header.read': 'reads',
  'header.write': 'reads',
  'header.forget': undefined,
  'operation.plan': 'plans',
  'operation.start': undefined,
  'operation.list': 'plans',
  'operation.show': 'reads',
  'operation.cancel': undefined,
  'operation.follow': undefined,
  'containers.logs': 'reads',
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
  /** Resolves when the connection's next request in a lane has its turn; with undefined once the connection has left. */
  turn(lane: Lane): Promise<Turn | undefined>;
  /** Lets nobody of the connection have another turn. */
  leave(): void;
}

/** The turns of all connections to one agent. */
export interface Turns {
  join(): Line;
}

/** A connection's line in one lane: the requests that wait, and the number of those that have no answer yet. */
interface OwnLine {
  readonly waiting: ((turn: Turn | undefined) => void)[];
  unanswered: number;
}

/** Makes the turns of an agent. */
export function createTurns(): Turns {
  const lanes = {
    reads: createLane(BOUNDS.reads),
    plans: createLane(BOUNDS.plans),
    checks: createLane(BOUNDS.checks),
  };
  return {
    join: () => {
      const lines = { reads: lanes.reads(), plans: lanes.plans(), checks: lanes.checks() };
      return {
        turn: (lane) => lines[lane].turn(),
        leave: () => {
          for (const line of Object.values(lines)) line.leave();
        },
      };
    },
  };
}

/** A connection's place in one lane. */
interface LaneLine {
  turn(): Promise<Turn | undefined>;
  leave(): void;
}

/**
 * Makes one lane, and returns what joins it. The connection with the fewest requests that have no answer is next, and among
 * equals the one that has waited longest: a client that asks for much delays itself. One that does not read its answers gets
 * no more turns, and takes no place of the others.
 */
function createLane({ all, each }: Bounds): () => LaneLine {
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
  return () => {
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
  };
}
