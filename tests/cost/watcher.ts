import { connect } from 'node:net';
import type { WatchState } from '../../shared/protocol/observation.ts';
import { fromAgentSchema } from '../../shared/protocol/answers.ts';
import { createFrameDecoder, encodeJson } from '../../shared/protocol/frames.ts';
import { AGENT_SOCKET, joinLine } from '../../shared/protocol/join.ts';
import { HELLO_MAGIC, PROTOCOL_VERSION, STATE_COST } from '../../shared/protocol/protocol.ts';
import { arrival } from '../support/arrival.ts';

/** A client of the resident agent that takes every state of the machine, or only stays connected. */
export interface Watcher {
  /** The states that came. */
  readonly count: () => number;
  readonly close: () => void;
}

/** Joins the resident agent. With `watches` it resolves once the first whole state came, else after the hello. */
export async function joinAgent(
  datastore: string,
  watches: boolean,
): Promise<Watcher & { first?: WatchState }> {
  const socket = connect(AGENT_SOCKET);
  const decode = createFrameDecoder();
  const states: { count: number; first?: WatchState } = { count: 0 };
  let begun: () => void = () => undefined;
  const ready = new Promise<void>((resolve) => {
    begun = resolve;
  });
  const send = (message: object): void => void socket.write(encodeJson(message));
  let magic: number = HELLO_MAGIC.length;
  socket.on('data', (chunk) => {
    const skipped = Math.min(magic, chunk.length);
    magic -= skipped;
    for (const frame of decode(chunk.subarray(skipped))) {
      const message = fromAgentSchema.safeParse(frame.kind === 'json' ? frame.value : undefined).data;
      if (message?.type === 'hello' && !watches) begun();
      if (message?.type !== 'stream-state') continue;
      states.count += 1;
      if (message.state.repositories !== undefined) states.first ??= message.state;
      if (states.first !== undefined) begun();
      send({ type: 'credit', stream: message.stream, bytes: STATE_COST });
    }
  });
  socket.write(joinLine({ account: { name: 'root', uid: 0, gid: 0 }, datastore }));
  send({ type: 'hello', version: '0.0.0', protocol: PROTOCOL_VERSION });
  if (watches) send({ type: 'request', id: 1, method: 'machine.watch', params: {} });
  await arrival('the first state of the machine', ready, () => `${states.count} states came`);
  const { first } = states;
  return {
    ...(first === undefined ? {} : { first }),
    count: () => states.count,
    close: () => void socket.destroy(),
  };
}
