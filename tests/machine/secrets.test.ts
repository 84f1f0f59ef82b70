import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { on, openBench, secret, succeed, writeFiles } from './support/bench.ts';
import type { Bench } from './support/bench.ts';
import { filesWith, readIfThere } from './support/search.ts';

const SENTINEL = 'sentinel-Zq7-passphrase-nobody-may-find';

/** What every process of this computer shows of itself to others. */
function hostProcesses(): string {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => ['cmdline', 'environ'].map((file) => readIfThere(`/proc/${pid}/${file}`)))
    .join('\n');
}

/**
 * Stands before the true cryptsetup, which is the last to get a passphrase, and notes what it shows of itself to others:
 * the watch over /proc could miss a process this short.
 */
const witness = `
  cat > /usr/local/sbin/cryptsetup << 'END'
#!/bin/sh
cat /proc/$$/cmdline /proc/$$/environ >> /root/shown
exec /usr/sbin/cryptsetup "$@"
END
  chmod 755 /usr/local/sbin/cryptsetup
`;

/** A passphrase is searched for on both sides, while operations use it and afterwards. */
describe('a passphrase', () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await openBench();
    // Searched for by a file of patterns, so that the search itself does not show it.
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
    // The file of the pattern itself shows that the search finds; what cryptsetup showed lies beside it.
    expect(found).toBe('/root/pattern\n');
    expect(filesWith(bench.configuration, SENTINEL)).toEqual([]);
  });
});
