import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { datastoreOf } from './configuration.ts';

let folder: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'rediacc-datastore-')));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('the datastore', () => {
  it('is named as the kernel names it, when links lead to it', async () => {
    mkdirSync(join(folder, 'disk/store'), { recursive: true });
    symlinkSync('disk', join(folder, 'link'));
    symlinkSync('link/store', join(folder, 'datastore'));
    expect(await datastoreOf(join(folder, 'datastore'))).toBe(join(folder, 'disk/store'));
    expect(await datastoreOf(join(folder, 'disk/store/'))).toBe(join(folder, 'disk/store'));
  });

  it('is the one that the set-up wrote', async () => {
    const file = join(folder, 'renet.json');
    writeFileSync(file, '{"datastore":"/srv/none","more":1}');
    expect([await datastoreOf(undefined, file), await datastoreOf(undefined, join(folder, 'none'))]).toEqual([
      '/srv/none',
      '/mnt/rediacc',
    ]);
  });

  it.each(['', '\0\0', '{"datastore":', 'null', '[]', '{}', '{"datastore":7}', '{"datastore":"relative"}'])(
    'is not guessed when the file that names it is spoiled: %j',
    async (text) => {
      const file = join(folder, 'renet.json');
      writeFileSync(file, text);
      const damaged = { code: 'agent-configuration-damaged', details: { file } };
      await expect(datastoreOf(undefined, file)).rejects.toMatchObject(damaged);
      expect(await datastoreOf(folder, file)).toBe(folder);
    },
  );

  it('keeps its name while it is yet to be made', async () => {
    expect(await datastoreOf(join(folder, 'none'))).toBe(join(folder, 'none'));
  });
});
