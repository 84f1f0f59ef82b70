import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { composeFilesOf, downOrder, findRediaccfiles, foldersToList } from './discovery.ts';
import type { Listing } from './discovery.ts';

type Kind = Listing['entries'][number]['kind'];

/** Makes a listing from names: "name/" is a folder, "name@" a link, "name=" a socket. */
function listing(folder: string, ...names: string[]): Listing {
  const kinds: Record<string, Kind> = { '/': 'folder', '@': 'link', '=': 'other' };
  return {
    folder,
    entries: names.map((name) => {
      const kind = kinds[name.slice(-1)];
      return kind === undefined ? { name, kind: 'file' } : { name: name.slice(0, -1), kind };
    }),
  };
}

describe('foldersToList', () => {
  it('takes first-level folders that are not hidden, bytewise', () => {
    const root = listing('', 'web/', '.git/', 'api/', 'Zoo/', 'data@', 'README', 'lost+found/', 'x=');
    expect(foldersToList(root)).toEqual(['Zoo', 'api', 'lost+found', 'web']);
  });
});

describe('findRediaccfiles', () => {
  it('finds a layout of several groups in starting order, and stops it in reverse', () => {
    const { files, notices } = findRediaccfiles([
      listing('monitoring', 'Rediaccfile'),
      listing('backend', 'rediaccfile'),
      listing('', 'docker-compose.yml', 'Rediaccfile', 'backend/', 'database/', 'monitoring/'),
      listing('database', 'REDIACCFILE', 'docker-compose.yml'),
    ]);
    const paths = ['Rediaccfile', 'backend/rediaccfile', 'database/REDIACCFILE', 'monitoring/Rediaccfile'];
    expect(files.map((file) => file.path)).toEqual(paths);
    expect(downOrder(files).map((file) => file.path)).toEqual([...paths].reverse());
    expect(notices).toEqual([]);
  });

  it('finds none where there is none', () => {
    const odd = listing('', 'Rediaccfile/', 'Rediaccfile.bak', 'xRediaccfile');
    expect(findRediaccfiles([odd, listing('api', 'compose.yml')])).toEqual({ files: [], notices: [] });
  });

  it('lists a pipe too, so that it is refused and not overlooked', () => {
    const { files } = findRediaccfiles([listing('', 'Rediaccfile'), listing('api', 'rediaccfile=')]);
    expect(files.map(({ path }) => path)).toEqual(['Rediaccfile', 'api/rediaccfile']);
  });

  it('skips links and says so, also beside a true file', () => {
    const folders = [listing('', 'Rediaccfile@'), listing('api', 'rediaccfile', 'Rediaccfile@')];
    expect(findRediaccfiles(folders)).toEqual({
      files: [{ folder: 'api', path: 'api/rediaccfile' }],
      notices: [
        { code: 'link-skipped', details: { path: 'Rediaccfile' } },
        { code: 'link-skipped', details: { path: 'api/Rediaccfile' } },
      ],
    });
  });

  it.each([
    ['', '.'],
    ['api', 'api'],
  ])('refuses two spellings in the folder %j', (folder, shown) => {
    expect(() => findRediaccfiles([listing(folder, 'rediaccfile', 'Rediaccfile')])).toThrow(
      expect.objectContaining({
        code: 'two-rediaccfiles',
        details: { folder: shown, first: 'Rediaccfile', second: 'rediaccfile' },
      }),
    );
  });

  it('gives the same order whatever order the disk lists in, the root first', () => {
    const folders = fc.uniqueArray(fc.string({ minLength: 1, unit: 'grapheme' }), { maxLength: 8 });
    const orders = folders.chain((names) =>
      fc.shuffledSubarray(['', ...names], { minLength: names.length + 1 }).map((order) => ({ names, order })),
    );
    fc.assert(
      fc.property(orders, ({ names, order }) => {
        const found = (all: string[]) =>
          findRediaccfiles(all.map((one) => listing(one, 'Rediaccfile'))).files;
        expect(found(order)).toEqual(found(['', ...names]));
        expect(found(order)[0]).toEqual({ folder: '', path: 'Rediaccfile' });
      }),
    );
  });
});

describe('composeFilesOf', () => {
  it.each<[string[], string[]]>([
    [[], []],
    [['README', 'compose.override.yml'], []],
    [['docker-compose.yml'], ['docker-compose.yml']],
    [['docker-compose.yaml', 'docker-compose.yml'], ['docker-compose.yml']],
    [['docker-compose.yml', 'compose.yml'], ['compose.yml']],
    [['compose.yml', 'compose.yaml'], ['compose.yaml']],
    [
      ['compose.yaml', 'docker-compose.override.yaml'],
      ['compose.yaml', 'docker-compose.override.yaml'],
    ],
    [
      ['docker-compose.yml', 'docker-compose.override.yml', 'compose.override.yaml', 'compose.override.yml'],
      ['docker-compose.yml', 'compose.override.yml'],
    ],
    [['Compose.yml', 'DOCKER-COMPOSE.YML'], []],
    // Compose follows the link, so it is the file that runs; our reader then refuses it.
    [['compose.yaml@', 'docker-compose.yml'], ['compose.yaml']],
  ])('of %j Compose uses %j', (names, used) => {
    expect(composeFilesOf(listing('api', ...names))).toEqual(used);
  });
});
