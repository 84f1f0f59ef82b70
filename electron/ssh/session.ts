import { readFile } from 'node:fs/promises';
import ssh2 from 'ssh2';
import type { Client, ClientChannel, ConnectConfig, ParsedKey } from 'ssh2';
import { AppError } from '../../shared/errors.ts';
import type { HostKeys } from './hostKeys.ts';
import { fingerprintOf, judgeHostKey, keyTypeOf, knownHostName, orderAlgorithms } from './knownHosts.ts';
import type { HostKeyVerdict } from './knownHosts.ts';
import { quoteCommand } from './quote.ts';
import type { Pty, SshProcess, SshSession, SshTarget } from './types.ts';

/** A key that a host offers and nobody knows yet. */
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
  /** Asked on first contact; true trusts and remembers the key. */
  onUnknownHostKey: (offer: HostKeyOffer) => Promise<boolean>;
  /** The SSH agent's socket, for keys with a passphrase. */
  agentSocket: string | undefined;
}

const READY_MILLISECONDS = 60_000;
/** A dead link is noticed within 15 s. */
const KEEP_ALIVE_MILLISECONDS = 5_000;
const KEEP_ALIVE_COUNT = 2;

/** Host key algorithms, the strongest first; ssh2's own list without DSA. */
const HOST_KEY_ALGORITHMS = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'rsa-sha2-512',
  'rsa-sha2-256',
  'ssh-rsa',
] as const;

/**
 * Connects and authenticates. Throws machine-unreachable, host-key-unknown, host-key-changed, key-refused or
 * key-unreadable.
 */
export async function connect(target: SshTarget, dependencies: SshDependencies): Promise<SshSession> {
  const identity = await identityOf(target, dependencies.agentSocket);
  const entries = await dependencies.hostKeys.entries();
  const name = knownHostName(target.host, target.port);
  let refusal: AppError | undefined;
  const verify = async (key: Buffer): Promise<boolean> => {
    refusal = await checkHostKey(judgeHostKey(entries, name, key), key, target, dependencies);
    return refusal === undefined;
  };
  const client = new ssh2.Client();
  const config: ConnectConfig = {
    host: target.host,
    port: target.port,
    username: target.user,
    ...identity,
    readyTimeout: READY_MILLISECONDS,
    keepaliveInterval: KEEP_ALIVE_MILLISECONDS,
    keepaliveCountMax: KEEP_ALIVE_COUNT,
    algorithms: { serverHostKey: orderAlgorithms(entries, name, HOST_KEY_ALGORITHMS) as never },
    hostVerifier: (key: Buffer, accept: (known: boolean) => void) => {
      verify(key).then(accept, () => accept(false));
    },
  };
  const closed = watchClosed(client, target);
  await new Promise<void>((resolve, reject) => {
    client.once('ready', resolve);
    client.once('error', (error) => reject(refusal ?? connectError(error, target)));
    client.once('close', () => reject(refusal ?? unreachable(target, 'the connection was closed')));
    client.connect(config);
  });
  client.setNoDelay(true);
  return sessionOf(client, target, closed);
}

async function checkHostKey(
  verdict: HostKeyVerdict,
  key: Buffer,
  target: SshTarget,
  { hostKeys, onUnknownHostKey }: SshDependencies,
): Promise<AppError | undefined> {
  const { host, port, machine } = target;
  const fingerprint = fingerprintOf(key);
  if (verdict.kind === 'known') return undefined;
  if (verdict.kind === 'changed') {
    return new AppError('host-key-changed', {
      host,
      known: verdict.known,
      offered: fingerprint,
      file: verdict.file,
    });
  }
  const keyType = keyTypeOf(key);
  if (await onUnknownHostKey({ machine, host, port, keyType, fingerprint, publicKey: key })) {
    await hostKeys.trust(host, port, { keyType, publicKey: key });
    return undefined;
  }
  return new AppError('host-key-unknown', { host, machine, fingerprint });
}

/** The one key to offer: the file itself, or, when it has a passphrase, the agent that holds it. */
async function identityOf(target: SshTarget, agentSocket: string | undefined): Promise<ConnectConfig> {
  const { keyFile } = target;
  let text: Buffer;
  try {
    text = await readFile(keyFile);
  } catch (error) {
    throw new AppError('key-unreadable', { file: keyFile, reason: reasonOf(error) }, { cause: error });
  }
  const parsed = ssh2.utils.parseKey(text);
  if (!(parsed instanceof Error)) return { privateKey: text };
  if (!/encrypted/i.test(parsed.message))
    throw new AppError('key-unreadable', { file: keyFile, reason: parsed.message });
  const publicText = await readFile(`${keyFile}.pub`).catch(() => undefined);
  const wanted = publicText === undefined ? undefined : ssh2.utils.parseKey(publicText);
  if (agentSocket === undefined || wanted === undefined || wanted instanceof Error) {
    throw new AppError('key-unreadable', {
      file: keyFile,
      reason: 'it has a passphrase and no agent holds it',
    });
  }
  return { agent: onlyKey(agentSocket, wanted), authHandler: ['agent'] };
}

