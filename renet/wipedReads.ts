import { Socket } from 'node:net';
import type { OnReadOpts, SocketConstructorOpts } from 'node:net';
import { Readable } from 'node:stream';
import { copyOf, fixedBytes } from '../shared/secrets/secretBytes.ts';
import { hasCode } from './host.ts';

/** The bytes that are read at once. */
const READ_BYTES = 64 * 1024;

/**
 * Makes the options by which a socket reads into memory that is overwritten after each read. `take` gets a copy, and
 * overwrites it in its turn; it returns false to be given no more for now. Node's own memory for reads is given back as it
 * is, with a passphrase in it.
 */
export function wipedReads(take: (bytes: Uint8Array) => boolean): OnReadOpts {
  const buffer = fixedBytes(READ_BYTES);
  return {
    buffer,
    callback: (length) => {
      const read = buffer.subarray(0, length);
      const copy = copyOf(read);
      read.fill(0);
      return take(copy);
    },
  };
}

/**
 * Takes a connection over from a server that was made with `pauseOnConnect`, and returns its socket, which reads as
 * `wipedReads` says: a server's own sockets cannot. The handle beneath a socket has no public name in Node, but the same
 * one in all its versions. Returns undefined, and ends the connection, where there is none.
 */
export function takeOver(accepted: Socket, take: (bytes: Uint8Array) => boolean): Socket | undefined {
  const holder: { _handle?: object | null } = accepted as object;
  const { _handle: handle } = holder;
  holder._handle = null;
  // Its server then no longer counts it.
  accepted.destroy();
  if (handle === undefined || handle === null) return undefined;
  const options: SocketConstructorOpts & { handle: object; onread: OnReadOpts } = {
    ...{ handle, allowHalfOpen: true, readable: true, writable: true },
    onread: wipedReads(take),
  };
  return new Socket(options);
}

/** Returns this program's standard input, read as `wipedReads` says wherever it is a pipe or a socket. */
export function wipedStandardInput(): Readable {
  const input = chunkByChunk(() => socket?.resume());
  const onread = wipedReads((bytes) => input.push(bytes));
  const socket = openPipe({ fd: 0, readable: true, writable: false, onread });
  if (socket === undefined) return process.stdin;
  socket.once('end', () => input.push(null));
  socket.once('error', (error) => input.destroy(error));
  return input;
}

/**
 * Makes a stream that gives the pushed chunks themselves, one at a time, so that whoever takes one can overwrite it. A
 * stream of bytes would join those that wait into a copy, and let the originals go as they are. `more` is called when
 * none waits.
 */
export function chunkByChunk(more: () => void): Readable {
  return new Readable({ objectMode: true, highWaterMark: 1, read: more });
}

/** Overwrites the chunks that wait in a stream of `chunkByChunk` and that nobody takes any more, also once it was destroyed. */
export function wipeWaiting(chunks: Readable): void {
  for (;;) {
    const chunk: unknown = chunks.read();
    if (!(chunk instanceof Uint8Array)) return;
    chunk.fill(0);
  }
}

/** Opens a pipe or socket; undefined for a file or a terminal, which are none. */
function openPipe(options: SocketConstructorOpts & { onread: OnReadOpts }): Socket | undefined {
  try {
    return new Socket(options);
  } catch (error) {
    if (hasCode(error, 'ERR_INVALID_FD_TYPE')) return undefined;
    throw error;
  }
}
