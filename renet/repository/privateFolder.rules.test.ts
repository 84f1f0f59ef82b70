// On a true ext4 in a loop device, where folders can be immutable and their owner is another account. Only root can.

import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { canLoop, makeLoopVolume } from '../../tests/support/loopVolume.ts';
import type { LoopVolume } from '../../tests/support/loopVolume.ts';
import { describeError } from '../../shared/errors.ts';
import type { AppError } from '../../shared/errors.ts';
import type { WireNotice } from '../../shared/notices.ts';
import { en } from '../../shared/text/en/en.ts';
import { fr } from '../../shared/text/fr/fr.ts';
import { runCommand } from '../host.ts';
import { leaveParent } from '../operation/steps/forkSteps.ts';
import { settle } from '../operation/steps/settle.ts';
import { mountPath } from '../paths.ts';
import { writeMetadata } from './repositories.ts';
import { checkPrivateFolder } from './privateFolder.ts';

const OWNER = { uid: 1234, gid: 1235 };
const PARENT = { guid: '11111111-1111-4111-8111-111111111111', name: 'shop' };
const CREATED = '2026-01-01T00:00:00.000Z';

let shop: LoopVolume;
let outside: string;
beforeEach(async () => {
  outside = mkdtempSync(join(tmpdir(), 'rediacc-outside-'));
  mkdirSync(join(outside, 'docker/containerd'), { recursive: true });
  writeFileSync(join(outside, 'docker/containerd/kept'), 'kept');
  mkdirSync(join(outside, 'docker/data/containers/abc'), { recursive: true });
  shop = await makeLoopVolume();
  await shop.volumes.handOver(shop.repository, OWNER);
});
afterEach(() => {
  shop.remove();
  rmSync(outside, { recursive: true });
});

const inShop = (path = '.rediacc'): string => join(shop.root, path);
const flagsOf = (path: string): string =>
  execFileSync('lsattr', ['-d', path], { encoding: 'utf8' }).split(' ')[0] ?? '';

/** Runs a script in the repository's folder as its owner. Returns what the programs complain of. */
function asOwner(script: string): string {
  const account = ['--reuid', String(OWNER.uid), '--regid', String(OWNER.gid), '--clear-groups'];
  return spawnSync('setpriv', [...account, 'sh', '-c', script], { cwd: shop.root, encoding: 'utf8' }).stderr;
}

/** Returns whose the folders in the private folder are: account and group of each. */
function ownersBelow(): [number, number][] {
  return ['docker', 'docker/containerd', 'docker/data'].map((path) => {
    const { uid, gid } = lstatSync(inShop(`.rediacc/${path}`));
    return [uid, gid];
  });
}

/** Moves the private folder away, as the owner of a volume could with earlier versions. */
function moveAway(name: string): void {
  execFileSync('chattr', ['-i', inShop()]);
  expect(asOwner(`mv .rediacc ${name}`)).toBe('');
}

/** Mounts, as the step does after the mount itself. */
async function settled(parent?: string): Promise<WireNotice[]> {
  const { paths, volumes } = shop;
  const notices: WireNotice[] = [];
  await settle({
    ...{ machine: { paths, volumes }, run: runCommand, owner: OWNER, origin: 'person' },
    repository: { ...shop.repository, created: CREATED, ...(parent === undefined ? {} : { parent }) },
    notice: (notice) => notices.push(notice),
  });
  return notices;
}

async function firstMountOfFork(): Promise<void> {
  const { paths, volumes, repository } = shop;
  await volumes.commit(repository);
  const metadata = { ...repository, created: CREATED, inherits: PARENT };
  await writeMetadata(paths, metadata);
  await leaveParent({ machine: { paths, volumes }, run: runCommand, repository: metadata, hostname: 'here' });
}

const skipped = canLoop ? '' : ' (SKIPPED: needs root, loop devices and ext4)';

