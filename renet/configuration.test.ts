import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
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
  it('is named as the kernel names it, when links lead to it', () => {
    mkdirSync(join(folder, 'disk/store'), { recursive: true });
    symlinkSync('disk', join(folder, 'link'));
    symlinkSync('link/store', join(folder, 'datastore'));
    expect(datastoreOf(join(folder, 'datastore'))).toBe(join(folder, 'disk/store'));
    expect(datastoreOf(join(folder, 'disk/store/'))).toBe(join(folder, 'disk/store'));
  });

  it('keeps its name while it is yet to be made', () => {
    expect(datastoreOf(join(folder, 'none'))).toBe(join(folder, 'none'));
  });
});
