// On the true cryptsetup, killed at each of its writes to a header that lies in a file.

import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { RunCommand } from '../host.ts';
import { autostartKeyFile, volumeFile } from '../paths.ts';
import type { Paths } from '../paths.ts';
import { headerFindings } from '../validate/luksHeader.ts';
import { createAutostartKeys } from './autostartKeys.ts';
import {
  addKeyOfOldVersion,
  cheaply,
  cryptsetupAbsent,
  lookAt,
  makeLuksFile,
  opensByOne,
  repository,
} from './luksFile.fixtures.ts';
import { emptySlot, readHeader } from './keySlots.ts';
import { createLuks } from './luks.ts';

/** The words that run a command and kill it at the write number `write`, counted in each of its threads. */
function killedAt(write: number): string[] {
  const calls = 'write,pwrite64,pwritev,writev';
  const inject = ['-e', `trace=${calls}`, '-e', `inject=${calls}:signal=KILL:when=${write}`];
  return ['strace', '-f', '-qq', '-o', '/dev/null', ...inject];
}

const cannot = cryptsetupAbsent || spawnSync('strace', [...killedAt(1).slice(1), 'true']).status !== 0;
const lacking = cryptsetupAbsent ? 'cryptsetup' : 'strace';
const skipped = cannot ? ` (SKIPPED: needs ${lacking})` : '';

/** Work on the header of the datastore's volume, whose commands run by `run`. */
type Work = (paths: Paths, run: RunCommand) => Promise<unknown>;

/** One write of cryptsetup at which it was killed, with the datastore as that left it. */
interface Cut {
  command: string;
  paths: Paths;
}

/** Only against what hangs: thousands of processes take their time on a busy computer. */
const TIMEOUT = 600_000;

const WRITES = ['luksAddKey', 'luksKillSlot', 'luksChangeKey', 'token'];
const folders: string[] = [];

function copyOf({ datastore, run }: Paths): Paths {
  const copy = mkdtempSync(join(tmpdir(), 'rediacc-cut-'));
  folders.push(copy);
  cpSync(datastore, copy, { recursive: true });
  return { datastore: copy, run };
}

/** Does the work once, and calls `check` for each write of each of its commands, after a kill there. */
async function cutEverywhere(start: Paths, work: Work, check: (cut: Cut) => Promise<void>): Promise<number> {
  const commands: { before: Paths; command: readonly string[]; options: Parameters<RunCommand>[1] }[] = [];
  const whole = copyOf(start);
  await work(whole, (command, options) => {
    if (command.some((word) => WRITES.includes(word)))
      // The inputs are wiped once the command has had them.
      commands.push({ before: copyOf(whole), command, options: structuredClone(options) });
    return cheaply(command, options);
  });
  const turns = commands.map(async ({ before, command, options }) => {
    for (let write = 1; ; write += 1) {
      const paths = copyOf(before);
      const words = command.map((word) => word.replace(whole.datastore, paths.datastore));
      const at = words.indexOf('cryptsetup');
      const traced = [...words.slice(0, at), ...killedAt(write), ...words.slice(at)];
      const { exitCode } = await cheaply(traced, { ...options, expected: [0, 255] });
      if (exitCode === 0) return write - 1;
      await check({ command: `${words.slice(at + 1).join(' ')}, write ${write}`, paths });
      rmSync(paths.datastore, { recursive: true });
    }
  });
  return (await Promise.all(turns)).reduce((sum, writes) => sum + writes, 0);
}

const change: Work = (paths, run) =>
  createLuks(paths, run).changePassphrase(repository, Buffer.from('old'), Buffer.from('new'));
const enable: Work = (paths, run) => createAutostartKeys(paths, run).add(repository, Buffer.from('old'));
const disable: Work = (paths, run) => createAutostartKeys(paths, run).remove(repository);
const facts = (paths: Paths): Promise<{ slot1: string }> =>
  createAutostartKeys(paths, cheaply).facts(repository);

/** Changes the passphrase as version 0.1.0 did. */
const changeOfOldVersion: Work = (paths, run) => {
  const options = ['--batch-mode', '--pbkdf', 'argon2id', '--key-file', '-'];
  const command = ['cryptsetup', 'luksChangeKey', ...options, volumeFile(paths, repository.guid)];
  return run(['bash', '--norc', '-c', 'exec "$@" <(exec cat <&3) 3<&-', 'bash', ...command], {
    input: Buffer.from('old'),
    second: Buffer.from('new'),
  });
};

