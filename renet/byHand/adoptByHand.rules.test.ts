import { afterEach, describe, expect, it, vi } from 'vitest';
import { en } from '../../shared/text/en/en.ts';
import { cgroupRoot, makeRepository } from '../../tests/support/nativeRepository.ts';
import type { NativeRepository } from '../../tests/support/nativeRepository.ts';
import { adoptByHand } from './adoptByHand.ts';

const made: NativeRepository[] = [];
afterEach(() => {
  vi.restoreAllMocks();
  for (const repository of made.splice(0)) repository.remove();
});

/** Runs the command on a repository; returns its exit code and the lines that it prints. */
async function adopted(
  repository: NativeRepository,
  write: boolean,
): Promise<{ exit: number; lines: string[] }> {
  let printed = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += String(text);
    return true;
  });
  const exit = await adoptByHand(repository.agent, 'shop', en, write);
  return { exit, lines: printed.trimEnd().split('\n') };
}

const skipped = cgroupRoot() === undefined ? ' (SKIPPED: needs root and a writable cgroup v2 tree)' : '';

describe.skipIf(cgroupRoot() === undefined)(`renet adopt, natively${skipped}`, () => {
  it('prints the difference, what it asks with the line, and what to do; what a file holds leads no terminal', async () => {
    const shop = makeRepository({
      'compose.yml':
        'services:\n  db:\n    image: redis # \u001b]0;x\n    ports: [6379:6379]\n  app:\n    build: .\n',
    });
    made.push(shop);
    const shown = await adopted(shop, false);
    expect(shown.exit).toBe(10);
    expect(shown.lines).toEqual(
      expect.arrayContaining([
        '     image: redis # \\u{1b}]0;x',
        '+    command: redis-server --bind ${DB_IP}',
        '+++ b/Rediaccfile',
        expect.stringMatching(/^warning: compose\.yml line 6: "app" is built here.* \$\{APP_IP\}\?/),
        'Nothing was written. To write this: `renet adopt shop --write`.',
      ]),
    );
    const written = await adopted(shop, true);
    expect(written.lines.slice(-2)).toEqual(['Written: compose.yml.', 'Written: Rediaccfile.']);
    const again = await adopted(shop, true);
    expect([again.exit, again.lines[0]]).toEqual([10, '"shop": no file has to change.']);
  });
});
