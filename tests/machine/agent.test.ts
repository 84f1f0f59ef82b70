import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reboot } from '../../sandbox/machines.ts';
import { DEFAULT_DATASTORE } from '../../shared/datastore.ts';
import { startApp } from '../browser/support/app.ts';
import type { App } from '../browser/support/app.ts';
import { noBrowser, openWindow, startBrowser } from '../browser/support/browser.ts';
import {
  jsonOf,
  leastKeyCost,
  on,
  openBench,
  PASSPHRASE,
  secret,
  succeed,
  writeFiles,
} from './support/bench.ts';
import type { Bench, RunningRdc } from './support/bench.ts';
import { NIGHT, plantNight, toldOfNight, writeNight } from './support/night.ts';

/** Lines enough that they are under way for a while. */
const LINES = 20_000;

describe('the resident agent', () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await openBench();
  });
  afterAll(() => bench.close());

  /** Returns the process of the resident agent. */
  const agent = async (): Promise<string> =>
    (await bench.root('systemctl show --value -p MainPID rediacc-agent.service')).trim();
  const kill = 'systemctl kill --signal=KILL rediacc-agent.service';
  const health = async (): Promise<string> =>
    (await bench.rdc(['machine', 'health', 'm', '--output', 'json'])).stdout;
  /** Waits for the end of an up of "shop", and returns its output without the lines of the steps. */
  const numbersOf = async (up: RunningRdc): Promise<number[]> => {
    const { code, stdout, stderr } = await up.ended;
    if (code !== 0) throw new Error(`exit code ${String(code)}\n${stdout.slice(-2000)}\n${stderr}`);
    return [...stdout.matchAll(/line (\d+)\r?$/gm)].map(([, number]) => Number(number));
  };
  const everyLine = Array.from({ length: LINES }, (_, at) => at + 1);

  it('serves every connection, as the account that used sudo, and starts nothing for it', async () => {
    await succeed(bench.rdc(['repo', 'create', 'shop', ...on, '--size', '256M', ...secret], PASSPHRASE));
    await bench.root(
      writeFiles('shop', {
        Rediaccfile: `up() { echo begun; until [ -e go ]; do sleep 0.2; done; rm go; seq -f 'line %g' ${LINES}; }\n`,
      }),
    );
    const seen = await bench.root(`
      stat -c '%U %a %F' /run/rediacc/agent.sock
      runuser -u nobody -- socat -u OPEN:/dev/null UNIX-CONNECT:/run/rediacc/agent.sock 2>&1 | grep -o 'Permission denied'
      stat -c %U /mnt/rediacc/repos/shop/
      pgrep -fc 'renet serve' || true
    `);
    expect(seen.split('\n')).toEqual(['root 600 socket', 'Permission denied', 'deploy', '0', '']);
    expect(await health()).not.toContain('agent-alone');
    const [operation] = jsonOf(await succeed(bench.rdc(['op', 'list', ...on, '--output', 'json']))) as [
      { by: string },
    ];
    expect(operation.by).toMatch(/^deploy \(/);
  });

  it('is killed in the middle of an up and of its flood: every line comes once, to two admins', async () => {
    const before = await agent();
    const up = bench.startRdc(['repo', 'up', 'shop', ...on]);
    await up.printed('begun');
    const [{ id } = { id: '' }] = jsonOf(
      await succeed(bench.rdc(['op', 'list', ...on, '--output', 'json'])),
    ) as { id: string }[];
    const other = bench.startRdc(['op', 'follow', id, ...on]);
    await other.printed('begun');
    await bench.root(`
      ${kill}
      touch /mnt/rediacc/repos/shop/go
      until [ "$(systemctl show --value -p MainPID rediacc-agent.service)" != 0 ]; do sleep 0.2; done
      ${kill}
    `);
    expect([await numbersOf(up), await numbersOf(other)]).toEqual([everyLine, everyLine]);
    const after = await agent();
    expect([after === before, Number(after) > 0]).toEqual([false, true]);
  });

  it('is updated in the middle of an up, which goes on', async () => {
    const before = await agent();
    const up = bench.startRdc(['repo', 'up', 'shop', ...on]);
    await up.printed('begun');
    await bench.root('renet autostart install-unit; touch /mnt/rediacc/repos/shop/go');
    expect(await numbersOf(up)).toEqual(everyLine);
    expect(await agent()).not.toBe(before);
  });

  it('goes on with the others while clients send what they like', async () => {
    const list = await bench.root(`
      join() { printf 'join-1\\t0\\t0\\troot\\t/mnt/rediacc\\n'; }
      { join; cat /dev/urandom; } | timeout 20 socat -u - UNIX-CONNECT:/run/rediacc/agent.sock > /dev/null 2>&1 &
      yes | timeout 20 socat -u - UNIX-CONNECT:/run/rediacc/agent.sock > /dev/null 2>&1 &
      { join; sleep 30; } | timeout 20 socat - UNIX-CONNECT:/run/rediacc/agent.sock > /dev/null 2>&1 &
      echo begun
    `);
    expect(list).toBe('begun\n');
    const before = await agent();
    const listed = await succeed(bench.rdc(['repo', 'list', ...on]));
    expect(listed.stdout).toContain('shop');
    expect(await agent()).toBe(before);
  });

  it('is not needed: without it each connection starts its own, and says so', async () => {
    await bench.root('systemctl stop rediacc-agent.socket rediacc-agent.service');
    expect((await succeed(bench.rdc(['repo', 'list', ...on]))).stdout).toContain('shop');
    expect(await health()).toContain('agent-alone');
    const answers = 'until [ "$(cut -f2 /run/rediacc/agent.ready)" != 0 ]; do sleep 0.2; done';
    await bench.root(`systemctl start rediacc-agent.socket rediacc-agent.service; ${answers}`);
    expect(await health()).not.toContain('agent-alone');
  });

  it('is not waited for where it cannot start, and health says that it ends again and again', async () => {
    await bench.root(`
      mkdir -p /etc/systemd/system/rediacc-agent.service.d
      printf '[Service]\\nExecStart=\\nExecStart=/bin/false\\n' > /etc/systemd/system/rediacc-agent.service.d/broken.conf
      systemctl daemon-reload; systemctl restart rediacc-agent.service || true
    `);
    expect((await succeed(bench.rdc(['repo', 'list', ...on]))).stdout).toContain('shop');
    expect(await health()).toContain('agent-failing');
    await bench.root(`
      rm -r /etc/systemd/system/rediacc-agent.service.d
      systemctl daemon-reload; systemctl restart rediacc-agent.service
      until [ "$(cut -f2 /run/rediacc/agent.ready)" != 0 ]; do sleep 0.2; done
    `);
    expect(await health()).not.toContain('agent-');
  });

  it('serves both conversations over one channel where sshd allows no more', async () => {
    await bench.root('echo "MaxSessions 1" > /etc/ssh/sshd_config.d/one.conf; systemctl reload ssh');
    const up = bench.startRdc(['repo', 'up', 'shop', ...on]);
    await up.printed('begun');
    await bench.root('touch /mnt/rediacc/repos/shop/go');
    expect(await numbersOf(up)).toEqual(everyLine);
    await bench.root('rm /etc/ssh/sshd_config.d/one.conf; systemctl reload ssh');
  });

  it('is killed in the middle of a boot, which brings everything back', async () => {
    await bench.root(writeFiles('shop', { Rediaccfile: 'up() { echo > started; sync; }\n' }));
    await succeed(bench.rdc(['repo', 'autostart', 'enable', 'shop', ...on, ...secret], PASSPHRASE));
    await bench.root(`
      rm -f /mnt/rediacc/repos/shop/started
      mkdir -p /etc/systemd/system/rediacc-autostart.service.d
      printf '[Service]\\nExecStartPost=-${kill.replaceAll("'", '')}\\n' > /etc/systemd/system/rediacc-autostart.service.d/kill.conf
      systemctl daemon-reload
    `);
    await reboot(bench.machine.name);
    const started = 'until [ -e /mnt/rediacc/repos/shop/started ]; do sleep 1; done; echo yes';
    expect(await bench.root(started)).toBe('yes\n');
    expect((await succeed(bench.rdc(['repo', 'list', ...on]))).stdout).toContain('shop');
    expect(Number(await agent())).toBeGreaterThan(0);
  });
});

