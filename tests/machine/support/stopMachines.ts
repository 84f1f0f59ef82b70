import { down, list } from '../../../sandbox/machines.ts';

/**
 * Stops the sandbox machines of the tests when a run ends, so that nothing of it goes on. With REDIACC_KEEP_MACHINES=1
 * they stay for the next run, which then need not make and set them up anew.
 */
export async function teardown(): Promise<void> {
  if (process.env['REDIACC_KEEP_MACHINES'] === '1') return;
  for (const { name } of await list()) if (name.startsWith('test-')) await down(name);
}
