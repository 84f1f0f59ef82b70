import type { Socket } from 'node:net';
import { chunkByChunk, takeOver, wipeWaiting } from '../wipedReads.ts';

/** A connection, with the chunks that come over it, one at a time, so that whoever takes one can overwrite it. */
export interface Incoming {
  readonly socket: Socket;
  readonly chunks: AsyncIterableIterator<Uint8Array>;
  /** Takes no more chunks. */
  readonly end: () => void;
  /** Overwrites what came and was not taken, as nobody will take it. */
  readonly wipe: () => void;
}

/**
 * Takes over a connection that a server made with `pauseOnConnect` has accepted, so that no memory that is not overwritten
 * holds what comes over it. Returns undefined where that cannot be done.
 */
export function incomingOf(accepted: Socket): Incoming | undefined {
  const chunks = chunkByChunk(() => socket?.resume());
  let isOver = false;
  const end = (): void => {
    if (!isOver) chunks.push(null);
    isOver = true;
  };
  const socket = takeOver(accepted, (chunk) => {
    if (!isOver) return chunks.push(chunk);
    chunk.fill(0);
    return true;
  });
  // A client may be gone at any time; that is no fault.
  socket
    ?.on('error', () => undefined)
    .once('end', end)
    .once('close', end);
  return (
    socket && {
      ...{ socket, chunks: chunks[Symbol.asyncIterator]() as AsyncIterableIterator<Uint8Array>, end },
      wipe: () => wipeWaiting(chunks),
    }
  );
}
