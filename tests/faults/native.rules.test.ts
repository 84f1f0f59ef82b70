// On native machines: a true sshd, the true agent in processes of its own, true LUKS headers and file systems.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { agentBundle, rdcBundle } from '../../scripts/bundles.ts';
import { drawFaults, scenariosOf } from './faults.ts';
import type { FaultResult } from './faults.ts';
import { noNativeMachine } from './native/nativeMachine.ts';
import { runNative } from './native/runNative.ts';

let folder: string;
const skipped = noNativeMachine === undefined ? '' : ` (${noNativeMachine})`;

// A small sample, so that the whole run (npm run test:faults) can be relied on.
describe.skipIf(noNativeMachine !== undefined)(`a fault in the middle of a verb${skipped}`, () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'rediacc-built-'));
    await Promise.all([
      build(agentBundle(join(folder, 'renet.cjs'))),
      build(rdcBundle(join(folder, 'rdc.mjs'))),
    ]);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('is told, loses nothing, and a second try works', async () => {
    const programs = { agent: join(folder, 'renet.cjs'), rdc: join(folder, 'rdc.mjs') };
    const seen: FaultResult[] = [];
    const draws = drawFaults(scenariosOf(['create', 'up --mount', 'delete']), 12, 1);
    await runNative(programs, { draws, seed: 1 }, (result) => seen.push(result));
    expect(seen).toHaveLength(12);
    expect(seen.filter(({ wrong }) => wrong.length > 0)).toEqual([]);
  }, 600_000);
});
