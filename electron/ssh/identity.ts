import { readFile } from 'node:fs/promises';
import ssh2 from 'ssh2';
import type { ConnectConfig, ParsedKey } from 'ssh2';
import { AppError } from '../../shared/errors.ts';
import { reasonOf } from './reason.ts';

type Agent = InstanceType<typeof ssh2.OpenSSHAgent>;

/**
 * The one key to offer: the file itself, or, when it has a passphrase, the agent that holds it (found by the public
 * key beside the file). Throws key-unreadable, key-not-private.
 */
export async function identityOf(keyFile: string, agentSocket: string | undefined): Promise<ConnectConfig> {
  const unusable = (reason: string, cause?: unknown): AppError =>
    new AppError('key-unreadable', { file: keyFile, reason }, { cause });
  const text = await readFile(keyFile).catch((error: unknown) => {
    throw unusable(reasonOf(error), error);
  });
  const parsed = ssh2.utils.parseKey(text);
  if (!(parsed instanceof Error)) {
    if (!parsed.isPrivateKey()) throw new AppError('key-not-private', { file: keyFile });
    return { privateKey: text };
  }
  if (!/encrypted/i.test(parsed.message)) throw unusable(parsed.message);
  if (agentSocket === undefined) throw unusable('it has a passphrase and no SSH agent runs');
  const publicText = await readFile(`${keyFile}.pub`).catch((error: unknown) => {
    throw unusable(`it has a passphrase, and its public half is needed too: ${reasonOf(error)}`, error);
  });
  const wanted = ssh2.utils.parseKey(publicText);
  if (wanted instanceof Error) throw unusable(wanted.message);
  const agent = new ssh2.OpenSSHAgent(agentSocket);
  const held = await heldBy(agent, wanted).catch((error: unknown) => {
    throw unusable(`it has a passphrase and the SSH agent does not answer: ${reasonOf(error)}`, error);
  });
  if (held === undefined) throw unusable('it has a passphrase and the SSH agent does not hold it');
  // Every key that is offered counts as an attempt at the server: this one and no other.
  agent.getIdentities = (callback) => callback(undefined, [held]);
  return { agent, authHandler: ['agent'] };
}

type AgentKey = NonNullable<Parameters<Parameters<Agent['getIdentities']>[0]>[1]>[number];

/** The agent's own entry for a key. */
async function heldBy(agent: Agent, wanted: ParsedKey): Promise<AgentKey | undefined> {
  return new Promise((resolve, reject) => {
    agent.getIdentities((error, keys) => {
      // The types promise an error or undefined; null comes too.
      if (error instanceof Error) reject(error);
      else resolve(keys?.find((key) => publicBytes(key).equals(wanted.getPublicSSH())));
    });
  });
}

function publicBytes(key: unknown): Buffer {
  const parsed = ssh2.utils.parseKey(key as Buffer);
  return parsed instanceof Error ? Buffer.alloc(0) : parsed.getPublicSSH();
}