/** An agent that offers one of its keys and no other. */
function onlyKey(socket: string, wanted: ParsedKey): InstanceType<typeof ssh2.OpenSSHAgent> {
  const agent = new ssh2.OpenSSHAgent(socket);
  const all = agent.getIdentities.bind(agent);
  agent.getIdentities = (callback) => {
    all((error, keys) => {
      const own = (keys ?? []).filter((key) => publicBytes(key).equals(wanted.getPublicSSH()));
      callback(error, own);
    });
  };
  return agent;
}

function publicBytes(key: unknown): Buffer {
  const parsed = ssh2.utils.parseKey(key as Buffer);
  return parsed instanceof Error ? Buffer.alloc(0) : parsed.getPublicSSH();
}

async function watchClosed(client: Client, target: SshTarget): Promise<AppError> {
  return new Promise((resolve) => {
    let reason = 'the other side closed it';
    client.on('error', (error) => {
      reason = error.message;
    });
    client.once('close', () => resolve(new AppError('connection-lost', { host: target.host, reason })));
  });
}

function sessionOf(client: Client, target: SshTarget, closed: Promise<AppError>): SshSession {
  return {
    target,
    closed,
    end: () => client.end(),
    exec: async (command, options = {}) => {
      const channel = await openChannel(client, quoteCommand(command), options.pty, target);
      return processOf(channel);
    },
  };
}

async function openChannel(
  client: Client,
  command: string,
  pty: Pty | undefined,
  target: SshTarget,
): Promise<ClientChannel> {
  const terminal = pty === undefined ? {} : { pty: { term: pty.term, cols: pty.columns, rows: pty.rows } };
  return new Promise((resolve, reject) => {
    const lost = (reason: string): AppError => new AppError('connection-lost', { host: target.host, reason });
    const onClose = (): void => reject(lost('it closed'));
    client.once('close', onClose);
    const done = (error: Error | undefined, channel: ClientChannel): void => {
      client.off('close', onClose);
      if (error === undefined) resolve(channel);
      else reject(channelError(error, target));
    };
    try {
      client.exec(command, terminal, done);
    } catch (error) {
      // ssh2 throws when the connection is gone already.
      client.off('close', onClose);
      reject(lost(reasonOf(error)));
    }
  });
}

function processOf(channel: ClientChannel): SshProcess {
  let ended: { code: number | null; signal: string | null } = { code: null, signal: null };
  let settle: () => void = () => undefined;
  const exit = new Promise<typeof ended>((resolve) => {
    settle = () => resolve(ended);
  });
  channel.once('exit', (code: number | null, signal?: string) => {
    ended = { code, signal: signal ?? null };
  });
  channel.once('close', settle);
  // A peer that is gone is an end, not a fault; `exit` tells.
  channel.on('error', () => undefined);
  return {
    stdin: channel,
    stdout: channel,
    stderr: channel.stderr,
    exit,
    kill: () => {
      try {
        channel.signal('TERM');
        channel.close();
      } catch {
        // The connection is gone, and the channel with it.
      }
      // The server closes its end when the command ends, which is no longer ours to wait for.
      settle();
    },
    resize: (columns, rows) => channel.setWindow(rows, columns, 0, 0),
  };
}

/** ssh2's word for a channel that the server did not open, such as beyond MaxSessions. */
class ChannelRefused extends AppError {}

function channelError(error: Error, target: SshTarget): AppError {
  const details = { host: target.host, reason: error.message };
  const refused = /open failed|administratively prohibited|resource shortage/i.test(error.message);
  if (refused) return new ChannelRefused('connection-lost', details, { cause: error });
  return new AppError('connection-lost', details, { cause: error });
}

/** True when the server did not open one more channel on the session (MaxSessions). */
export function isChannelRefused(error: unknown): boolean {
  return error instanceof ChannelRefused;
}

function connectError(error: Error & { level?: string }, target: SshTarget): AppError {
  if (error.level === 'client-authentication') {
    return new AppError('key-refused', { host: target.host, user: target.user }, { cause: error });
  }
  return unreachable(target, error.message);
}

function unreachable({ host, port }: SshTarget, reason: string): AppError {
  return new AppError('machine-unreachable', { host, port, reason });
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
