import type { Socket } from 'node:net';

/** The next line of a socket as JSON, or undefined when it ends first. */
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
      finish(JSON.parse(line));
    };
    socket.on('data', onData);
    socket.once('end', () => finish(undefined));
    socket.once('error', reject);
  });
}

/** Sends a value as one line. */
export function writeJsonLine(socket: Socket, value: unknown): void {
  socket.write(JSON.stringify(value) + '\n');
}
