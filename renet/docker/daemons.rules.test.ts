// On true sockets, which programs of the test listen on in place of dockerd.

import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunCommand } from '../host.ts';
import { daemonFolder, dockerSocket } from '../paths.ts';
import type { Paths } from '../paths.ts';
import { isAnothersFolder } from '../volume/daemonFolder.ts';
import { createVolumes } from '../volume/volumes.ts';
import { daemonData, daemonFiles } from './daemonConfig.ts';
import { refuseAnothersDaemon } from './daemonOwner.ts';
import { createDaemons } from './daemons.ts';

// An id of this process alone: sockets lie in one folder of the machine.
const networkId = 2816 + 64 * (100_000 + (process.pid % 100_000));
const own = { guid: '11111111-1111-4111-8111-111111111111', name: 'shop', networkId };
const other = { guid: '22222222-2222-4222-8222-222222222222', name: 'copy', networkId };

let folder: string;
let paths: Paths;
let ran: string[][];
let server: Server | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rediacc-daemons-'));
  paths = { datastore: join(folder, 'data'), run: join(folder, 'run') };
  ran = [];
});
afterEach(async () => {
  await new Promise((resolve) => (server === undefined ? resolve(undefined) : server.close(resolve)));
  server = undefined;
  rmSync(dockerSocket(networkId), { force: true });
  rmSync(folder, { recursive: true });
});

/** Answers in place of systemctl: no unit is active, unless `active` says so. */
const systemctl =
  (active = 'inactive'): RunCommand =>
  (command) => {
    ran.push([...command]);
    const exitCode = command[1] === 'is-active' ? (active === 'inactive' ? 3 : 0) : 0;
    return Promise.resolve({ exitCode, stdout: command[1] === 'is-active' ? `${active}\n` : '', stderr: '' });
  };

/** Listens as the daemon whose data are in `data`; one without does not say where they are. */
async function listen(data: string | undefined): Promise<{ asked: string[] }> {
  const asked: string[] = [];
  mkdirSync(dirname(dockerSocket(networkId)), { recursive: true });
  server = createServer(({ url = '' }, response) => {
    asked.push(url);
    if (url === '/info' && data === undefined) response.writeHead(500);
    const running = [{ Id: 'a', Names: ['/a'], Image: 'i', State: 'running', Status: 'Up', Labels: {} }];
    const answers: Record<string, unknown> = {
      '/info': { DockerRootDir: data },
      '/containers/json?all=1': running,
    };
    response.end(JSON.stringify(answers[url] ?? {}));
  });
  await new Promise<void>((resolve) => server?.listen(dockerSocket(networkId), resolve));
  return { asked };
}

/** Writes the configuration that a repository's daemon was started with. */
function configure(repository: typeof own): void {
  const { path, text } = daemonFiles(paths, repository, []).dockerConfig;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

const isRoot = process.getuid?.() === 0;

describe.skipIf(!isRoot)(
  `a daemon on the socket of a repository${isRoot ? '' : ' (SKIPPED: needs root)'}`,
  () => {
    it('is the repository’s own by what it says itself, and is asked once in its life', async () => {
      const { asked } = await listen(daemonData(paths, own.guid).docker);
      const daemons = createDaemons(paths, systemctl());
      expect(await daemons.start(own, [])).toBe(false);
      ran = [];
      expect([await daemons.isUp(own), await daemons.running(own), ran]).toEqual([true, ['a'], []]);
      expect(asked.filter((url) => url === '/info')).toHaveLength(1);
    });

    it('is kept from others’ addresses at once where an earlier version started it', async () => {
      await listen(daemonData(paths, own.guid).docker);
      const daemons = createDaemons(paths, systemctl());
      // It has no unit here, and so none that keeps it from anything.
      expect(await daemons.wall(own)).toBe('older');
      expect(await daemons.start(own, ['IPAddressDeny=127.0.11.0/24', 'IPAddressAllow=127.0.11.0/26'])).toBe(
        false,
      );
      const words = [
        'IPAddressDeny=',
        'IPAddressDeny=127.0.11.0/24',
        'IPAddressAllow=',
        'IPAddressAllow=127.0.11.0/26',
      ];
      expect(ran).toEqual(
        ['containerd', 'docker'].map((kind) => [
          ...['systemctl', 'set-property', '--runtime', `rediacc-${kind}-${networkId}.service`],
          ...words,
        ]),
      );
    });

    it('is not kept from them on a machine that cannot', async () => {
      mkdirSync(paths.run, { recursive: true });
      writeFileSync(join(paths.run, 'neighbours'), 'open\n');
      expect(await createDaemons(paths, systemctl()).wall(own)).toBe('kernel');
    });

    it('is never taken for the repository’s own when its data lie elsewhere', async () => {
      await listen(daemonData(paths, other.guid).docker);
      const daemons = createDaemons(paths, systemctl());
      const refusal = {
        code: 'daemon-of-another',
        details: { name: 'shop', networkId, folder: daemonData(paths, other.guid).docker },
      };
      await expect(daemons.start(own, [])).rejects.toMatchObject(refusal);
      await expect(refuseAnothersDaemon(paths, own)).rejects.toMatchObject(refusal);
      expect([await daemons.isUp(own), await daemons.running(own), ran]).toEqual([false, [], []]);
      await daemons.stop(own);
      expect([existsSync(dockerSocket(networkId)), ran]).toEqual([true, []]);
    });

    it('is the one that its configuration names when it does not say itself, and nobody’s without one', async () => {
      await listen(undefined);
      const daemons = createDaemons(paths, systemctl());
      expect(await daemons.isUp(own)).toBe(false);
      await expect(daemons.start(own, [])).rejects.toMatchObject({ code: 'daemon-of-another' });
      configure(own);
      expect([await daemons.isUp(own), await daemons.isUp(other)]).toEqual([true, false]);
    });

    it('keeps its units while it starts and does not answer yet', async () => {
      configure(other);
      const daemons = createDaemons(paths, systemctl('activating'));
      await expect(daemons.start(own, [])).rejects.toMatchObject({ code: 'daemon-of-another' });
      expect(ran.map(([, verb]) => verb)).toEqual(['is-active']);
      expect(await isAnothersFolder(paths, own)).toBe(true);
    });

    it('keeps its state when another repository of the same id is closed', async () => {
      configure(other);
      const volumes = createVolumes(paths, systemctl());
      await volumes.close(own);
      expect(existsSync(daemonFolder(paths, networkId))).toBe(true);
      await volumes.close(other);
      expect(existsSync(daemonFolder(paths, networkId))).toBe(false);
    });
  },
);