describe.skipIf(cannot)(`cryptsetup, killed at each of its writes${skipped}`, () => {
  afterAll(() => {
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  });
  const volumeOfOld = async (): Promise<Paths> => {
    const paths = await makeLuksFile('old');
    folders.push(paths.datastore);
    return paths;
  };

  it.each([false, true])(
    'leaves a change that a second try completes; autostart: %s',
    async (autostart) => {
      const start = await volumeOfOld();
      if (autostart) await enable(start, cheaply);
      const wanted = autostart
        ? { slots: { 0: 'new', 1: 'other' }, tokens: ['rediacc-autostart'] }
        : { slots: { 0: 'new' }, tokens: [] };
      const cuts = await cutEverywhere(start, change, async ({ command, paths }) => {
        expect(await opensByOne(paths, 'old', 'new'), command).toBe(true);
        await change(paths, cheaply);
        expect(await lookAt(paths, 'old', 'new'), command).toEqual(wanted);
        expect((await facts(paths)).slot1, command).toBe(autostart ? 'key' : 'empty');
      });
      expect(cuts).toBeGreaterThan(30);
    },
    TIMEOUT,
  );

  it.each([false, true])(
    'as 0.1.0 used it, leaves nothing that a second try loses; autostart: %s',
    async (autostart) => {
      const start = await volumeOfOld();
      if (autostart) await addKeyOfOldVersion(start, 'old');
      const found = new Set<string>();
      // Slot 0 is listed and dead: nothing tells it from another administrator's.
      const dead = autostart ? { 0: 'other', 1: 'other', 2: 'new' } : { 0: 'other', 1: 'new' };
      const whole = autostart ? { 0: 'new', 1: 'other' } : { 0: 'new' };
      await cutEverywhere(start, changeOfOldVersion, async ({ command, paths }) => {
        const { slots: left } = await lookAt(paths, 'old', 'new');
        found.add(JSON.stringify(left));
        // Whatever is done first, the last slot that opens stays.
        const disabled = copyOf(paths);
        await disable(disabled, cheaply);
        expect(await opensByOne(disabled, 'old', 'new'), command).toBe(true);
        await change(paths, cheaply);
        const isDead = JSON.stringify(left) === JSON.stringify(dead);
        expect((await lookAt(paths, 'old', 'new')).slots, command).toEqual(isDead ? dead : whole);
        const slot1 = autostart ? 'key' : isDead ? 'unknown' : 'empty';
        expect((await facts(paths)).slot1, command).toBe(slot1);
        if (!isDead) return;
        const volume = { run: cheaply, file: volumeFile(paths, repository.guid), name: repository.name };
        // `validate` names the slot; an unknown slot 1 by the key that does not open it.
        const findings = headerFindings(await readHeader(volume), volume).map(({ code }) => code);
        expect(findings, command).toEqual(autostart ? ['other-key-slots'] : []);
        // Whoever knows that it is dead empties it, and a change then brings the passphrase into slot 0.
        await emptySlot(volume, 0, { slot: autostart ? 2 : 1, key: Buffer.from('new') });
        await change(paths, cheaply);
        expect((await lookAt(paths, 'old', 'new')).slots, command).toEqual(whole);
      });
      expect([...found]).toContain(JSON.stringify(dead));
    },
    TIMEOUT,
  );

  it(
    'leaves an enable that a second try completes',
    async () => {
      await cutEverywhere(await volumeOfOld(), enable, async ({ command, paths }) => {
        expect(await opensByOne(paths, 'old'), command).toBe(true);
        await enable(paths, cheaply);
        const { slots, tokens } = await lookAt(paths, 'old');
        expect([slots, tokens], command).toEqual([{ 0: 'old', 1: 'other' }, ['rediacc-autostart']]);
        expect((await facts(paths)).slot1, command).toBe('key');
        expect(readFileSync(autostartKeyFile(paths, repository.guid)).length).toBe(256);
      });
    },
    TIMEOUT,
  );

  it.each(['this version', '0.1.0'])(
    'leaves a disable that a second try completes; enabled by %s',
    async (by) => {
      const start = await volumeOfOld();
      await (by === '0.1.0' ? addKeyOfOldVersion(start, 'old') : enable(start, cheaply));
      await cutEverywhere(start, disable, async ({ command, paths }) => {
        expect(await opensByOne(paths, 'old'), command).toBe(true);
        await disable(paths, cheaply);
        expect(await lookAt(paths, 'old'), command).toEqual({ slots: { 0: 'old' }, tokens: [] });
        expect(existsSync(autostartKeyFile(paths, repository.guid)), command).toBe(false);
      });
    },
    TIMEOUT,
  );
});
