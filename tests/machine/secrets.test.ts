import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { on, openBench, secret, succeed, writeFiles } from './support/bench.ts';
import type { Bench } from './support/bench.ts';
import { filesWith, readIfThere } from './support/search.ts';

const SENTINEL = 'sentinel-Zq7-passphrase-nobody-may-find';

/** Returns the command lines and environments of all processes of this computer, which other processes can read. */
function hostProcesses(): string {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => ['cmdline', 'environ'].map((file) => readIfThere(`/proc/${pid}/${file}`)))
    .join('\n');
}

/**
 * A script that puts a program before the true cryptsetup, which is the last to get a passphrase. The program notes its
 * own command line and environment, because the watch over /proc could miss so short a process.
 */
const witness = `
  cat > /usr/local/sbin/cryptsetup << 'END'
#!/bin/sh
cat /proc/$$/cmdline /proc/$$/environ >> /root/shown
exec /usr/sbin/cryptsetup "$@"
END
  chmod 755 /usr/local/sbin/cryptsetup
`;

// Both computers are searched for a passphrase, while operations use it and afterwards.
describe('a passphrase', () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await openBench();
    // The pattern comes from a file, so that the search does not have the passphrase on its own command line.
    await bench.root(`umask 077; echo ${SENTINEL} > /root/pattern; ${witness}`);
  });
  afterAll(() => bench.close());

  it('is in no argument list, environment or unit while it is used, and in no file or log afterwards', async () => {
    const watching = bench.root(`
      touch /root/watch
      rounds=0
      while [ -e /root/watch ]; do
        cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null | grep -a -c -f /root/pattern | grep -v '^0$'
        systemctl show 'rediacc-op-*' 2>/dev/null | grep -c -f /root/pattern | grep -v '^0$'
        rounds=$((rounds + 1))
      done
      [ $rounds -ge 3 ] && echo watched
    `);
    const seenHere: boolean[] = [];
    const run = async (words: readonly string[]): Promise<void> => {
      const running = bench.startRdc(words, `${SENTINEL}\n`);
      const timer = setInterval(() => seenHere.push(hostProcesses().includes(SENTINEL)), 500);
      await succeed(running.ended);
      clearInterval(timer);
    };
    await run(['repo', 'create', 'secret', ...on, '--size', '512M', ...secret]);
    await bench.root(writeFiles('secret', { Rediaccfile: 'up() { env; echo up; }\n' }));
    await succeed(bench.rdc(['repo', 'down', 'secret', ...on, '--unmount']));
    await run(['repo', 'up', 'secret', ...on, '--mount', ...secret]);
    await bench.root('rm /root/watch');
    expect(await watching).toBe('watched\n');
    expect([seenHere.length > 3, seenHere.includes(true)]).toEqual([true, false]);

    const shown = await bench.root(`rm /usr/local/sbin/cryptsetup; tr '\\0' '\\n' < /root/shown`);
    for (const verb of ['luksFormat', 'open']) expect(shown.split('\n')).toContain(verb);

    const found = await bench.root(`
      grep -r -l -a -f /root/pattern /etc /run /var /tmp /home /root /usr/local /mnt/rediacc/.operations \\
        /mnt/rediacc/repos /mnt/rediacc/repositories/*.json 2>/dev/null
      journalctl --no-pager | grep -c -f /root/pattern | grep -v '^0$'
      true
    `);
    // The search can find: it finds the file with the pattern. It does not find /root/shown, which lies beside it.
    expect(found).toBe('/root/pattern\n');
    expect(filesWith(bench.configuration, SENTINEL)).toEqual([]);
  });
});
