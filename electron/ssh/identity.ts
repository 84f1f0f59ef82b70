import { readFile } from 'node:fs/promises';
import ssh2 from 'ssh2';
import type {
  ConnectConfig,
  ParsedKey,
  PublicKeyAuthMethod,
  SignCallback,
  SigningRequestOptions,
} from 'ssh2';
import { AppError } from '../../shared/errors.ts';
import type { Reason } from '../../shared/errors.ts';
import { reasonOf } from './reason.ts';
import type { SshTarget } from './types.ts';

type Agent = InstanceType<typeof ssh2.OpenSSHAgent>;

/** The pipe at which Windows' own OpenSSH agent listens. */
const WINDOWS_AGENT = String.raw`\\.\pipe\openssh-ssh-agent`;

/** Returns the address of this account's SSH agent; undefined where none is named. */
export function agentSocketOf(
  platform: NodeJS.Platform,
  { SSH_AUTH_SOCK: named }: Readonly<Record<string, string | undefined>>,
): string | undefined {
  if (named) return named;
  return platform === 'win32' ? WINDOWS_AGENT : undefined;
}

/**
 * Returns the only key to offer: the file itself, or, when it has a passphrase, the agent that holds the key (found by
 * the public key beside the file). Throws key-unreadable, key-not-private.
 */
export async function identityOf(
  { keyFile, user, host }: Pick<SshTarget, 'keyFile' | 'user' | 'host'>,
  agentSocket: string | undefined,
): Promise<ConnectConfig> {
  const text = await readFile(keyFile).catch((error: unknown) => {
    throw new AppError('key-unreadable', { file: keyFile, reason: reasonOf(error) }, { cause: error });
  });
  const parsed = ssh2.utils.parseKey(text);
  if (!(parsed instanceof Error)) {
    if (!parsed.isPrivateKey()) throw new AppError('key-not-private', { file: keyFile });
    const key = signingWithSha2(parsed, host);
    const method: PublicKeyAuthMethod = { type: 'publickey', username: user, key };
    return { authHandler: [method] };
  }
  if (/encrypted/i.test(parsed.message)) return throughAgent(keyFile, agentSocket, host);
  throw new AppError('key-unreadable', { file: keyFile, reason: parsed.message });
}

/** Returns a private key that refuses to sign over SHA-1, as an old server would have an RSA key do. */
function signingWithSha2(key: ParsedKey, host: string): ParsedKey {
  return Object.assign(Object.create(key) as ParsedKey, {
    sign: (data: Buffer, algorithm?: string) => {
      if (algorithm === 'sha1') throw signatureTooOld(host);
      return key.sign(data, algorithm);
    },
  });
}

function signatureTooOld(host: string): AppError {
  return new AppError('ssh-too-old', { host, option: 'PubkeyAcceptedAlgorithms' });
}

/** Returns the agent that holds a key with a passphrase, set up to offer this key only. Throws key-unreadable. */
async function throughAgent(
  keyFile: string,
  agentSocket: string | undefined,
  host: string,
): Promise<ConnectConfig> {
  if (agentSocket === undefined) throw locked(keyFile, 'key-locked');
  const wanted = await publicHalf(keyFile);
  const agent = new ssh2.OpenSSHAgent(agentSocket);
  const held = await heldBy(agent, wanted).catch((error: unknown) => {
    throw locked(keyFile, 'agent-silent', error);
  });
  if (held === undefined) throw locked(keyFile, 'key-not-loaded');
  // Every offered key counts as an attempt at the server, so only this one is offered.
  agent.getIdentities = (callback) => callback(undefined, [held]);
  const sign = agent.sign.bind(agent);
  agent.sign = (
    key: ParsedKey | Buffer | string,
    data: Buffer,
    options?: SigningRequestOptions | SignCallback,
    callback?: SignCallback,
  ) => {
    if (typeof options !== 'object') return sign(key, data, options);
    if (options.hash !== 'sha1') return sign(key, data, options, callback);
    callback?.(signatureTooOld(host));
    return false;
  };
  return { agent, authHandler: ['agent'] };
}

/** Returns the error for a key with a passphrase that cannot be used. */
function locked(file: string, reason: Reason, cause?: unknown): AppError {
  const details = { file, reason, ...(cause !== undefined && { cause: reasonOf(cause) }) };
  return new AppError('key-unreadable', details, { cause });
}

/** Reads the public half, by which the agent knows the key. A private half with a passphrase does not reveal it. */
async function publicHalf(keyFile: string): Promise<ParsedKey> {
  const text = await readFile(`${keyFile}.pub`).catch((error: unknown) => {
    throw locked(keyFile, 'public-half-needed', error);
  });
  const parsed = ssh2.utils.parseKey(text);
  if (parsed instanceof Error) throw locked(keyFile, 'public-half-needed', parsed);
  return parsed;
}

type AgentKey = NonNullable<Parameters<Parameters<Agent['getIdentities']>[0]>[1]>[number];

/** Returns the agent's own entry for a key; undefined when the agent does not hold it. */
async function heldBy(agent: Agent, wanted: ParsedKey): Promise<AgentKey | undefined> {
  return new Promise((resolve, reject) => {
    agent.getIdentities((error, keys) => {
      // The types promise an error or undefined, but null comes too.
      if (error instanceof Error) reject(error);
      else resolve(keys?.find((key) => publicBytes(key).equals(wanted.getPublicSSH())));
    });
  });
}

function publicBytes(key: unknown): Buffer {
  const parsed = ssh2.utils.parseKey(key as Buffer);
  return parsed instanceof Error ? Buffer.alloc(0) : parsed.getPublicSSH();
}
