import { execFileSync, spawn } from 'node:child_process';
import { createHmac, randomBytes } from 'node:crypto';
import { copyFileSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { ErrorCode, Reason } from '../../shared/errors.ts';
import { cannotRun, startSshd } from '../../tests/support/sshd.ts';
import type { Sshd } from '../../tests/support/sshd.ts';
import { createHostKeys } from './hostKeys.ts';
import { withFileLock } from '../engine/store/fileLock.ts';
import { fingerprintOf, parseKnownHosts } from './knownHosts.ts';
import { createPool } from './pool.ts';
import { scanHostKey } from './scan.ts';
import { connect, isChannelRefused } from './session.ts';
import type { HostKeyOffer } from './session.ts';
import type { SshProcess, SshSession, SshTarget } from './types.ts';

const open: SshSession[] = [];
let sshd: Sshd;
let known: string;
let own: string;
let offers: HostKeyOffer[];

function target(changes: Partial<SshTarget> = {}): SshTarget {
  return { host: '127.0.0.1', port: sshd.port, user: sshd.user, keyFile: sshd.key, machine: 'm', ...changes };
}

async function session(
  lines: readonly string[],
  options: { trust?: boolean; target?: Partial<SshTarget>; agentSocket?: string } = {},
): Promise<SshSession> {
  writeFileSync(known, lines.map((line) => `${line}\n`).join(''));
  const made = await connect(target(options.target), {
    hostKeys: createHostKeys([known], own, withFileLock),
    onUnknownHostKey: (offer) => {
      offers.push(offer);
      return Promise.resolve(options.trust ?? false);
    },
    agentSocket: options.agentSocket,
  });
  open.push(made);
  return made;
}

async function all(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

async function run(made: SshSession, command: readonly string[], input?: Buffer): Promise<unknown> {
  const child: SshProcess = await made.exec(command);
  child.stdin.end(input);
  const [stdout, stderr, exit] = await Promise.all([all(child.stdout), all(child.stderr), child.exit]);
  return { stdout: stdout.toString(), stderr: stderr.toString(), ...exit };
}

const name = (): string => `[127.0.0.1]:${sshd.port}`;
const print = (key: string): string => fingerprintOf(Buffer.from(key.split(' ')[1] ?? '', 'base64'));

describe.skipIf(cannotRun !== undefined)(
  `over a true sshd${cannotRun === undefined ? '' : ` (${cannotRun})`}`,
  () => {
    beforeAll(async () => {
      sshd = await startSshd();
      known = join(sshd.folder, 'known');
    });
    beforeEach(() => {
      offers = [];
      own = join(sshd.folder, `own-${randomBytes(4).toString('hex')}`, 'known_hosts');
    });
    afterAll(async () => {
      for (const made of open) made.end();
      await sshd.stop();
    });

    describe('host keys', () => {
      it('connects where the key is known, plain or hashed, by either type', async () => {
        const salt = randomBytes(20);
        const hash = createHmac('sha1', salt).update(name()).digest('base64');
        const lines = [
          `${name()} ${sshd.hostKeys.ed25519}`,
          `|1|${salt.toString('base64')}|${hash} ${sshd.hostKeys.ed25519}`,
          // Only the RSA key is known, so the server has to be asked for that one.
          `${name()} ${sshd.hostKeys.rsa}`,
        ];
        for (const line of lines) {
          expect(await run(await session([line]), ['echo', 'in'])).toMatchObject({ stdout: 'in\n', code: 0 });
        }
        expect(offers).toEqual([]);
      });

      it('asks about an unknown one, and remembers a yes in our file alone', async () => {
        await session([], { trust: true });
        expect(offers).toMatchObject([{ keyType: 'ssh-ed25519', fingerprint: print(sshd.hostKeys.ed25519) }]);
        expect(readFileSync(own, 'utf8')).toBe(`${name()} ${sshd.hostKeys.ed25519}\n`);
        expect([readFileSync(known, 'utf8'), statSync(own).mode & 0o777]).toEqual(['', 0o600]);
        await session([]);
        expect(offers.length).toBe(1);
      });

      it('refuses an unknown one that nobody trusts', async () => {
        await expect(session([])).rejects.toMatchObject({
          code: 'host-key-unknown',
          exitCode: 3,
          details: { machine: 'm', fingerprint: print(sshd.hostKeys.ed25519) },
        });
        expect(existsSync(own)).toBe(false);
      });

      it('refuses a changed one with both fingerprints, without asking', async () => {
        const other = readFileSync(`${sshd.strangerKey}.pub`, 'utf8').trim();
        await expect(session([`${name()} ${other}`], { trust: true })).rejects.toMatchObject({
          code: 'host-key-changed',
          details: { known: print(other), offered: print(sshd.hostKeys.ed25519), file: known },
        });
        expect(offers).toEqual([]);
      });

      it('tells a machine that signs over SHA-1 alone with its known RSA key from a changed one', async () => {
        const old = await startSshd(['HostKeyAlgorithms ssh-rsa,ssh-ed25519']);
        onTestFinished(() => old.stop());
        const at = `[127.0.0.1]:${old.port}`;
        const options = { trust: true, target: { port: old.port, keyFile: old.key } };
        await expect(session([`${at} ${old.hostKeys.rsa}`], options)).rejects.toMatchObject({
          code: 'ssh-too-old',
          details: { option: 'HostKeyAlgorithms' },
        });
        // The RSA key that it has now is not the known one.
        await expect(session([`${at} ${sshd.hostKeys.rsa}`], options)).rejects.toMatchObject({
          code: 'host-key-changed',
          details: { known: print(sshd.hostKeys.rsa), offered: print(old.hostKeys.rsa), file: known },
        });
        const both = [`${at} ${old.hostKeys.rsa}`, `${at} ${old.hostKeys.ed25519}`];
        expect(await run(await session(both, options), ['echo', 'in'])).toMatchObject({ stdout: 'in\n' });
        expect(offers).toEqual([]);
      });

      it('refuses a machine that has only keys of other types than the known ones, by that name', async () => {
        const one = await startSshd(['HostKeyAlgorithms ssh-ed25519']);
        onTestFinished(() => one.stop());
        const lines = [`[127.0.0.1]:${one.port} ${one.hostKeys.rsa}`];
        const options = { trust: true, target: { port: one.port, keyFile: one.key } };
        await expect(session(lines, options)).rejects.toMatchObject({
          code: 'host-key-other-type',
          exitCode: 3,
          details: {
            machine: 'm',
            known: print(one.hostKeys.rsa),
            knownType: 'ssh-rsa',
            offered: print(one.hostKeys.ed25519),
            type: 'ssh-ed25519',
            file: known,
          },
        });
        expect(offers).toEqual([]);
      });

      it('asks about the key of a machine that is known by a type alone that nobody uses any more', async () => {
        await session([`${name()} ssh-dss AAAAB3NzaC1kc3M=`], { trust: true });
        expect(offers).toMatchObject([{ fingerprint: print(sshd.hostKeys.ed25519) }]);
      });

      it('refuses a revoked one, known or not, without asking', async () => {
        const revoked = `@revoked * ${sshd.hostKeys.ed25519}`;
        for (const lines of [[revoked], [revoked, `${name()} ${sshd.hostKeys.ed25519}`]]) {
          await expect(session(lines, { trust: true })).rejects.toMatchObject({
            code: 'host-key-revoked',
            exitCode: 3,
            details: { host: '127.0.0.1', offered: print(sshd.hostKeys.ed25519), file: known },
          });
        }
        expect([offers, existsSync(own)]).toEqual([[], false]);
      });

      it('asks once for a connection, however often its session keys are renewed', async () => {
        const busy = await startSshd(['RekeyLimit 16K']);
        onTestFinished(() => busy.stop());
        const made = await session([], { trust: true, target: { port: busy.port, keyFile: busy.key } });
        const much = randomBytes(100_000).toString('hex');
        expect(await run(made, ['cat'], Buffer.from(much))).toMatchObject({ stdout: much, code: 0 });
        expect(offers).toHaveLength(1);
      });

      it('learns a key without logging in', async () => {
        expect((await scanHostKey('127.0.0.1', sshd.port)).fingerprint).toBe(print(sshd.hostKeys.ed25519));
        // A machine that is known by its RSA key is not a changed one because it has another key too.
        const entries = parseKnownHosts(`${name()} ${sshd.hostKeys.rsa}`, 'file');
        expect(await scanHostKey('127.0.0.1', sshd.port, entries)).toMatchObject({
          keyType: 'ssh-rsa',
          fingerprint: print(sshd.hostKeys.rsa),
        });
        await expect(scanHostKey('127.0.0.1', 1)).rejects.toMatchObject({ code: 'machine-unreachable' });
      });
    });

    describe('who we are', () => {
      const trusted = { trust: true } as const;
      it('says when the key is refused, unreadable, missing, or the machine away', async () => {
        const locked = join(sshd.folder, 'locked');
        const cases: [Partial<SshTarget>, ErrorCode, Reason?][] = [
          [{ keyFile: sshd.strangerKey }, 'key-refused'],
          [{ keyFile: join(sshd.folder, 'nowhere') }, 'key-unreadable'],
          [{ keyFile: locked }, 'key-unreadable', 'key-locked'],
          [{ keyFile: `${sshd.key}.pub` }, 'key-not-private'],
          [{ port: 1 }, 'machine-unreachable'],
          [{ host: 'no-such-host.invalid' }, 'machine-unreachable'],
        ];
        for (const [changes, code, reason] of cases) {
          await expect(session([], { ...trusted, target: changes })).rejects.toMatchObject({
            code,
            details: reason === undefined ? {} : { reason },
          });
        }
      });

      it('uses an agent for a key with a passphrase', async () => {
        const socket = join(sshd.folder, 'agent.sock');
        const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' });
        onTestFinished(() => void agent.kill());
        await expect.poll(() => existsSync(socket)).toBe(true);
        // Without a terminal `ssh-add` asks this program for the passphrase.
        const asker = join(sshd.folder, 'asker');
        writeFileSync(asker, '#!/bin/sh\necho secret\n', { mode: 0o700 });
        const keyFile = join(sshd.folder, 'locked');
        const locked = { ...trusted, target: { keyFile } };
        await expect(session([], { ...locked, agentSocket: `${socket}-not` })).rejects.toMatchObject({
          code: 'key-unreadable',
          details: { reason: 'agent-silent' satisfies Reason },
        });
        const environment = {
          ...process.env,
          SSH_AUTH_SOCK: socket,
          SSH_ASKPASS: asker,
          SSH_ASKPASS_REQUIRE: 'force',
        };
        execFileSync('ssh-add', [sshd.strangerKey], { env: environment, stdio: 'ignore' });
        // An agent that holds other keys is asked for none of them.
        await expect(session([], { ...locked, agentSocket: socket })).rejects.toMatchObject({
          code: 'key-unreadable',
          details: { reason: 'key-not-loaded' satisfies Reason },
        });
        const alone = join(sshd.folder, 'alone');
        copyFileSync(keyFile, alone);
        const withoutHalf = (): Promise<unknown> =>
          session([], { ...trusted, target: { keyFile: alone }, agentSocket: socket });
        const halfNeeded = {
          code: 'key-unreadable',
          details: { reason: 'public-half-needed' satisfies Reason },
        };
        await expect(withoutHalf()).rejects.toMatchObject(halfNeeded);
        writeFileSync(`${alone}.pub`, 'no key');
        await expect(withoutHalf()).rejects.toMatchObject(halfNeeded);
        execFileSync('ssh-add', [keyFile], { env: environment, stdio: 'ignore' });
        const made = await session([], { ...locked, agentSocket: socket });
        expect(await run(made, ['true'])).toMatchObject({ code: 0 });
      });
    });

    describe('commands', () => {
      it('pass words, input, both outputs and the exit code through, whole', async () => {
        const made = await session([], { trust: true });
        const odd = ["it's", 'a  b', '$(id)', '`id`', 'new\nline', 'é*?', ''];
        const quoted = await run(made, ['printf', '[%s]', ...odd]);
        expect(quoted).toMatchObject({ stdout: odd.map((word) => `[${word}]`).join('') });
        const million = randomBytes(500_000).toString('hex');
        const script = 'tee /dev/stderr; exit 7';
        expect(await run(made, ['sh', '-c', script], Buffer.from(million))).toEqual({
          stdout: million,
          stderr: million,
          code: 7,
          signal: null,
        });
      });

      it('can be ended', async () => {
        const made = await session([], { trust: true });
        const child = await made.exec(['sleep', '1000']);
        child.stdout.resume();
        child.kill();
        expect((await child.exit).code).toBeNull();
      });

      it('end with the link, and say so', async () => {
        const made = await session([], { trust: true });
        const child = await made.exec(['sleep', '1000']);
        child.stdout.resume();
        sshd.killSessions();
        expect(await child.exit).toEqual({ code: null, signal: null });
        expect(await made.closed).toMatchObject({ code: 'connection-lost' });
        await expect(made.exec(['true'])).rejects.toMatchObject({ code: 'connection-lost' });
      });
    });

    it('shares a session, and replaces one that is over', async () => {
      let connects = 0;
      const pool = createPool(async () => {
        connects += 1;
        return session([], { trust: true });
      });
      const [one, two] = await Promise.all([pool.acquire('a', target()), pool.acquire('a', target())]);
      const apart = await pool.acquire('b', target());
      expect([one === two, one === apart, connects]).toEqual([true, false, 2]);
      sshd.killSessions();
      await one.closed;
      expect(await run(await pool.acquire('a', target()), ['echo', 'again'])).toMatchObject({
        stdout: 'again\n',
      });
      expect(connects).toBe(3);
      pool.endAll();
    });

    it('tells a channel that sshd refuses (MaxSessions) from a lost connection', async () => {
      const strict = await startSshd(['MaxSessions 1']);
      onTestFinished(() => strict.stop());
      const made = await session([], { trust: true, target: { port: strict.port, keyFile: strict.key } });
      const first = await made.exec(['cat']);
      const refused: unknown = await made.exec(['true']).catch((error: unknown) => error);
      expect(isChannelRefused(refused)).toBe(true);
      first.stdin.end('still here');
      expect((await all(first.stdout)).toString()).toBe('still here');
      made.end();
    });
  },
);
