// On true bash: functions run on pseudo-terminals in true control groups; a folder stands for the volume.

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { compareBytewise } from '../../shared/order.ts';
import { cgroupRoot, keptOutput, makeRepository } from '../../tests/support/nativeRepository.ts';
import type { NativeRepository } from '../../tests/support/nativeRepository.ts';

const repositories: NativeRepository[] = [];
function repositoryWith(files: Record<string, string>): NativeRepository {
  const made = makeRepository(files);
  repositories.push(made);
  return made;
}
afterEach(() => {
  for (const made of repositories.splice(0)) made.remove();
});

const root = cgroupRoot();
const skipped = root === undefined ? ' (SKIPPED: needs root and a writable cgroup v2 tree)' : '';

/** Lists the control groups of a repository's functions that exist now. */
function groups({ guid }: NativeRepository): string[] {
  const entries = readdirSync(join(root ?? '', `rediacc-rules-${guid}`), { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}

describe.skipIf(root === undefined)(`functions, natively${skipped}`, () => {
  it('end when they are cancelled, also those that only hear the request', async () => {
    const stubborn = `trap 'echo heard' TERM; (trap '' TERM; sleep 4646) & echo ready; while :; do sleep 1; done`;
    const repository = repositoryWith({ Rediaccfile: `up() { ${stubborn}; }` });
    const running = await repository.start('up');
    await expect
      .poll(async () => (await keptOutput(repository, running.operation)).toString(), { timeout: 40_000 })
      .toContain('ready');
    expect(groups(repository)).toHaveLength(1);
    running.cancel();
    const { verdict, output, functions } = await running.follow();
    expect([verdict?.kind, functions.at(-1), output.includes('heard')]).toEqual([
      ...['cancelled', 'up Rediaccfile: cancelled', true],
    ]);
    // A group can only be removed once no process is left in it.
    expect(groups(repository)).toEqual([]);
  });

  it('leave nothing running in groups that they made', async () => {
    const inner = `${root ?? ''}/rediacc-rules-$REPOSITORY_NAME/function-4/inner`;
    const hide = `echo 0 > ${inner}/deeper/cgroup.procs; touch "$REPOSITORY_PATH/left"; exec sleep 4747`;
    const repository = repositoryWith({
      Rediaccfile: `up() {
  mkdir -p "${inner}/deeper"
  setsid -f sh -c '${hide}'
  while [ ! -e left ]; do sleep 0.02; done
}`,
    });
    const { verdict, events } = await repository.run('up');
    const notices = events.filter(({ type }) => type === 'notice');
    expect([verdict?.kind, notices.length, groups(repository)]).toEqual(['succeeded', 1, []]);
    expect(JSON.stringify(notices)).toMatch(/left-running.*sleep 4747/);
  });

  it('run in folders of whatever name, and no name is taken for a command', async () => {
    const names = [
      ...["it's", 'say "hi"', 'two  words', ' blank before', '$(touch taken)', '`touch taken`'],
      ...['new\nline', 'back\\slash', '-n', '*', '~', '{a,b}', 'a;touch taken', '%s%n', 'é', '😀'],
    ];
    const noting = `up() { printf '%s\\0' "\${PWD##*/}" >> "$REPOSITORY_PATH/trace"; }\n`;
    const files = names.map((name): [string, string] => [`${name}/Rediaccfile`, noting]);
    const repository = repositoryWith(Object.fromEntries(files));
    const { verdict } = await repository.run('up');
    expect([verdict?.kind, verdict?.failures]).toEqual(['succeeded', []]);
    expect(repository.read('trace').split('\0').slice(0, -1)).toEqual([...names].sort(compareBytewise));
    const entries = readdirSync(repository.root, { recursive: true }).map(String);
    expect(entries.filter((path) => /(^|\/)taken$/.test(path))).toEqual([]);
  });
});
