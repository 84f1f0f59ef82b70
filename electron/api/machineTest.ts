import type { ApiResult } from '../../shared/api/api.ts';
import type { MachineKey, Target } from '../../shared/api/apiModel.ts';
import { toWire } from '../../shared/errors.ts';
import { DEFAULT_DATASTORE } from '../../shared/datastore.ts';
import { keyPath } from '../engine/context/contexts.ts';
import type { LocalEngine } from '../engine/localEngine.ts';
import type { MachineReference } from '../engine/machineReference.ts';

/** Returns the machine that a call is about: one of a context, or one whose address was only typed. */
export async function machineOf(
  params: { machine: MachineKey } | { target: Target },
  resolve: (machine: MachineKey) => Promise<MachineReference>,
): Promise<MachineReference> {
  if ('machine' in params) return resolve(params.machine);
  const { host, port, user, sshKey } = params.target;
  // No context has an empty name, so that this machine's connections are shared with no other.
  return {
    context: '',
    machine: { name: 'new', host, port, user, datastore: DEFAULT_DATASTORE },
    sshKey: keyPath(sshKey),
  };
}

/**
 * Tests a machine: returns the host key that it shows and, once that key is trusted, whether the login works. Throws
 * machine-unreachable, host-key-revoked, ssh-too-old.
 */
export async function testMachine(
  local: LocalEngine,
  machine: MachineReference,
): Promise<ApiResult<'machine.test'>> {
  const key = await local.hostKey(machine);
  if (key.status === 'changed') {
    const { fingerprint, known, error } = key;
    return { hostKey: { status: 'changed', fingerprint, known, error: toWire(error) } };
  }
  const { status, type, fingerprint } = key;
  if (status === 'unknown') return { hostKey: { status, type, fingerprint } };
  const startedAt = Date.now();
  try {
    const session = await local.engine.session(machine);
    // The connection to a machine of a context stays open, as the machine's watch shares it.
    if (machine.context === '') session.end();
    return {
      hostKey: { status, type, fingerprint },
      login: { ok: true, milliseconds: Date.now() - startedAt },
    };
  } catch (error) {
    return { hostKey: { status, type, fingerprint }, login: { ok: false, error: toWire(error) } };
  }
}
