import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import type { SandboxMachine } from '../../../sandbox/machines.ts';

/** The words that are typed in the first run, besides the host. */
export interface Wanted {
  readonly machine: string;
  readonly repository: string;
  readonly size: string;
  readonly passphrase: string;
  /** The template, by the words of its button. */
  readonly template: RegExp;
}

/**
 * Goes through the whole first run in an app without contexts, with a key from ~/.ssh, to the repository's page. `look`
 * is called at each screen, with its name.
 */
export async function goFirstRun(
  page: Page,
  { host, port, user, hostKeySha256 }: SandboxMachine,
  wanted: Wanted,
  look: (screen: string) => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  const heading = (name: string): Promise<void> => page.getByRole('heading', { level: 1, name }).waitFor();
  const press = (name: string): Promise<void> => page.getByRole('button', { name }).click();
  const type = (label: string, value: string): Promise<void> =>
    page.getByLabel(label, { exact: true }).fill(value);

  await heading('Which machine?');
  await type('Host', host);
  await type('Port', String(port));
  await type('User', user);
  await type('Name', wanted.machine);
  await look('first-run-host');
  await press('Test the connection');

  await heading(`Is this ${host}?`);
  expect(await page.getByLabel('Fingerprint').textContent()).toBe(hostKeySha256);
  await look('first-run-identity');
  await press('Trust it and log in');

  await heading(`Set up ${wanted.machine}`);
  await page.getByText('Agent', { exact: true }).waitFor();
  await look('first-run-machine');
  await press('Set it up');
  await heading(`${wanted.machine} is ready`);
  await look('first-run-ready');
  await press('Next: first repository');

  await heading(`First repository on ${wanted.machine}`);
  await type('Name', wanted.repository);
  await type('Size', wanted.size);
  await type('Passphrase', wanted.passphrase);
  await type('Passphrase again', wanted.passphrase);
  await page.getByRole('radio', { name: wanted.template }).check();
  await look('first-run-repository');
  await press('Create it and start it');

  await heading(`${wanted.repository} starts`);
  await look('first-run-starting');
  await heading(`${wanted.repository} is up`);
  await look('first-run-up');
  await press(`Open ${wanted.repository}`);
  const tree = page.getByRole('navigation').first();
  await tree.getByRole('button', { name: `${wanted.repository}, Running` }).waitFor();
  await heading(wanted.repository);
}
