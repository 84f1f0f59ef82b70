import { chmodSync, chownSync, mkdirSync, readdirSync, statSync, symlinkSync } from 'node:fs';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { cgroupRoot, makeRepository } from '../../tests/support/nativeRepository.ts';
import type { NativeRepository } from '../../tests/support/nativeRepository.ts';
import { prepareLocks } from '../fileLock.ts';
import { noteHolder } from '../operation/locks.ts';
import { lockFile } from '../paths.ts';
import { adoptRepository } from './adoptRepository.ts';

const repositories: NativeRepository[] = [];
function repositoryWith(files: Record<string, string>): NativeRepository {
  const made = makeRepository(files);
  repositories.push(made);
  return made;
}
afterEach(() => {
  for (const made of repositories.splice(0)) made.remove();
});

const PUBLISHED = 'services:\n  cache:\n    image: redis:7 # small\n    ports:\n      - 6379:6379\n';
const ADOPTED =
  'services:\n  cache:\n    image: redis:7 # small\n    command: redis-server --bind ${CACHE_IP}\n';

const skipped = cgroupRoot() === undefined ? ' (SKIPPED: needs root and a writable cgroup v2 tree)' : '';

describe.skipIf(cgroupRoot() === undefined)(`a repository is adopted, natively${skipped}`, () => {
  it('shows without writing, then writes what it showed, keeps owner and mode, and has no more to do', async () => {
    const shop = repositoryWith({ 'compose.yml': PUBLISHED });
    const file = join(shop.root, 'compose.yml');
    chownSync(file, 1234, 5678);
    chmodSync(file, 0o640);
    chownSync(shop.root, 1234, 5678);
    const shown = await adoptRepository(shop.machine, 'shop', false);
    expect([shop.read('compose.yml'), shop.exists('Rediaccfile')]).toEqual([PUBLISHED, false]);
    expect(await adoptRepository(shop.machine, 'shop', true)).toEqual(shown);
    const { uid, gid, mode } = statSync(file);
    expect([shop.read('compose.yml'), uid, gid, mode & 0o777]).toEqual([ADOPTED, 1234, 5678, 0o640]);
    expect(statSync(join(shop.root, 'Rediaccfile')).uid).toBe(1234);
    execFileSync('bash', ['-n', join(shop.root, 'Rediaccfile')]);
    expect(readdirSync(shop.root).sort()).toEqual(['Rediaccfile', 'compose.yml']);
    expect(await adoptRepository(shop.machine, 'shop', true)).toEqual({ changes: [], findings: [] });
  });

  it('gives what is adopted its addresses when it is started', async () => {
    const shop = repositoryWith({ 'compose.yml': PUBLISHED });
    await adoptRepository(shop.machine, 'shop', true);
    shop.write({ Rediaccfile: 'up() { echo "at $CACHE_IP"; }\n' });
    const { output, verdict } = await shop.run('up');
    expect([output, verdict?.kind]).toEqual([expect.stringContaining('at 127.0.11.2'), 'succeeded']);
  });

  it('writes nothing through a link, nor what is not UTF-8, nor under another’s lock', async () => {
    const shop = repositoryWith({ 'real.yml': PUBLISHED });
    symlinkSync('real.yml', join(shop.root, 'compose.yml'));
    await expect(adoptRepository(shop.machine, 'shop', true)).rejects.toMatchObject({ code: 'unsafe-path' });
    expect([shop.read('real.yml'), shop.exists('Rediaccfile')]).toEqual([PUBLISHED, false]);

    const latin = repositoryWith({});
    latin.write({ 'compose.yml': PUBLISHED });
    execFileSync('sh', ['-c', `printf '# caf\\351\\n' >> "$1"`, 'sh', join(latin.root, 'compose.yml')]);
    await expect(adoptRepository(latin.machine, 'shop', true)).rejects.toMatchObject({
      code: 'compose-invalid',
    });

    const busy = repositoryWith({ 'compose.yml': PUBLISHED });
    await prepareLocks(busy.machine.paths);
    const lock = lockFile(busy.machine.paths, busy.guid);
    const holder = spawn('flock', [lock, 'sh', '-c', 'echo held; read -r end'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    await once(holder.stdout, 'data');
    await noteHolder(busy.machine.paths, busy.guid, { operation: 'one', verb: 'up', by: 'ann' });
    await expect(adoptRepository(busy.machine, 'shop', true)).rejects.toMatchObject({
      code: 'repository-busy',
      details: { verb: 'up', by: 'ann' },
    });
    holder.stdin.end();
    await once(holder, 'exit');
    expect(busy.read('compose.yml')).toBe(PUBLISHED);
  });

  it('refuses a closed repository, and one without compose files', async () => {
    const shop = repositoryWith({});
    mkdirSync(join(shop.root, 'data'));
    await expect(adoptRepository(shop.machine, 'shop', false)).rejects.toMatchObject({
      code: 'nothing-to-adopt',
    });
    shop.flags.mounted = false;
    await expect(adoptRepository(shop.machine, 'shop', false)).rejects.toMatchObject({ code: 'not-mounted' });
  });
});
