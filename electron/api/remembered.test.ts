import { expect, test } from 'vitest';
import type { MachineReference } from '../engine/machineReference.ts';
import type { PassphrasePlace, Remembered, UnprovenPlace } from './passphrases.ts';
import { createRemembered, listRemembered } from './remembered.ts';

const machine: MachineReference = {
  context: 'work',
  machine: { name: 'web', host: 'web.test', port: 22, user: 'deploy', datastore: '/mnt/rediacc' },
  sshKey: '/keys/id',
};

/** Makes the door over a store that keeps the passphrase of `kept` for the host key SHA256:web. */
function build(proven: string | undefined) {
  const connections: string[] = [];
  const judge = ({ guid, hostKey }: UnprovenPlace): Remembered => {
    if (guid !== 'kept') return { state: 'none' };
    return hostKey === undefined || hostKey === 'SHA256:web'
      ? { state: 'kept', passphrase: 'secret' }
      : { state: 'withheld', because: 'host-key' };
  };
  const remembered = createRemembered(
    {
      hostKey: ({ machine: { name } }) => {
        connections.push(name);
        return Promise.reject(new Error('the machine does not answer'));
      },
      provenHostKey: () => proven,
    },
    {
      keychain: () => ({ state: 'available' }),
      find: (place: PassphrasePlace) => Promise.resolve(judge(place)),
      look: (place) => {
        const found = judge(place);
        return Promise.resolve(found.state === 'kept' ? { state: 'kept' } : found);
      },
      set: () => Promise.resolve(),
      forget: () => Promise.resolve(),
    },
  );
  return { remembered, connections };
}

test.each([
  ['that was never connected', undefined, [{ guid: 'kept' }]],
  ['that has proven the same host key', 'SHA256:web', [{ guid: 'kept' }]],
  ['that has proven another host key', 'SHA256:other', [{ guid: 'kept', withheld: 'host-key' }]],
])('a machine %s is not connected to for a list of what is kept', async (_, proven, listed) => {
  const { remembered, connections } = build(proven);
  expect(await listRemembered(remembered, machine, ['kept', 'other'])).toEqual(listed);
  expect(connections).toEqual([]);
});

test('a passphrase is given out only once the machine has proven its host key', async () => {
  const { remembered, connections } = build('SHA256:web');
  await expect(remembered.find(machine, 'kept')).rejects.toThrow('does not answer');
  expect(connections).toEqual(['web']);
});
