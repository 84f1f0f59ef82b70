import { defineConfig } from 'vitest/config';

/** One project a kind of test (docs/architecture.md, "How we know"); `npm test` runs them all. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: [
            '{shared,renet,electron,cli,renderer,sandbox,scripts}/**/*.test.{ts,tsx}',
            'tests/{house,window}/**/*.test.{ts,tsx}',
          ],
          exclude: ['**/*.rules.test.ts', '**/*.ssh.test.ts'],
        },
      },
      {
        test: {
          name: 'rules',
          include: ['renet/**/*.rules.test.ts'],
          testTimeout: 60_000,
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
          include: ['tests/machine/**/*.test.ts'],
          // Two machines: each keeps one processor busy, and two groups take as long as the longer one.
          maxWorkers: 2,
          // Only against a machine that hangs: an emulated one on a busy computer takes its time.
          testTimeout: 1_800_000,
          hookTimeout: 900_000,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
