import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunCommand } from '../host.ts';
import { createVolumes } from './volumes.ts';

const repository = { guid: '11111111-1111-4111-8111-111111111111', name: 'shop', networkId: 2816 };
const file = `/mnt/rediacc/repositories/${repository.guid}`;

let blockDevices: string;
const commands: string[] = [];
beforeEach(() => {
  blockDevices = mkdtempSync(join(tmpdir(), 'rediacc-block-'));
  commands.length = 0;
});
afterEach(() => rmSync(blockDevices, { recursive: true }));

/** Writes a loop device on a file as sysfs shows it, and the device that holds it. */
function loopOn(backing: string, holder?: string): void {
  mkdirSync(join(blockDevices, 'loop7/loop'), { recursive: true });
  writeFileSync(join(blockDevices, 'loop7/loop/backing_file'), `${backing}\n`);
  mkdirSync(join(blockDevices, 'loop7/holders', holder ?? ''), { recursive: true });
}

function open(): Promise<boolean> {
  const run: RunCommand = (command) => {
    commands.push(command.slice(0, 2).join(' '));
    return Promise.resolve({ exitCode: 0, stdout: '', stderr: '' });
  };
  const paths = { datastore: '/mnt/rediacc', run: '/run/rediacc' };
  return createVolumes(paths, run, blockDevices).open(repository, Buffer.from('secret'), file);
}

describe('opening a volume', () => {
  it('is refused, before cryptsetup is asked, while somebody else has it open', async () => {
    loopOn(file, 'dm-3');
    await expect(open()).rejects.toMatchObject({
      code: 'volume-open-elsewhere',
      details: { name: 'shop', device: '/dev/dm-3' },
    });
    expect(commands).toEqual([]);
  });

  it.each([
    ['a loop device that an interrupted open left', file, undefined],
    ["another file's open volume", '/somewhere/else', 'dm-3'],
  ])('goes on beside %s', async (_, backing, holder) => {
    loopOn(backing, holder);
    expect([await open(), commands]).toEqual([true, ['cryptsetup open']]);
  });
});
