import { AppError } from '../../../shared/errors.ts';
import { HELLO_MAGIC, PROTOCOL_VERSION } from '../../../shared/protocol/protocol.ts';
import { helloSchema } from '../../../shared/protocol/answers.ts';
import type { Hello } from '../../../shared/protocol/answers.ts';

/** The most bytes that shells and sudo may print before the agent's first byte. */
const MAX_NOISE = 64 * 1024;

/**
 * Makes a reader of the first bytes, which it takes as they arrive, in any cut. It returns undefined until it has seen
 * `first`, and then the bytes that follow. Throws `protocol-violation` when `first` does not come.
 */
export function createNoiseSkipper(first = HELLO_MAGIC): (chunk: Uint8Array) => Uint8Array | undefined {
  let seen = Buffer.alloc(0);
  return (chunk) => {
    seen = Buffer.concat([seen, chunk]);
    const at = seen.indexOf(first);
    if (at >= 0) return seen.subarray(at + Buffer.byteLength(first));
    if (seen.length > MAX_NOISE) {
      throw new AppError('protocol-violation', { reason: 'it did not say hello' });
    }
    return undefined;
  };
}

/**
 * Returns the agent's first frame as a hello of our protocol. Throws `agent-older`, `agent-newer`, and
 * `protocol-violation` for a frame that is no hello. `ours`: the version of this program.
 */
export function readHello(frame: unknown, machine: string, ours: string): Hello {
  // In a hello of another protocol only these fields are sure to be the same.
  const about = helloSchema.pick({ type: true, version: true, protocol: true }).safeParse(frame);
  if (!about.success) throw new AppError('protocol-violation', { reason: 'the first frame is no hello' });
  const { protocol, version } = about.data;
  if (protocol !== PROTOCOL_VERSION) {
    const code = protocol < PROTOCOL_VERSION ? 'agent-older' : 'agent-newer';
    throw new AppError(code, { machine, agent: version, ours });
  }
  const hello = helloSchema.safeParse(frame);
  if (!hello.success) throw new AppError('protocol-violation', { reason: 'the hello is not complete' });
  return hello.data;
}
