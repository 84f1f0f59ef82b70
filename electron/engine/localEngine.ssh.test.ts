import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { cannotRun, startSshd } from '../../tests/support/sshd.ts';
import type { Sshd } from '../../tests/support/sshd.ts';
import { fingerprintOf } from '../ssh/knownHosts.ts';
import { createLocalEngine } from './localEngine.ts';
import type { HostKey, LocalEngine } from './localEngine.ts';
import type { MachineReference } from './machineReference.ts';

let sshd: Sshd;
let machine: MachineReference;
let offered: string;
let folder: string;
let known: string;
let local: LocalEngine;
let asked: HostKey[];

describe.skipIf(cannotRun !== undefined)(
  `the host key of a machine${cannotRun === undefined ? '' : ` (${cannotRun})`}`,
  () => {
    beforeAll(async () => {
      sshd = await startSshd();
      const { port, user, key } = sshd;
      machine = {
        context: 'c',
        machine: { name: 'm', host: '127.0.0.1', port, user, datastore: '/mnt/rediacc' },
        sshKey: key,
      };
      offered = fingerprintOf(Buffer.from(sshd.hostKeys.ed25519.split(' ')[1] ?? '', 'base64'));
    });
    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'rediacc-local-'));
      known = join(folder, 'config', 'known_hosts');
      asked = [];
      local = createLocalEngine({
        folders: { config: join(folder, 'config'), state: join(folder, 'state') },
        people: {
          sudoPassword: () => Promise.resolve(undefined),
          trustHostKey: (key) => {
            asked.push(key);
            return Promise.resolve(false);
          },
        },
        version: '1.0.0',
        readAgent: () => Promise.reject(new Error('no agent here')),
      });
    });
    afterEach(async () => {
      await local.close();
      await rm(folder, { recursive: true });
    });
    afterAll(() => sshd.stop());

    it('that is the expected one is trusted without a word', async () => {
      const key = { host: '127.0.0.1', type: 'ssh-ed25519', fingerprint: offered };
      expect(await local.scanKeys(machine, offered)).toEqual({ ...key, known: false });
      expect(await local.scanKeys(machine, offered)).toEqual({ ...key, known: true });
      expect(await local.hostKey(machine)).toEqual({ ...key, status: 'known' });
      expect(asked).toEqual([]);
    });

    it('that is not the expected one is trusted by nobody, known or not', async () => {
      const expected = 'SHA256:of-another';
      const refusal = {
        code: 'host-key-unexpected',
        exitCode: 3,
        details: { host: '127.0.0.1', offered, expected },
      };
      await expect(local.scanKeys(machine, expected)).rejects.toMatchObject(refusal);
      await expect(readFile(known)).rejects.toMatchObject({ code: 'ENOENT' });
      await local.scanKeys(machine, offered);
      await expect(local.scanKeys(machine, expected)).rejects.toMatchObject(refusal);
      expect(asked).toEqual([]);
    });

    it('that nobody expects is asked about, and a no trusts nothing', async () => {
      await expect(local.scanKeys(machine)).rejects.toMatchObject({ code: 'host-key-unknown' });
      expect(asked).toEqual([{ host: '127.0.0.1', type: 'ssh-ed25519', fingerprint: offered }]);
      await expect(readFile(known)).rejects.toMatchObject({ code: 'ENOENT' });
    });

    it('of another type than the known one is refused, until a person names its fingerprint', async () => {
      const one = await startSshd(['HostKeyAlgorithms ssh-ed25519']);
      onTestFinished(() => one.stop());
      const changed = { ...machine, machine: { ...machine.machine, port: one.port } };
      const line = `[127.0.0.1]:${one.port} ${one.hostKeys.rsa}\n`;
      await mkdir(join(folder, 'config'));
      await writeFile(known, line);
      const refusal = { code: 'host-key-other-type' };
      expect(await local.hostKey(changed)).toMatchObject({ status: 'changed', error: refusal });
      await expect(local.scanKeys(changed)).rejects.toMatchObject(refusal);
      const fingerprint = fingerprintOf(Buffer.from(one.hostKeys.ed25519.split(' ')[1] ?? '', 'base64'));
      expect(await local.scanKeys(changed, fingerprint)).toMatchObject({ fingerprint, known: false });
      expect(await local.hostKey(changed)).toMatchObject({ status: 'known' });
      expect(await readFile(known, 'utf8')).toBe(`${line}[127.0.0.1]:${one.port} ${one.hostKeys.ed25519}\n`);
      expect(asked).toEqual([]);
    });

    it('that changed is refused, even when its fingerprint is named', async () => {
      await mkdir(join(folder, 'config'));
      const stranger = await readFile(`${sshd.strangerKey}.pub`, 'utf8');
      await writeFile(known, `[127.0.0.1]:${sshd.port} ${stranger.trim()}\n`);
      await expect(local.scanKeys(machine, offered)).rejects.toMatchObject({ code: 'host-key-changed' });
    });

    it('that was revoked is refused, even when it is the expected one', async () => {
      const line = `@revoked * ${sshd.hostKeys.ed25519}\n`;
      await mkdir(join(folder, 'config'));
      await writeFile(known, line);
      const refusal = { code: 'host-key-revoked', details: { host: '127.0.0.1', offered, file: known } };
      await expect(local.scanKeys(machine, offered)).rejects.toMatchObject(refusal);
      await expect(local.hostKey(machine)).rejects.toMatchObject(refusal);
      expect([await readFile(known, 'utf8'), asked]).toEqual([line, []]);
    });
  },
);
