import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { assignmentSchema } from '../../../shared/protocol/protocol.ts';
import type { Assignment } from '../../../shared/protocol/protocol.ts';
import { encodeWithSecrets, parseWithSecrets } from '../../../shared/secrets/secretJson.ts';
import { wipedReads } from '../../wipedReads.ts';

const LINE_END = 0x0a;

/**
 * Writes an assignment to the socket of its operation, as one line of JSON, and overwrites what was written once it is on
 * its way. The operation may be of another version than its starter, which an update has replaced meanwhile.
 */
export function sendAssignment(socket: Socket, assignment: Assignment): void {
  const line = encodeWithSecrets(assignment);
  socket.write(line, () => line.fill(0));
  socket.write(Uint8Array.of(LINE_END));
}

/**
 * Connects to the starter. Resolves with its assignment; undefined when it is gone, goes before it has sent one, or sends
 * what is no JSON: it is being ended.
 */
export async function receiveAssignment(
  socketPath: string,
): Promise<{ socket: Socket; assignment: Assignment } | undefined> {
  const chunks: Uint8Array[] = [];
  let complete: () => void = () => undefined;
  const line = new Promise<boolean>((resolve) => {
    complete = () => resolve(true);
  });
  const onread = wipedReads((chunk) => {
    chunks.push(chunk);
    if (chunk.includes(LINE_END)) complete();
    return true;
  });
  const socket = connect({ path: socketPath, onread });
  const gone = once(socket, 'end').then(
    () => false,
    () => false,
  );
  if (!(await Promise.race([line, gone]))) return undefined;
  const whole = Buffer.concat(chunks);
  try {
    return { socket, assignment: assignmentSchema.parse(parseWithSecrets(whole)) };
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  } finally {
    for (const bytes of [whole, ...chunks]) bytes.fill(0);
  }
}
