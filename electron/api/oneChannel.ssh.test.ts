import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Reason } from '../../shared/errors.ts';
import { templates } from '../../shared/templates.ts';
import { cannotRun, startSshd } from '../../tests/support/sshd.ts';
import type { Sshd } from '../../tests/support/sshd.ts';
import { systemClock } from '../engine/clock.ts';
import { createEngine } from '../engine/engine.ts';
import type { Engine, MachineReference } from '../engine/engine.ts';
import type { MachineAccess } from '../engine/machine/machineAccess.ts';
import { startWhereRoom } from '../engine/machine/room.ts';
import { createRootAccess } from '../engine/machine/rootAccess.ts';
import { createRootRunner } from '../engine/setup/setupRunner.ts';
import { createHostKeys } from '../ssh/hostKeys.ts';
import { withFileLock } from '../engine/store/fileLock.ts';
import { createPool } from '../ssh/pool.ts';
import { connect } from '../ssh/session.ts';
import type { SshProcess, SshSession } from '../ssh/types.ts';
import { applyTemplate } from './templates.ts';

/** A `sudo` that runs the command at once, as for an account that needs no password. */
const SUDO = '#!/bin/sh\nwhile [ "$1" != -- ]; do shift; done\nshift\nexec "$@"\n';

let folder: string;
let sshd: Sshd;
let machine: MachineReference;
let access: MachineAccess;
let sessions: SshSession[];
let held: SshProcess;

const title = 'where sshd allows one channel on a connection (MaxSessions 1), and it is taken';
describe.skipIf(cannotRun !== undefined)(
  `${title}${cannotRun === undefined ? '' : ` (${cannotRun})`}`,
  () => {
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'rediacc-one-'));
      await writeFile(join(folder, 'sudo'), SUDO);
      await chmod(join(folder, 'sudo'), 0o755);
      sshd = await startSshd(['MaxSessions 1'], folder);
      const { port, user, key } = sshd;
      const datastore = join(folder, 'datastore');
      machine = {
        context: 'c',
        machine: { name: 'm', host: '127.0.0.1', port, user, datastore },
        sshKey: key,
      };
    });
    beforeEach(async () => {
      sessions = [];
      const pool = createPool(async (target) => {
        const session = await connect(target, {
          hostKeys: createHostKeys([], join(folder, 'known_hosts'), withFileLock),
          onUnknownHostKey: () => Promise.resolve(true),
          agentSocket: undefined,
        });
        sessions.push(session);
        return session;
      });
      access = createRootAccess({ pool, sudoPassword: () => Promise.resolve(undefined) });
      held = await (await access.session(machine)).exec(['cat']);
    });
    afterEach(async () => {
      held.stdin.end('still here');
      expect(await text(held.stdout)).toBe('still here');
      await access.close();
    });
    afterAll(async () => {
      await sshd.stop();
      await rm(folder, { recursive: true });
    });

    const endedHere = { code: 'connection-lost', details: { reason: 'closed-here' satisfies Reason } };

    it('the set-up has a connection of its own, which ends with each part', async () => {
      const output: Uint8Array[] = [];
      const run = createRootRunner(access);
      const options = {
        stdin: Buffer.from('hello'),
        onOutput: (bytes: Uint8Array) => void output.push(bytes),
      };
      expect(await run(machine, ['sh', '-c', 'cat; exit 3'], options)).toEqual({ exitCode: 3 });
      expect(Buffer.concat(output).toString()).toBe('hello');
      expect(sessions).toHaveLength(2);
      expect(await sessions[1]?.closed).toMatchObject(endedHere);
    });

    it('a template is written', async () => {
      const path = join(folder, 'shop');
      await mkdir(path);
      const by = 'ana@laptop';
      const engine = createEngine({
        access,
        clock: systemClock,
        random: Math.random,
        stateFolder: folder,
        by,
        version: '1.0.0',
      });
      const request = (() => Promise.resolve({ mounted: true, path, name: 'shop' })) as unknown;
      await applyTemplate({ ...engine, request: request as Engine['request'] }, machine, 'shop', 'one');
      for (const [file, content] of Object.entries(templates['one'] ?? {})) {
        expect(await readFile(join(path, file), 'utf8')).toBe(content);
      }
      for (const session of sessions.slice(1)) expect(await session.closed).toMatchObject(endedHere);
    });

    it('what does not start there leaves no connection', async () => {
      const start = async (session: SshSession): Promise<SshProcess> => {
        await session.exec(['true']);
        throw new Error('sudo says no');
      };
      await expect(startWhereRoom(access, machine, start)).rejects.toThrow('sudo says no');
      expect(await sessions[1]?.closed).toMatchObject(endedHere);
    });
  },
);
