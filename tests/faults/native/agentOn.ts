import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { Writable } from 'node:stream';
import { openAgentChannel } from '../../../electron/engine/agent/agentChannel.ts';
import type { AgentChannel } from '../../../electron/engine/agent/agentChannel.ts';
import { joinCommand } from '../../../electron/engine/agent/agentPath.ts';
import { systemClock } from '../../../electron/engine/clock.ts';
import { AppError } from '../../../shared/errors.ts';
import type { NativeMachine } from './nativeMachine.ts';

/** The bytes that are written at once: fewer than a request has, so that each comes in pieces. */
const PIECE_BYTES = 64;

/** Starts the agent of a machine, as the engine does but without SSH, by these words before its own. */
export function agentOn(machine: NativeMachine, ...words: string[]): Promise<AgentChannel> {
  return channelOf(machine.start(...words, '/usr/local/bin/renet', 'serve'));
}

/** Joins the resident agent of a machine, as the engine does but without SSH. */
export function joinedAgent(machine: NativeMachine): Promise<AgentChannel> {
  return channelOf(machine.start(...joinCommand('/mnt/rediacc')));
}

async function channelOf(child: ChildProcess): Promise<AgentChannel> {
  const { stdin, stdout, stderr } = child;
  if (stdin === null || stdout === null || stderr === null) throw new Error('the agent has no pipes');
  const inPieces = new Writable({
    write: (chunk: Uint8Array, _encoding, done) => {
      const write = (from: number): void => {
        if (from >= chunk.length) done();
        else
          stdin.write(Buffer.from(chunk.subarray(from, from + PIECE_BYTES)), () => write(from + PIECE_BYTES));
      };
      write(0);
    },
    final: (done) => void stdin.end(done),
  });
  const exit = once(child, 'exit').then(([code]) => ({ code: code as number | null, signal: null }));
  const reference = { name: 'm', host: '127.0.0.1', port: 22, user: 'root', datastore: '/mnt/rediacc' };
  return openAgentChannel(
    { stdin: inPieces, stdout, stderr, exit, kill: () => inPieces.end() },
    {
      ...{ machine: { context: 'c', sshKey: '', machine: reference }, version: '', clock: systemClock },
      ...{ onHeard: () => undefined, onSilent: () => undefined },
    },
  );
}

/** The error with which a conversation ends that has come to its end. */
export const overNow = new AppError('cancelled');