describe.skipIf(!canLoop)(`the private folder, in a true ext4${skipped}`, () => {
  it('cannot be renamed, removed or replaced by the owner of the repository, and root works below it', () => {
    for (const script of ['mv .rediacc away', 'rmdir .rediacc', 'mkdir x && mv -T x .rediacc'])
      expect(asOwner(script)).toMatch(/not permitted|cannot|Permission denied/);
    expect(asOwner('touch mine && mv mine Rediaccfile')).toBe('');
    const { uid, mode } = lstatSync(inShop());
    expect([uid, (mode & 0o7777).toString(8), flagsOf(inShop())]).toEqual([
      0,
      '700',
      expect.stringContaining('i'),
    ]);
    mkdirSync(inShop('.rediacc/docker/data/overlay2'));
    renameSync(inShop('.rediacc/docker/data/overlay2'), inShop('.rediacc/docker/data/volumes'));
  });

  it.each<[string, () => void, string]>([
    ['a link to a folder outside', () => symlinkSync(outside, inShop()), '.rediacc'],
    ['a file', () => writeFileSync(inShop(), ''), '.rediacc'],
    ['a folder of the owner’s', () => void asOwner('mkdir -p .rediacc/docker/data'), '.rediacc'],
    [
      'a true folder with a link in it',
      () => {
        mkdirSync(inShop('.rediacc'), { mode: 0o700 });
        symlinkSync(join(outside, 'docker'), inShop('.rediacc/docker'));
      },
      '.rediacc/docker',
    ],
  ])('is refused when it is %s, and nothing there is touched', async (_, replace, at) => {
    moveAway('lost');
    rmSync(inShop('lost'), { recursive: true });
    replace();
    const refusal = { code: 'private-folder-unsafe', exitCode: 9, details: { path: inShop(at) } };
    await expect(shop.volumes.secure(shop.repository)).rejects.toMatchObject(refusal);
    await expect(checkPrivateFolder({ root: shop.root, name: 'shop' })).rejects.toMatchObject(refusal);
    await expect(firstMountOfFork()).rejects.toMatchObject(refusal);
    expect(existsSync(join(outside, 'docker/containerd/kept'))).toBe(true);
    expect(existsSync(join(outside, 'docker/data/containers/abc'))).toBe(true);
    // The files of the repository can be reached, to mend it.
    expect((await settled()).map(({ code }) => code)).toEqual(['private-folder-kept-out']);
  });

  it('is given back to root, with what is in it, after a chown of the whole repository', async () => {
    const kept = inShop('.rediacc/docker/data/volumes/shop_data/_data/kept');
    mkdirSync(dirname(kept), { recursive: true });
    writeFileSync(kept, 'kept');
    // It complains of the folder that is immutable, and goes on.
    spawnSync('chown', ['-R', `${OWNER.uid}:${OWNER.gid}`, shop.root]);
    expect(ownersBelow()).toEqual([
      [1234, 1235],
      [1234, 1235],
      [1234, 1235],
    ]);
    await checkPrivateFolder({ root: shop.root, name: 'shop' });
    expect(ownersBelow()).toEqual([
      [1234, 1235],
      [1234, 1235],
      [1234, 1235],
    ]);
    await shop.volumes.secure(shop.repository);
    expect(ownersBelow()).toEqual([
      [0, 0],
      [0, 0],
      [0, 0],
    ]);
    // Files inside volumes keep their owners: containers may have given them away on purpose.
    expect([lstatSync(kept).uid, readFileSync(kept, 'utf8')]).toEqual([OWNER.uid, 'kept']);
    expect(flagsOf(inShop())).toContain('i');
  });

  it('that a chown of the whole repository of 0.1.0 gave away is refused with the way to give it back', async () => {
    execFileSync('chattr', ['-i', inShop()]);
    const kept = inShop('.rediacc/docker/data/kept');
    writeFileSync(kept, 'kept');
    execFileSync('chown', ['-R', `${OWNER.uid}:${OWNER.gid}`, shop.root]);
    const refusal: unknown = await shop.volumes.secure(shop.repository).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: 'private-folder-unsafe', details: { path: inShop() } });
    expect([lstatSync(inShop()).uid, ...ownersBelow().flat()]).toEqual([
      1234, 1234, 1235, 1234, 1235, 1234, 1235,
    ]);
    const next = [en, fr].map((language) => describeError(refusal as AppError, language).next);
    for (const step of next) {
      expect(step).toContain(`\`sudo chown -h root:root ${inShop()}\``);
      expect(step).not.toMatch(/remove|delete|supprim/);
    }
    execFileSync('chown', ['-h', 'root:root', inShop()]);
    await shop.volumes.secure(shop.repository);
    expect(ownersBelow().flat()).toEqual([0, 0, 0, 0, 0, 0]);
    expect(readFileSync(kept, 'utf8')).toBe('kept');
    expect(flagsOf(inShop())).toContain('i');
  });

  it.each<[string, () => void]>([
    ['a link', () => symlinkSync(join(outside, 'docker/data'), inShop('.rediacc/docker/data'))],
    ['a file', () => writeFileSync(inShop('.rediacc/docker/data'), '')],
    [
      'a folder of another device',
      () => {
        mkdirSync(inShop('.rediacc/docker/data'));
        execFileSync('mount', ['-t', 'tmpfs', '-o', 'uid=1234', 'none', inShop('.rediacc/docker/data')]);
      },
    ],
    [
      'another account’s, in a private folder that others may enter',
      () => {
        mkdirSync(inShop('.rediacc/docker/data'));
        execFileSync('chattr', ['-i', inShop()]);
        chmodSync(inShop(), 0o755);
      },
    ],
  ])('does not give the owner’s folder of the data back when it is %s', async (_, replace) => {
    const data = inShop('.rediacc/docker/data');
    rmSync(data, { recursive: true });
    replace();
    execFileSync('chown', ['-h', `${OWNER.uid}:${OWNER.gid}`, data]);
    const before = lstatSync(join(outside, 'docker/data')).uid;
    try {
      await expect(shop.volumes.secure(shop.repository)).rejects.toMatchObject({
        ...{ code: 'private-folder-unsafe', details: { path: data } },
      });
      expect([lstatSync(data).uid, lstatSync(join(outside, 'docker/data')).uid]).toEqual([1234, before]);
    } finally {
      spawnSync('umount', [data]);
    }
  });

  it('is refused when it leads to the one of another repository, whose data stay', async () => {
    const other = await makeLoopVolume();
    try {
      await other.volumes.handOver(other.repository, OWNER);
      const kept = join(other.root, '.rediacc/docker/containerd/kept');
      writeFileSync(kept, '');
      moveAway('lost');
      symlinkSync(join(other.root, '.rediacc'), inShop());
      await expect(firstMountOfFork()).rejects.toMatchObject({ code: 'private-folder-unsafe' });
      expect(existsSync(kept)).toBe(true);
    } finally {
      other.remove();
    }
  });

  it('is not made anew beside one that was moved away, until that is moved back', async () => {
    mkdirSync(inShop('.rediacc/docker/data/volumes'));
    moveAway('elsewhere');
    const refusal = {
      code: 'private-folder-moved',
      details: { path: inShop('elsewhere'), expected: inShop() },
    };
    await expect(shop.volumes.secure(shop.repository)).rejects.toMatchObject(refusal);
    expect(existsSync(inShop())).toBe(false);
    renameSync(inShop('elsewhere'), inShop());
    await shop.volumes.secure(shop.repository);
    expect(existsSync(inShop('.rediacc/docker/data/volumes'))).toBe(true);
  });

  it('of an earlier version becomes as it has to be at the next mount, with what is in it', async () => {
    execFileSync('chattr', ['-i', inShop()]);
    rmSync(inShop('.rediacc/docker/containerd'), { recursive: true });
    writeFileSync(inShop('.rediacc/docker/data/kept'), '');
    chmodSync(inShop(), 0o755);
    expect(await settled()).toEqual([]);
    expect((lstatSync(inShop()).mode & 0o7777).toString(8)).toBe('700');
    expect(flagsOf(inShop())).toContain('i');
    expect(['containerd', 'data/kept'].map((path) => existsSync(inShop(`.rediacc/docker/${path}`)))).toEqual([
      ...[true, true],
    ]);
    // Something is missing although it is immutable already.
    rmSync(inShop('.rediacc/docker/data/kept'));
    execFileSync('chattr', ['-i', inShop()]);
    rmSync(inShop('.rediacc/docker'), { recursive: true });
    execFileSync('chattr', ['+i', inShop()]);
    await shop.volumes.secure(shop.repository);
    expect(existsSync(inShop('.rediacc/docker/data'))).toBe(true);
    expect(flagsOf(inShop())).toContain('i');
  });

  it('is followed through no link that a container put among the daemon’s data', async () => {
    symlinkSync(join(outside, 'docker/data/containers'), inShop('.rediacc/docker/data/containers'));
    await expect(firstMountOfFork()).rejects.toMatchObject({ code: 'unsafe-path' });
    expect(existsSync(join(outside, 'docker/data/containers/abc'))).toBe(true);
  });
});

