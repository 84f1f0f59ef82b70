import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { AGENT_UNIT } from '../../shared/agentUnits.ts';
import { AGENT_SOCKET, joinLine } from '../../shared/protocol/join.ts';
import { HELLO_MAGIC } from '../../shared/protocol/protocol.ts';
import type { RunCommand } from '../host.ts';

/** How the resident agent is watched: the socket that it is joined by, and times in milliseconds. */
interface Watching {
  readonly socket: string;
  readonly every: number;
  /** The time in which it has to say hello, which a loaded machine may need. */
  readonly answersWithin: number;
}

const USUAL: Watching = { socket: AGENT_SOCKET, every: 60_000, answersWithin: 45_000 };

/**
 * Ends a resident agent that says no hello twice in a row, for systemd to start another, until `stop`: its process may be
 * there without doing anything. Where nothing listens there is nothing to end.
 */
export async function keepAgentAlive(
  run: RunCommand,
  datastore: string,
  stop: AbortSignal,
  { socket, every, answersWithin }: Watching = USUAL,
): Promise<void> {
  let silences = 0;
  while (!stop.aborted) {
    silences = (await isSilent(socket, datastore, answersWithin)) ? silences + 1 : 0;
    if (silences === 2) {
      silences = 0;
      await run(['systemctl', 'kill', '--signal=KILL', AGENT_UNIT]).catch(() => undefined);
    }
    await pause(every, undefined, { signal: stop }).catch(() => undefined);
  }
}

/** Tells whether somebody takes connections and says no hello. */
function isSilent(socket: string, datastore: string, within: number): Promise<boolean> {
  return new Promise((resolve) => {
    const client = connect(socket);
    const finish = (silent: boolean): void => {
      clearTimeout(timer);
      client.destroy();
      resolve(silent);
    };
    const timer = setTimeout(() => finish(true), within);
    client.on('error', () => finish(false));
    client.on('close', () => finish(false));
    client.on('data', (bytes) => {
      if (bytes.includes(HELLO_MAGIC)) finish(false);
    });
    client.write(joinLine({ account: { name: 'root', uid: 0, gid: 0 }, datastore }));
  });
}