const why = noBrowser === undefined ? '' : ` (${noBrowser})`;

describe('a night in which nobody is there', () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await openBench();
    await bench.root(leastKeyCost);
    await succeed(bench.rdc(['repo', 'create', 'night', ...on, '--size', '512M', ...secret], PASSPHRASE));
    await bench.root(writeNight);
    await succeed(bench.rdc(['repo', 'up', 'night', ...on]));
    await succeed(bench.rdc(['repo', 'autostart', 'enable', 'night', ...on, ...secret], PASSPHRASE));
  });
  afterAll(() => bench.close());

  it('is told in order, and each trouble once, also to one who follows it over the reboot', async () => {
    const lines = await plantNight(bench);
    const numbers = lines.map(({ n }) => n);
    expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
    const told = await toldOfNight(bench);
    expect(told.map(({ kind }) => kind)).toEqual(NIGHT);
    const [loop, , hungry, full, boot] = told;
    expect(loop).toMatchObject({ subject: { service: 'crash' }, details: { exitCode: 3 } });
    expect(loop?.count).toBeGreaterThan(2);
    expect(hungry).toMatchObject({ subject: { service: 'hungry' }, details: { kills: 1 } });
    expect(hungry?.lastLines).toContain('eating');
    expect(full).toMatchObject({ subject: { repository: { name: 'night' } } });
    expect(boot).toMatchObject({ details: { enabled: 1, failed: '' } });
    // What was told to the one who followed is what the journal has.
    const followed = lines.filter(({ kind }) => NIGHT.some((one) => one === kind));
    expect([...new Set(followed.map(({ entry }) => entry))]).toEqual(told.map(({ entry }) => entry));
  });

  describe.skipIf(noBrowser !== undefined)(`in the window${why}`, () => {
    let browser: Browser;
    let app: App;
    beforeAll(async () => {
      const { host, port, user, key } = bench.machine;
      const machine = { name: 'web-1', host, port, user, datastore: DEFAULT_DATASTORE };
      browser = await startBrowser();
      app = await startApp({
        contexts: { current: 'work', contexts: [{ name: 'work', sshKey: key, machines: [machine] }] },
        knownHosts: readFileSync(join(bench.configuration, 'known_hosts'), 'utf8').trim().split('\n'),
        keys: { id_ed25519: readFileSync(key, 'utf8') },
      });
    });
    afterAll(async () => {
      await browser.close();
      await app.stop();
    });

    it('stands once, in the same order, in the timeline of the machine', async () => {
      const { page } = await openWindow(browser, app);
      await page.getByRole('navigation').first().getByRole('button', { name: 'web-1' }).click();
      await page.getByRole('tab', { name: 'Timeline' }).click();
      const rows = page.getByRole('main').getByRole('row');
      await rows.filter({ hasText: 'The machine started' }).first().waitFor();
      const texts = await rows.allInnerTexts();
      const places = [
        /again and again/,
        /night: degraded/,
        /out of memory/,
        /Volume of night/,
        /The machine started/,
      ].map((words) => texts.flatMap((text, at) => (words.test(text) ? [at] : [])));
      expect(places).toEqual(places.map(([first]) => [first]));
      expect(places.flat()).toEqual(places.flat().sort((a, b) => b - a));
    });
  });
});
