import { connect } from 'node:net';
import { joinLine } from '../../shared/protocol/join.ts';
import { HELLO_MAGIC } from '../../shared/protocol/protocol.ts';

/** The answer of a resident agent: a hello, nothing in the time that it has, or the end of the connection. */
type HelloAnswer = 'hello' | 'silent' | 'gone';

/**
 * Joins a resident agent as root and waits for its hello, so many milliseconds, or until `stop`, which counts as gone.
 * No datastore is meant, which might hang.
 */
export function askHello(socket: string, within: number, stop?: AbortSignal): Promise<HelloAnswer> {
  return new Promise((resolve) => {
    const client = connect(socket);
    const finish = (answer: HelloAnswer): void => {
      clearTimeout(timer);
      stop?.removeEventListener('abort', gone);
      client.destroy();
      resolve(answer);
    };
    const gone = (): void => finish('gone');
    const timer = setTimeout(() => finish('silent'), within);
    stop?.addEventListener('abort', gone);
    client.on('error', gone);
    client.on('close', gone);
    client.on('data', (bytes) => {
      if (bytes.includes(HELLO_MAGIC)) finish('hello');
    });
    client.write(joinLine({ account: { name: 'root', uid: 0, gid: 0 }, datastore: '/' }));
  });
}
