import ssh2 from 'ssh2';
import type { Client, ConnectConfig } from 'ssh2';
import { AppError } from '../../shared/errors.ts';
import type { Reason } from '../../shared/errors.ts';
import { algorithmError, algorithmsFor } from './algorithms.ts';
import { forward } from './forward.ts';
import { startCommand } from './channel.ts';
import type { HostKeys } from './hostKeys.ts';
import { identityOf } from './identity.ts';
import { fingerprintOf, keyTypeOf } from './knownHosts.ts';
import type { KnownHost } from './knownHosts.ts';
import { judgeOffer } from './offeredKey.ts';
import { quoteCommand } from './quote.ts';
import type { SshSession, SshTarget } from './types.ts';

export { isChannelRefused } from './channel.ts';

/** A host key that is offered and not known yet. */
export interface HostKeyOffer {
  machine: string;
  host: string;
  port: number;
  keyType: string;
  fingerprint: string;
  publicKey: Buffer;
}

export interface SshDependencies {
  hostKeys: HostKeys;
  /** Called on first contact with a host. True trusts the key and remembers it. */
  onUnknownHostKey: (offer: HostKeyOffer) => Promise<boolean>;
  /** The socket of the SSH agent, for keys with a passphrase. */
  agentSocket: string | undefined;
}

const READY_MILLISECONDS = 60_000;
/** With these values a dead link is noticed within 15 s. */
const KEEP_ALIVE_MILLISECONDS = 5_000;
const KEEP_ALIVE_COUNT = 2;

/**
 * Connects and authenticates. Throws machine-unreachable, ssh-too-old, host-key-unknown, host-key-changed,
 * host-key-other-type, host-key-revoked, key-refused, key-unreadable or key-not-private, and whatever `onUnknownHostKey` and remembering a key throw.
 */
export async function connect(target: SshTarget, dependencies: SshDependencies): Promise<SshSession> {
  const identity = await identityOf(target, dependencies.agentSocket);
  const entries = await dependencies.hostKeys.entries();
  const client = new ssh2.Client();
  const { closed, end } = watchClosed(client, target.host);
  let judged: Promise<'known' | 'trusted'> | undefined;
  let accepted: Buffer | undefined;
  const config: ConnectConfig = {
    ...connectConfig(target, entries),
    ...identity,
    hostVerifier: (key: Buffer, accept: (known: boolean) => void) => {
      // The host key comes again with every exchange of session keys; it was judged when the connection began.
      if (accepted?.equals(key) === true) {
        accept(true);
        return;
      }
      judged = checkHostKey(entries, key, target, dependencies);
      judged.then(
        () => {
          accepted = key;
          accept(true);
        },
        () => accept(false),
      );
    },
  };
  try {
    await untilReady(client, config);
  } catch (error) {
    // A refused host key is the reason for the failure. A question about it that is still open is waited for.
    const answer = await judged;
    const failure = connectError(error as Error, target);
    // The server may give up while a person still thinks: their yes then counts for another connection.
    if (answer === 'trusted' && failure.code === 'machine-unreachable') return connect(target, dependencies);
    throw failure;
  }
  client.setNoDelay(true);
  return {
    target,
    // There is no session whose host key was not judged.
    hostKey: fingerprintOf(accepted ?? Buffer.alloc(0)),
    closed,
    end,
    answers: () => answerOf(client),
    forward: (host, port) => forward(client, target, host, port),
    exec: async (command, options = {}) =>
      startCommand({ client, host: target.host, closed }, quoteCommand(command), options.pty),
  };
}

function connectConfig({ host, port, user }: SshTarget, entries: readonly KnownHost[]): ConnectConfig {
  return {
    host,
    port,
    username: user,
    readyTimeout: READY_MILLISECONDS,
    keepaliveInterval: KEEP_ALIVE_MILLISECONDS,
    keepaliveCountMax: KEEP_ALIVE_COUNT,
    algorithms: algorithmsFor(entries, host, port),
  };
}

async function untilReady(client: Client, config: ConnectConfig): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    client.once('ready', resolve);
    client.once('error', reject);
    client.once('close', () => reject(new Error('closed-there' satisfies Reason)));
    client.connect(config);
  });
}

/**
 * Judges the host key. Returns whether it was known or has just been trusted. Throws host-key-revoked,
 * host-key-changed, host-key-other-type, host-key-unknown, ssh-too-old.
 */
async function checkHostKey(
  entries: readonly KnownHost[],
  key: Buffer,
  target: SshTarget,
  { hostKeys, onUnknownHostKey }: SshDependencies,
): Promise<'known' | 'trusted'> {
  const judged = await judgeOffer(entries, target, key);
  if (judged.status === 'known') return 'known';
  if (judged.status === 'changed') throw judged.error;
  const { host, port, machine } = target;
  const [fingerprint, keyType] = [fingerprintOf(key), keyTypeOf(key)];
  if (!(await onUnknownHostKey({ machine, host, port, keyType, fingerprint, publicKey: key }))) {
    throw new AppError('host-key-unknown', { host, machine, fingerprint });
  }
  await hostKeys.trust(host, port, { keyType, publicKey: key });
  return 'trusted';
}

/** Watches for the connection's end. `end` drops the connection without a farewell, as the peer may be gone. */
function watchClosed(client: Client, host: string): Pick<SshSession, 'closed' | 'end'> {
  let reason: string | undefined;
  client.on('error', (error) => {
    reason ??= error.message;
    // ssh2 closes its own half only, and a dead peer never closes the other half.
    client.destroy();
  });
  const closed = new Promise<AppError>((resolve) => {
    client.once('close', () => {
      reason ??= 'closed-there' satisfies Reason;
      resolve(new AppError('connection-lost', { host, reason }));
    });
  });
  const end = (): void => {
    reason ??= 'closed-here' satisfies Reason;
    client.destroy();
  };
  return { closed, end };
}

/**
 * Resolves when the server answered a request. It is asked to stop a forwarding that there is not: ssh2 has no ping of its
 * own to call, and every server answers that one, if only by a refusal.
 */
async function answerOf(client: Client): Promise<void> {
  await new Promise<void>((resolve) => {
    try {
      client.unforwardIn('localhost', 0, (error) => {
        // ssh2 calls it at the connection's end as well, with other words.
        if (error?.message.startsWith('Unable to unbind') !== false) resolve();
      });
    } catch {
      // It is over, and answers nothing any more.
    }
  });
}

function connectError(error: Error & { level?: string }, { host, port, user }: SshTarget): AppError {
  if (error instanceof AppError) return error;
  const tooOld = algorithmError(error, host);
  if (tooOld !== undefined) return tooOld;
  // The agent has given its keys before: it can only have refused to sign.
  if (error.level === 'client-authentication' || error.level === 'agent') {
    return new AppError('key-refused', { host, user }, { cause: error });
  }
  return new AppError('machine-unreachable', { host, port, reason: error.message }, { cause: error });
}
