import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './tests/machine/support/longestFirst.ts';

/** One project a kind of test (docs/architecture.md, "How we know"); `npm test` runs them all. */
export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          name: 'unit',
          // Only against a test that hangs: a busy computer takes its time.
          testTimeout: 60_000,
          include: [
            '{shared,renet,electron,cli,renderer,sandbox,scripts}/**/*.test.{ts,tsx}',
            'tests/{fuzz,faults,house,past,window}/**/*.test.{ts,tsx}',
          ],
          exclude: ['**/*.rules.test.ts', '**/*.ssh.test.ts'],
        },
      },
      {
        // On true bash, with true terminals, control groups, locks and mounts; a folder stands for the volume.
        test: {
          name: 'rules',
          include: ['renet/**/*.rules.test.ts', 'tests/{faults,wild}/**/*.rules.test.ts'],
          testTimeout: 60_000,
        },
      },
      {
        // The shell's true files; `electron` is a stand-in, because its own program is a window on a desktop.
        resolve: { alias: { electron: join(import.meta.dirname, 'tests/shell/standIn/electron.ts') } },
        test: {
          name: 'shell',
          include: ['tests/shell/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'electron',
          include: ['tests/electron/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'ssh',
          include: ['electron/**/*.ssh.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'machine',
          globalSetup: ['tests/machine/support/stopMachines.ts'],
          include: ['tests/machine/**/*.test.ts'],
          // Two machines: each keeps one processor busy, and two groups take as long as the longer one.
          maxWorkers: 2,
          // Only against a machine that hangs: an emulated one on a busy computer takes its time.
          testTimeout: 1_800_000,
          hookTimeout: 900_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'browser',
          globalSetup: ['tests/machine/support/stopMachines.ts'],
          include: ['tests/browser/**/*.test.ts'],
          // One browser at a time: a computer has few processors.
          fileParallelism: false,
          // Only against what hangs: an emulated machine on a busy computer takes its time.
          testTimeout: 1_800_000,
          hookTimeout: 900_000,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
