import { toWindowSchema } from '../../shared/api/apiWire.ts';
import type { FromWindow, ToWindow } from '../../shared/api/apiWire.ts';
import { newNonce, prove } from './proofs.ts';
import type { Credentials } from './proofs.ts';

interface GreetingOutcome {
  /**
   * Called when the other side has proven itself, with what this window is let in with once its own proof, which is sent
   * then, has arrived.
   */
  readonly onProven: (session: Credentials) => void;
  /** Called when the other side has let this window in. */
  readonly onWelcome: () => void;
  /**
   * Called when the other side does not prove that it knows the secret, or says anything else before: then it is not
   * the program that gave it.
   */
  readonly onStranger: () => void;
}

/** Greets whoever answers on a WebSocket that is being opened. Calls nothing when the socket closes before the end. */
export function greetProgram(
  socket: WebSocket,
  { id, secret, isLink }: Credentials,
  { onProven, onWelcome, onStranger }: GreetingOutcome,
): void {
  const nonce = newNonce();
  const say = (message: FromWindow): void => socket.send(JSON.stringify(message));
  const take = async (theirs: string, proof: string): Promise<void> => {
    if (proof !== (await prove(secret, 'program', nonce, theirs))) {
      onStranger();
      return;
    }
    const own = await prove(secret, 'window', nonce, theirs);
    const session = isLink
      ? {
          id: await prove(secret, 'session name', nonce, theirs),
          secret: await prove(secret, 'session', nonce, theirs),
        }
      : { id, secret };
    onProven({ ...session, isLink: false });
    wait('welcome', onWelcome);
    say({ type: 'proof', proof: own });
  };
  const wait = <T extends ToWindow['type']>(
    type: T,
    next: (message: Extract<ToWindow, { type: T }>) => void,
  ): void => {
    socket.onmessage = ({ data }: MessageEvent<unknown>) => {
      // While a proof is checked, the other side has nothing to say.
      socket.onmessage = onStranger;
      const message = readMessage(data);
      if (message?.type === type) next(message as Extract<ToWindow, { type: T }>);
      else onStranger();
    };
  };
  wait('challenge', ({ nonce: theirs, proof }) => void take(theirs, proof));
  socket.onopen = () => say({ type: 'hello', id, nonce });
}

function readMessage(data: unknown): ToWindow | undefined {
  try {
    return toWindowSchema.safeParse(JSON.parse(String(data))).data;
  } catch {
    return undefined;
  }
}
