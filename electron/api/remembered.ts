import type { ApiResult } from '../../shared/api/api.ts';
import type { Engine } from '../engine/engine.ts';
import type { MachineReference } from '../engine/machineReference.ts';
import type { PassphrasePlace, PassphraseStore, Remembered, RememberedState } from './passphrases.ts';

/**
 * The only door to remembered passphrases. Each is bound to its context, the machine's address and account, the host key
 * and the GUID; where one of them differs from the machine that is connected now, the passphrase stays here.
 */
export interface RememberedPassphrases {
  find(machine: MachineReference, guid: string): Promise<Remembered>;
  /**
   * Tells whether a passphrase is kept, without connecting: the host key is compared only where the machine has proven
   * one in this run of the program. `find` compares it in any case.
   */
  look(machine: MachineReference, guid: string): Promise<RememberedState>;
  keep(machine: MachineReference, guid: string, passphrase: string): Promise<void>;
  forget(machine: MachineReference, guid: string): Promise<void>;
}

/**
 * Makes the door. To find or keep a passphrase it connects to a machine where it is not connected, as the host key is part
 * of the place.
 */
export function createRemembered(
  engine: Pick<Engine, 'hostKey' | 'provenHostKey'>,
  passphrases: PassphraseStore,
): RememberedPassphrases {
  const placeOf = async (reference: MachineReference, guid: string): Promise<PassphrasePlace> => ({
    ...addressOf(reference),
    hostKey: await engine.hostKey(reference),
    guid,
  });
  return {
    find: async (machine, guid) =>
      passphrases.keychain().state === 'available'
        ? passphrases.find(await placeOf(machine, guid))
        : { state: 'none' },
    look: (machine, guid) =>
      passphrases.look({ ...addressOf(machine), hostKey: engine.provenHostKey(machine), guid }),
    keep: async (machine, guid, passphrase) => passphrases.set(await placeOf(machine, guid), passphrase),
    forget: ({ context, machine: { name } }, guid) => passphrases.forget({ context, machine: name, guid }),
  };
}

function addressOf({ context, machine }: MachineReference): Omit<PassphrasePlace, 'hostKey' | 'guid'> {
  const { name, host, port, user } = machine;
  return { context, machine: name, host, port, user };
}

/** Lists, without connecting, for which repositories of a machine a passphrase is kept, and why one is withheld. */
export async function listRemembered(
  remembered: Pick<RememberedPassphrases, 'look'>,
  machine: MachineReference,
  guids: readonly string[],
): Promise<ApiResult<'passphrase.remembered'>> {
  const looked = guids.map(async (guid) => ({ guid, found: await remembered.look(machine, guid) }));
  return (await Promise.all(looked)).flatMap(({ guid, found }) => {
    if (found.state === 'none') return [];
    return found.state === 'kept' ? [{ guid }] : [{ guid, withheld: found.because }];
  });
}
