import type { Engine } from '../engine/engine.ts';
import type { MachineReference } from '../engine/machineReference.ts';
import type { PassphrasePlace, PassphraseStore, Remembered } from './passphrases.ts';

/**
 * The only door to remembered passphrases. Each is bound to its context, the machine's address and account, the host key
 * and the GUID; where one of them differs from the machine that is connected now, the passphrase stays here.
 */
export interface RememberedPassphrases {
  find(machine: MachineReference, guid: string): Promise<Remembered>;
  keep(machine: MachineReference, guid: string, passphrase: string): Promise<void>;
  forget(machine: MachineReference, guid: string): Promise<void>;
}

/** Makes the door. It connects to a machine where it is not connected, as the host key is part of the place. */
export function createRemembered(
  engine: Pick<Engine, 'hostKey'>,
  passphrases: PassphraseStore,
): RememberedPassphrases {
  const placeOf = async (reference: MachineReference, guid: string): Promise<PassphrasePlace> => {
    const { name, host, port, user } = reference.machine;
    const hostKey = await engine.hostKey(reference);
    return { context: reference.context, machine: name, host, port, user, hostKey, guid };
  };
  return {
    find: async (machine, guid) =>
      passphrases.keychain().state === 'available'
        ? passphrases.find(await placeOf(machine, guid))
        : { state: 'none' },
    keep: async (machine, guid, passphrase) => passphrases.set(await placeOf(machine, guid), passphrase),
    forget: ({ context, machine: { name } }, guid) => passphrases.forget({ context, machine: name, guid }),
  };
}
