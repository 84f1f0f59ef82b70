import type { Socket } from 'node:net';
import { parseJson } from '../../json.ts';

/**
 * Reads the next line of a socket as JSON. Resolves with undefined when the socket ends first, or when the line is no
 * JSON: what wrote it is another version, or is being ended.
 */
export async function readJsonLine(socket: Socket): Promise<unknown> {
  const chunks: Buffer[] = [];
  return new Promise((resolve, reject) => {
    const finish = (value: unknown): void => {
      socket.off('data', onData);
      resolve(value);
    };
    const onData = (chunk: Buffer): void => {
      chunks.push(chunk);
      if (!chunk.includes(0x0a)) return;
      const [line = ''] = Buffer.concat(chunks).toString('utf8').split('\n');
      finish(parseJson(line));
    };
    socket.on('data', onData);
    socket.once('end', () => finish(undefined));
    socket.once('error', reject);
  });
}

/** Writes a value to a socket, as one line of JSON. */
export function writeJsonLine(socket: Socket, value: unknown): void {
  socket.write(JSON.stringify(value) + '\n');
}
