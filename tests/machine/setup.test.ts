import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import {
  jsonOf,
  on,
  openBench,
  PASSPHRASE,
  secret,
  succeed,
  webCompose,
  webRediaccfile,
  writeFiles,
} from './support/bench.ts';
import type { Bench } from './support/bench.ts';
import { filesWith } from './support/search.ts';

const json = ['--output', 'json'] as const;
const setUp = ['context', 'setup-machine', 'm'] as const;

let bench: Bench;
afterEach(() => bench.close());

describe('setup-machine on a bare machine', () => {
  it('installs what is missing, makes the machine ready, and changes nothing the second time', async () => {
    bench = await openBench({ variant: 'bare', setUp: false });
    const early = await bench.rdc(['machine', 'info', 'm', ...json]);
    expect([early.code, jsonOf(early)]).toMatchObject([9, { error: { code: 'machine-not-set-up' } }]);
    const first = await succeed(bench.rdc(setUp));
    expect(first.stdout).toContain('is set up');
    const picture = `
      dpkg-query -W | sha256sum
      find /usr/local/lib/rediacc /usr/local/bin /etc/rediacc /etc/modules-load.d /mnt/rediacc -printf '%p %m %u %T@ %l\\n' | sort
      stat -c '%a %U %Y' /etc/systemd/system/rediacc-autostart.service
      systemctl show -p ActiveState -p UnitFileState -p MainPID rediacc-autostart.service
    `;
    const before = await bench.root(picture);
    expect(before).toContain('ActiveState=active\nUnitFileState=enabled\n');
    await succeed(bench.rdc(setUp));
    expect(await bench.root(picture)).toBe(before);
    await succeed(bench.rdc(['repo', 'create', 'first', ...on, '--size', '512M', ...secret], PASSPHRASE));
    await succeed(bench.rdc(['repo', 'unmount', 'first', ...on]));
  });
});

describe("a machine with the system's own Docker", () => {
  it('does not notice us', async () => {
    bench = await openBench({ variant: 'docker', setUp: false });
    const picture = `
      systemctl is-active docker containerd
      systemctl show -p ActiveEnterTimestamp docker containerd
      docker ps -a --no-trunc --format '{{.ID}} {{.Names}} {{.State}}'
      docker inspect $(docker ps -q) --format '{{.State.StartedAt}} {{.RestartCount}}'
      iptables-save 2>/dev/null | grep -v '^#' | sed 's/\\[.*//'
      ip -br link | awk '{print $1, $3}' | grep -v rediacc0; sysctl net.ipv4.ip_forward
    `;
    const before = await bench.root(picture);
    expect(before).toContain('running');
    await succeed(bench.rdc(setUp));
    await succeed(bench.rdc(['repo', 'create', 'beside', ...on, '--size', '512M', ...secret], PASSPHRASE));
    await bench.root(
      writeFiles('beside', { 'docker-compose.yml': webCompose('web'), Rediaccfile: webRediaccfile }),
    );
    await succeed(bench.rdc(['repo', 'up', 'beside', ...on]));
    expect(await bench.root('docker ps -a --format "{{.Names}}" | grep -c web || true')).toBe('0\n');
    expect(
      await bench.root('curl -s --retry 20 --retry-connrefused --retry-delay 1 http://127.0.11.2:8080/'),
    ).not.toBe('');
    await succeed(bench.rdc(['repo', 'down', 'beside', ...on, '--unmount']));
    expect(await bench.root(picture)).toBe(before);
  });
});

describe('a user whose sudo asks for a password', () => {
  it('is asked for it, told when it is wrong, and served when it is right', async () => {
    bench = await openBench({ user: 'locked', setUp: false });
    const without = await bench.rdc([...setUp, ...json]);
    expect([without.code, jsonOf(without)]).toMatchObject([3, { error: { code: 'sudo-password-needed' } }]);
    const file = join(bench.configuration, 'password');
    writeFileSync(file, 'wrong\n', { mode: 0o600 });
    const wrong = await bench.rdc([...setUp, '--sudo-password-file', file, ...json]);
    expect([wrong.code, jsonOf(wrong)]).toMatchObject([3, { error: { code: 'sudo-password-refused' } }]);
    writeFileSync(file, `${bench.machine.lockedPassword}\n`, { mode: 0o600 });
    await succeed(bench.rdc([...setUp, '--sudo-password-file', file]));
    const create = [
      'repo',
      'create',
      'mine',
      ...on,
      '--size',
      '512M',
      ...secret,
      '--sudo-password-file',
      file,
    ];
    await succeed(bench.rdc(create, PASSPHRASE));
    expect(await bench.root("stat -c '%U %a' /mnt/rediacc/repos/mine/")).toBe('locked 750\n');
    const found = await bench.root(`
      umask 077; echo '${bench.machine.lockedPassword}' > /root/pattern
      grep -r -l -a -F -f /root/pattern /etc /run /var /tmp /home /root /mnt/rediacc/.operations 2> /dev/null
      journalctl --no-pager | grep -c -F -f /root/pattern | grep -v '^0$'
      true
    `);
    // The searches can find: there the file with the pattern, here the password's file, which this test wrote.
    expect(found).toBe('/root/pattern\n');
    expect(filesWith(bench.configuration, bench.machine.lockedPassword)).toEqual(['password']);
  });
});
