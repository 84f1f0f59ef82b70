import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createManualClock } from '../../../tests/support/manualClock.ts';
import { openPresence } from './presence.ts';

it('a machine is last seen now, though an earlier run noted a time to come by a clock that was wrong', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'rediacc-presence-'));
  const clock = createManualClock();
  const machine = {
    context: 'work',
    machine: { name: 'web', host: 'web.test', port: 22, user: 'deploy', datastore: '/mnt/rediacc' },
    sshKey: '/keys/id',
  };
  const presence = openPresence(folder, clock);
  presence.heard(machine);
  await presence.keep();
  const seen = await openPresence(folder, clock).lastSeen(machine);
  expect(seen).toBe(clock.now());
  writeFileSync(join(folder, 'last-seen.json'), JSON.stringify({ 'work/web': clock.now() + 31_536_000_000 }));
  clock.advance(1000);
  presence.heard(machine);
  await presence.keep();
  expect(await openPresence(folder, clock).lastSeen(machine)).toBe(clock.now());
  rmSync(folder, { recursive: true });
});
