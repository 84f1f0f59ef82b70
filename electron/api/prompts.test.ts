import { expect, test } from 'vitest';
import type { MachineReference } from '../engine/machineReference.ts';
import { createPrompts } from './prompts.ts';

const machine: MachineReference = {
  context: 'work',
  machine: { name: 'web', host: 'web.test', port: 22, user: 'deploy', datastore: '/mnt/rediacc' },
  sshKey: '/keys/id',
};
const key = { host: 'web.test', type: 'ssh-ed25519', fingerprint: 'SHA256:x' };

/** Makes prompts, and notes in `told` what every window is told. */
function build() {
  const told: string[] = [];
  const prompts = createPrompts({ tell: (event) => void told.push(event) });
  const first = (): string => prompts.list()[0]?.prompt ?? '';
  return { prompts, told, first };
}

test('a question waits for a window, and its first answer counts', async () => {
  const { prompts, told, first } = build();
  const password = prompts.people.sudoPassword(machine, true);
  expect(prompts.list()).toMatchObject([{ kind: 'sudo-password', user: 'deploy', again: true }]);
  const prompt = first();
  prompts.answer(prompt, { password: 'sesame' });
  prompts.answer(prompt, { password: 'late' });
  expect((await password)?.toString()).toBe('sesame');
  expect([prompts.list(), told]).toEqual([[], ['prompt.asked', 'prompt.withdrawn']]);
});

test('the same question is asked once, whoever asks; without a word it is declined', async () => {
  const { prompts, first } = build();
  const trusts = [prompts.people.trustHostKey(key), prompts.people.trustHostKey(key)];
  const other = prompts.people.trustHostKey({ ...key, fingerprint: 'SHA256:y' });
  expect(prompts.list().length).toBe(2);
  prompts.answer(first(), { trust: true });
  prompts.answer(first(), {});
  expect(await Promise.all([...trusts, other])).toEqual([true, true, false]);
});

test('a key that a person declines is not trusted', async () => {
  const { prompts, first } = build();
  const trusted = prompts.people.trustHostKey(key);
  prompts.answer(first(), { trust: false });
  expect(await trusted).toBe(false);
});
