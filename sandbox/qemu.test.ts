import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { freePort, kernelCommandLine, killQemu, qemuArguments, qemuPid, startQemu } from './qemu.ts';
import type { QemuOptions } from './qemu.ts';

const options: QemuOptions = {
  folder: '/cache/machines/demo',
  image: '/cache/images/abc',
  variant: 'standard',
  accelerator: 'tcg',
  port: 2222,
};

function after(words: string[], option: string): string[] {
  return words.filter((_, index) => words[index - 1] === option);
}

describe('qemuArguments', () => {
  it('opens the machine to this computer only, and nothing to the machine', () => {
    const words = qemuArguments(options);
    expect(after(words, '-netdev')).toEqual(['user,id=net,restrict=on,hostfwd=tcp:127.0.0.1:2222-:22']);
    expect(after(words, '-qmp')).toEqual(['unix:/cache/machines/demo/qmp.sock,server=on,wait=off']);
    expect(words).not.toContain('-vnc');
  });

  it('boots the disk, or goes on from a snapshot', () => {
    expect(qemuArguments(options)).not.toContain('-loadvm');
    expect(after(qemuArguments({ ...options, snapshot: 'clean' }), '-loadvm')).toEqual(['clean']);
  });

  it('emulates on several threads, and takes the processor where it may', () => {
    expect(after(qemuArguments(options), '-accel')).toEqual(['tcg,thread=multi,tb-size=2047']);
    expect(after(qemuArguments({ ...options, accelerator: 'kvm' }), '-accel')).toEqual(['kvm']);
    expect(after(qemuArguments({ ...options, accelerator: 'kvm' }), '-cpu')).toEqual(['max']);
  });

  it('doubles a comma in a path, which would end the option', () => {
    const words = qemuArguments({ ...options, folder: '/a,b' });
    expect(after(words, '-drive')[0]).toContain('file=/a,,b/disk.qcow2,cache=unsafe');
  });
});

describe('kernelCommandLine', () => {
  it("starts the system's Docker in the docker variant only", () => {
    expect(kernelCommandLine('docker', 'tcg')).toContain('systemd.wants=docker.service');
    expect(kernelCommandLine('standard', 'tcg')).not.toContain('docker');
    expect(kernelCommandLine('bare', 'tcg')).not.toContain('docker');
  });

  it('puts programs at the same addresses only where each address is translated anew', () => {
    expect(kernelCommandLine('standard', 'tcg')).toContain('norandmaps');
    expect(kernelCommandLine('standard', 'kvm')).not.toContain('norandmaps');
  });
});

describe('startQemu', () => {
  it('refuses a folder whose socket could not be opened', async () => {
    const folder = `/${'long/'.repeat(30)}`;
    await expect(startQemu({ ...options, folder })).rejects.toThrow(/REDIACC_SANDBOX_DIR/);
  });
});

describe('qemuPid and killQemu', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'machine-'));
  });

  afterEach(() => rm(folder, { recursive: true }));

  it('know no process without a pid file', async () => {
    expect(await qemuPid(folder)).toBeUndefined();
    await killQemu(folder);
  });

  it('leave a process alone that has taken the number of a QEMU long gone', async () => {
    const other = spawn('sleep', ['60']);
    await once(other, 'spawn');
    await writeFile(join(folder, 'qemu.pid'), `${String(other.pid)}\n`);
    expect(await qemuPid(folder)).toBeUndefined();
    await killQemu(folder);
    expect(other.exitCode).toBeNull();
    other.kill();
  });

  it('find and end the process that has the disk of the machine', async () => {
    // A process counts as QEMU's when its command line names the disk, as this one's does.
    const ours = spawn('sh', ['-c', 'read line', join(folder, 'disk.qcow2')]);
    await once(ours, 'spawn');
    await writeFile(join(folder, 'qemu.pid'), `${String(ours.pid)}\n`);
    const ended = once(ours, 'exit');
    expect(await qemuPid(folder)).toBe(ours.pid);
    await killQemu(folder);
    expect(await ended).toEqual([null, 'SIGKILL']);
  });
});

describe('freePort', () => {
  it('gives a port that can be listened on, and nobody does', async () => {
    const port = await freePort();
    const refused = connect(port, '127.0.0.1');
    await expect(once(refused, 'connect')).rejects.toThrow(/ECONNREFUSED/);
    const server = createServer().listen(port, '127.0.0.1');
    await once(server, 'listening');
    server.close();
  });
});
