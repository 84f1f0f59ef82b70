import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cutPower } from '../../sandbox/machines.ts';
import { jsonOf, on, openBench, PASSPHRASE, secret, succeed } from './support/bench.ts';
import type { Bench, Ended } from './support/bench.ts';
import { keysOf } from './support/autostart.ts';
import { stopInFirstKill, STOPPED } from './support/keys.ts';

const json = ['--output', 'json'] as const;
const NEWER = 'sentinel-Xk3 a better one';

// Changes of passphrase and header, by the true cryptsetup on an encrypted volume.
describe('the keys of a volume', () => {
  let bench: Bench;
  let saved: string;
  beforeAll(async () => {
    bench = await openBench();
    saved = join(bench.configuration, 'vault.header');
    writeFileSync(join(bench.configuration, 'newer'), `${NEWER}\n`);
    await succeed(bench.rdc(['repo', 'create', 'vault', ...on, '--size', '64M', ...secret], PASSPHRASE));
    await succeed(bench.rdc(['repo', 'autostart', 'enable', 'vault', ...on, ...secret], PASSPHRASE));
    await bench.root(`umask 077; echo '${NEWER}' > /root/pattern; echo kept > /mnt/rediacc/repos/vault/file`);
  });
  afterAll(() => bench.close());

  const change = (passphrase: string): Promise<Ended> => {
    const newer = ['--new-passphrase-file', join(bench.configuration, 'newer')];
    return bench.rdc(
      ['repo', 'passphrase', 'change', 'vault', ...on, ...secret, ...newer, ...json],
      passphrase,
    );
  };
  const mount = (passphrase: string): Promise<Ended> =>
    bench.rdc(['repo', 'mount', 'vault', ...on, ...secret, ...json], passphrase);
  const restore = (...words: string[]): Promise<Ended> =>
    bench.rdc(['repo', 'header', 'restore', 'vault', ...on, ...words, '--confirm', 'vault', ...json]);
  /** A script that sets `volume` to the file of the repository, and goes where it lies. */
  const find = `cd /mnt/rediacc/repositories; volume=$(basename $(grep -l '"name": "vault"' *.json) .json)`;
  /** A script that prints the salt of slot 0, which is another one after each change of the passphrase. */
  const salt = `${find}
    cryptsetup luksDump --dump-json-metadata $volume | jq -r '.keyslots."0".kdf.salt'
  `;
  const slots = 'vault: key 600 root 256; slots 0 argon2id, 1 pbkdf2\n';

  it('are saved to a file of the admin alone', async () => {
    const ended = await succeed(
      bench.rdc(['repo', 'header', 'backup', 'vault', ...on, '--file', saved, ...json]),
    );
    const { sha256, uuid } = jsonOf(ended) as { sha256: string; uuid: string };
    const seen = await bench.root(`
      ${find}; cryptsetup luksUUID $volume
      cryptsetup luksHeaderBackup --header-backup-file /root/own $volume; sha256sum < /root/own
      ls /run/rediacc/headers
    `);
    expect(seen).toBe(`${uuid}\n${sha256}  -\n`);
    expect([statSync(saved).mode & 0o777, statSync(saved).size]).toEqual([0o600, 16 * 1024 * 1024]);
    const again = await bench.rdc(['repo', 'header', 'backup', 'vault', ...on, '--file', saved, ...json]);
    expect([again.code, jsonOf(again)]).toMatchObject([9, { error: { code: 'file-exists' } }]);
  });

  it('do not change for a wrong passphrase', async () => {
    const before = await bench.root(salt);
    const wrong = await change('not it');
    expect([wrong.code, jsonOf(wrong)]).toMatchObject([
      3,
      { verdict: { error: { code: 'wrong-passphrase' } } },
    ]);
    expect([await bench.root(salt), await bench.root(keysOf('vault'))]).toEqual([before, slots]);
  });

  it('change in slot 0 alone while the volume is mounted; the passphrase is seen nowhere', async () => {
    const before = await bench.root(salt);
    const watching = bench.root(`
      touch /root/watch
      rounds=0
      while [ -e /root/watch ]; do
        cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2> /dev/null | grep -a -c -f /root/pattern | grep -v '^0$'
        rounds=$((rounds + 1))
      done
      [ $rounds -ge 3 ] && echo watched
    `);
    await succeed(change(PASSPHRASE));
    await bench.root('rm /root/watch');
    expect(await watching).toBe('watched\n');
    expect(await bench.root(keysOf('vault'))).toBe(slots);
    expect(await bench.root(salt)).not.toBe(before);
    // The search finds the file with the pattern, which shows that it can find something.
    const left = `grep -r -l -a -f /root/pattern /root /run /var /tmp /mnt/rediacc/.operations 2> /dev/null; true`;
    expect(await bench.root(left)).toBe('/root/pattern\n');
  });

  it('open by the new passphrase, not by the old one, and still by the autostart key', async () => {
    await succeed(bench.rdc(['repo', 'autostart', 'verify', 'vault', ...on]));
    const open = await restore('--file', saved);
    expect([open.code, jsonOf(open)]).toMatchObject([9, { error: { code: 'still-mounted' } }]);
    await succeed(bench.rdc(['repo', 'unmount', 'vault', ...on]));
    const old = await mount(PASSPHRASE);
    expect([old.code, jsonOf(old)]).toMatchObject([3, { verdict: { error: { code: 'wrong-passphrase' } } }]);
    await succeed(mount(NEWER));
    await succeed(bench.rdc(['repo', 'unmount', 'vault', ...on]));
  });

  it('come back from the file when the header is destroyed, with the passphrase of that day', async () => {
    const part = join(bench.configuration, 'part');
    writeFileSync(part, readFileSync(saved).subarray(0, 1024 * 1024));
    const cut = await restore('--file', part);
    expect([cut.code, jsonOf(cut)]).toMatchObject([9, { error: { code: 'not-a-header' } }]);
    await bench.root(`
      ${find}
      dd if=/dev/zero of=$volume bs=1M count=4 conv=notrunc 2> /dev/null
    `);
    const gone = await mount(NEWER);
    expect([gone.code, jsonOf(gone)]).toMatchObject([
      1,
      { verdict: { error: { code: 'not-a-repository-volume' } } },
    ]);
    await succeed(restore('--file', saved));
    await succeed(mount(PASSPHRASE));
    expect(await bench.root('cat /mnt/rediacc/repos/vault/file; ls /run/rediacc/headers')).toBe('kept\n');
  });

  it('of a change under a power cut open, and a second try completes it', async () => {
    await succeed(bench.rdc(['repo', 'create', 'plain', ...on, '--size', '64M', ...secret], PASSPHRASE));
    await succeed(bench.rdc(['repo', 'unmount', 'plain', ...on]));
    await bench.root(stopInFirstKill);
    const newer = ['--new-passphrase-file', join(bench.configuration, 'newer')];
    const changing = ['repo', 'passphrase', 'change', 'plain', ...on, ...secret, ...newer, ...json];
    const running = bench.startRdc(changing, PASSPHRASE);
    await bench.root(`until [ -e ${STOPPED} ]; do sleep 1; done`);
    running.process.kill('SIGKILL');
    await running.ended;
    await cutPower(bench.machine.name);
    await bench.root('rm /usr/local/sbin/cryptsetup');

    // Slot 0 is listed and dead; the new passphrase is in the highest slot.
    expect(await bench.root(keysOf('plain'))).toBe('plain: key none; slots 0 argon2id, 31 argon2id\n');
    const validated = await bench.rdc(['repo', 'validate', 'plain', ...on, ...json]);
    expect(validated.stdout).toContain('passphrase-change-half-done');
    const listed = await succeed(bench.rdc(['repo', 'autostart', 'list', ...on, ...json]));
    expect(listed.stdout).not.toContain('autostart-half-done');
    const opened = await bench.rdc(['repo', 'mount', 'plain', ...on, ...secret, ...json], NEWER);
    expect(opened.code).toBe(0);
    await succeed(bench.rdc(changing, PASSPHRASE));
    expect(await bench.root(keysOf('plain'))).toBe('plain: key none; slots 0 argon2id\n');

    // Left open by a killed operation, it is not mounted with any passphrase.
    await bench.root('umount /mnt/rediacc/repos/plain');
    const wrong = await bench.rdc(['repo', 'mount', 'plain', ...on, ...secret, ...json], PASSPHRASE);
    expect([wrong.code, jsonOf(wrong)]).toMatchObject([
      3,
      { verdict: { error: { code: 'wrong-passphrase' } } },
    ]);
    await succeed(bench.rdc(['repo', 'mount', 'plain', ...on, ...secret], NEWER));
  });

  it('of another volume are not taken', async () => {
    await succeed(bench.rdc(['repo', 'unmount', 'vault', ...on]));
    await bench.root(`
      ${find}
      cryptsetup luksUUID -q --uuid 19917132-4314-4573-8b09-155fb7c9adb3 $volume
    `);
    const other = await restore('--file', saved);
    expect([other.code, jsonOf(other)]).toMatchObject([
      9,
      { verdict: { error: { code: 'header-of-another' } } },
    ]);
  });
});
