import { readFile } from 'node:fs/promises';
import ssh2 from 'ssh2';
import type { ConnectConfig, ParsedKey } from 'ssh2';
import { AppError } from '../../shared/errors.ts';
import type { Reason } from '../../shared/errors.ts';
import { reasonOf } from './reason.ts';

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
export async function identityOf(keyFile: string, agentSocket: string | undefined): Promise<ConnectConfig> {
  const text = await readFile(keyFile).catch((error: unknown) => {
    throw new AppError('key-unreadable', { file: keyFile, reason: reasonOf(error) }, { cause: error });
  });
  const parsed = ssh2.utils.parseKey(text);
  if (!(parsed instanceof Error)) {
    if (!parsed.isPrivateKey()) throw new AppError('key-not-private', { file: keyFile });
    return { privateKey: text };
  }
  if (/encrypted/i.test(parsed.message)) return throughAgent(keyFile, agentSocket);
  throw new AppError('key-unreadable', { file: keyFile, reason: parsed.message });
}

/** Returns the agent that holds a key with a passphrase, set up to offer this key only. Throws key-unreadable. */
async function throughAgent(keyFile: string, agentSocket: string | undefined): Promise<ConnectConfig> {
  if (agentSocket === undefined) throw locked(keyFile, 'key-locked');
  const wanted = await publicHalf(keyFile);
  const agent = new ssh2.OpenSSHAgent(agentSocket);
  const held = await heldBy(agent, wanted).catch((error: unknown) => {
    throw locked(keyFile, 'agent-silent', error);
  });
  if (held === undefined) throw locked(keyFile, 'key-not-loaded');
  // Every offered key counts as an attempt at the server, so only this one is offered.
  agent.getIdentities = (callback) => callback(undefined, [held]);
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