describe.skipIf(!canLoop)(`what an earlier version left after a power cut, in a true ext4${skipped}`, () => {
  it('a root folder without its owner gets it, and one in which somebody works keeps what it has', async () => {
    execFileSync('chattr', ['-i', inShop()]);
    rmSync(inShop(), { recursive: true });
    chownSync(shop.root, 0, 0);
    chmodSync(shop.root, 0o755);
    expect((await settled()).map(({ code }) => code)).toEqual(['handed-over']);
    const { uid, gid, mode } = lstatSync(shop.root);
    expect([uid, gid, (mode & 0o7777).toString(8)]).toEqual([1234, 1235, '750']);
    expect(existsSync(inShop())).toBe(true);
    chownSync(shop.root, 0, 0);
    chmodSync(shop.root, 0o755);
    writeFileSync(inShop('Rediaccfile'), '');
    expect(await settled()).toEqual([]);
    expect(lstatSync(shop.root).uid).toBe(0);
  });

  /** Writes what dockerd keeps of a container that Compose made in a folder. */
  function container(id: string, folder: string | undefined): void {
    const labels = folder === undefined ? {} : { 'com.docker.compose.project.working_dir': folder };
    const file = inShop(`.rediacc/docker/data/containers/${id}/config.v2.json`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, JSON.stringify({ Name: `/${id}-1`, Config: { Labels: labels } }));
  }
  const volume = (name: string): string => inShop(`.rediacc/docker/data/volumes/${name}`);

  it('a fork loses the containers that are provably its parent’s, and none of its own', async () => {
    const { paths, repository } = shop;
    container('parents', join(mountPath(paths, PARENT.guid), 'api'));
    container('own', mountPath(paths, repository.guid));
    container('unknown', undefined);
    container('elsewhere', '/srv/something');
    for (const name of [`${PARENT.guid}_data`, `${PARENT.guid}_cache`, `${repository.guid}_cache`])
      mkdirSync(volume(name), { recursive: true });
    const notices = await settled(PARENT.guid);
    expect(notices).toMatchObject([
      { code: 'strangers-removed', details: { containers: 'parents-1' } },
      { code: 'volumes-left', details: { volumes: `${PARENT.guid}_cache` } },
    ]);
    const there = ['parents', 'own', 'unknown', 'elsewhere'].map((id) =>
      existsSync(inShop(`.rediacc/docker/data/containers/${id}`)),
    );
    expect(there).toEqual([false, true, true, true]);
    expect(existsSync(volume(`${repository.guid}_data`))).toBe(true);
    // On disk, and not only said.
    expect(existsSync(join(shop.afterPowerCut(), '.rediacc/docker/data/containers/parents'))).toBe(false);
  });

  it('a repository that is no fork loses nothing', async () => {
    container('parents', mountPath(shop.paths, PARENT.guid));
    expect(await settled()).toEqual([]);
    expect(existsSync(inShop('.rediacc/docker/data/containers/parents'))).toBe(true);
  });
});
