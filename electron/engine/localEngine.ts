import { homedir, hostname } from 'node:os';
import { join } from 'node:path';
import { AppError } from '../../shared/errors.ts';
import { createHostKeys } from '../ssh/hostKeys.ts';
import { withFileLock } from './store/fileLock.ts';
import type { HostKeys } from '../ssh/hostKeys.ts';
import { agentSocketOf } from '../ssh/identity.ts';
import { judgeOffer } from '../ssh/offeredKey.ts';
import { createPool } from '../ssh/pool.ts';
import { scanHostKey } from '../ssh/scan.ts';
import { connect } from '../ssh/session.ts';
import { accountName } from './context/account.ts';
import { systemClock } from './clock.ts';
import { createEngine } from './engine.ts';
import type { Engine } from './engine.ts';
import type { Folders } from './store/folders.ts';
import type { MachineReference } from './machineReference.ts';
import { createRootAccess } from './machine/rootAccess.ts';
import { createSetup } from './setup/setup.ts';
import type { AgentFile, Setup } from './setup/setup.ts';
import { createRootRunner } from './setup/setupRunner.ts';

/** A host key as people compare it. */
export interface HostKey {
  readonly host: string;
  /** The key's algorithm, such as ssh-ed25519. */
  readonly type: string;
  /** The fingerprint, as `SHA256:...`. */
  readonly fingerprint: string;
}

/** The key that a host offers, compared with the known keys. */
type HostKeyStatus = HostKey &
  (
    | { readonly status: 'known' | 'unknown' }
    /** `known`: the fingerprint that was known until now. `error` says what is wrong. */
    | { readonly status: 'changed'; readonly known: string; readonly error: AppError }
  );

/** The questions that only a person, or a file of theirs, can answer. */
export interface People {
  /**
   * Asks for the sudo password of a machine. `again`: the last one was wrong. Undefined when there is nobody to ask.
   */
  sudoPassword(machine: MachineReference, again: boolean): Promise<Buffer | undefined>;
  /** Asks whether to trust a host key that was never seen before. */
  trustHostKey(key: HostKey): Promise<boolean>;
}

/** The engine together with everything else that reaches machines from this computer. */
export interface LocalEngine {
  readonly engine: Engine;
  /** Returns the set-up of machines, with the agent that belongs to this program. */
  setup(): Promise<Setup>;
  /**
   * Asks a machine for its host key and trusts nothing yet. Throws machine-unreachable, host-key-revoked, ssh-too-old.
   */
  hostKey(machine: MachineReference): Promise<HostKeyStatus>;
  /**
   * Reads a machine's host key and trusts it: without a question when it is the expected one, be it of another type than
   * the known ones; else after asking the person. `known`: the key was trusted before. Throws machine-unreachable,
   * host-key-revoked, host-key-changed, host-key-other-type, host-key-unexpected, host-key-unknown, ssh-too-old.
   */
  scanKeys(machine: MachineReference, expected?: string): Promise<HostKey & { known: boolean }>;
  close(): Promise<void>;
}

interface LocalEngineOptions {
  readonly folders: Folders;
  readonly people: People;
  /** The version of this program. */
  readonly version: string;
  readonly readAgent: () => Promise<AgentFile>;
}

/** Makes the engine over SSH, for this account on this computer. Connections are made when they are first wanted. */
export function createLocalEngine({ folders, people, version, readAgent }: LocalEngineOptions): LocalEngine {
  const system = [join(homedir(), '.ssh', 'known_hosts'), '/etc/ssh/ssh_known_hosts'];
  const hostKeys = createHostKeys(system, join(folders.config, 'known_hosts'), withFileLock);
  const pool = createPool((target) =>
    connect(target, {
      hostKeys,
      agentSocket: agentSocketOf(process.platform, process.env),
      onUnknownHostKey: ({ host, keyType, fingerprint }) =>
        people.trustHostKey({ host, type: keyType, fingerprint }),
    }),
  );
  const access = createRootAccess({
    pool,
    sudoPassword: (machine, again) => people.sudoPassword(machine, again),
  });
  const by = `${accountName()}@${hostname()}`;
  const engine = createEngine({
    access,
    clock: systemClock,
    random: Math.random,
    stateFolder: folders.state,
    by,
    version,
  });
  return {
    engine,
    setup: async () => createSetup({ runAsRoot: createRootRunner(access), agent: await readAgent() }),
    hostKey: async (machine) => (await lookAtHostKey(hostKeys, machine)).status,
    scanKeys: (machine, expected) => scanKeys(hostKeys, people, machine, expected),
    close: () => engine.close(),
  };
}

async function lookAtHostKey(
  hostKeys: HostKeys,
  { machine: { name, host, port } }: MachineReference,
): Promise<{ status: HostKeyStatus; publicKey: Buffer }> {
  const entries = await hostKeys.entries();
  const { keyType, fingerprint, publicKey } = await scanHostKey(host, port, entries);
  const key = { host, type: keyType, fingerprint };
  const judged = await judgeOffer(entries, { host, port, machine: name }, publicKey);
  if (judged.status !== 'changed') return { status: { ...key, ...judged }, publicKey };
  const { status, known, offered, error } = judged;
  return { status: { ...key, fingerprint: offered, status, known, error }, publicKey };
}

async function scanKeys(
  hostKeys: HostKeys,
  people: People,
  machine: MachineReference,
  expected: string | undefined,
): Promise<HostKey & { known: boolean }> {
  const { status, publicKey } = await lookAtHostKey(hostKeys, machine);
  const { host, type, fingerprint } = status;
  const key = { host, type, fingerprint };
  if (expected !== undefined && expected !== fingerprint) {
    throw new AppError('host-key-unexpected', { host, offered: fingerprint, expected });
  }
  if (status.status === 'known') return { ...key, known: true };
  // A person who names the fingerprint has compared it: a key of a new type stands beside the known ones then.
  const besides = status.status === 'changed' && status.error.code === 'host-key-other-type';
  if (status.status === 'changed' && !(besides && expected !== undefined)) throw status.error;
  if (expected === undefined && !(await people.trustHostKey(key))) {
    throw new AppError('host-key-unknown', { host, machine: machine.machine.name, fingerprint });
  }
  await hostKeys.trust(host, machine.machine.port, { keyType: type, publicKey });
  return { ...key, known: false };
}
