import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEFAULT_DATASTORE } from '../../../shared/datastore.ts';
import { on, PASSPHRASE, secret, succeed, writeFiles } from '../../machine/support/bench.ts';
import type { Bench } from '../../machine/support/bench.ts';
import { startLink } from '../../support/link.ts';
import type { Shop } from './shop.ts';

/** A script that empties the repository, except for the files of Rediacc and of the file system. */
const EMPTY = `find /mnt/rediacc/repos/shop/ -mindepth 1 -maxdepth 1 ! -name '.rediacc*' ! -name lost+found -exec rm -rf {} +
`;

/** Creates the empty repository `shop` on the sandbox machine. */
export async function createShop(bench: Bench): Promise<void> {
  await succeed(bench.rdc(['repo', 'create', 'shop', ...on, '--size', '512M', ...secret], PASSPHRASE));
}

/** Brings the sandbox machine's `shop` down and leaves only these files in it. */
export async function startSandboxShop(bench: Bench, files: Readonly<Record<string, string>>): Promise<Shop> {
  await succeed(bench.rdc(['repo', 'down', 'shop', ...on]));
  const write = async (more: Readonly<Record<string, string>>): Promise<void> => {
    await bench.root(writeFiles('shop', more));
  };
  await bench.root(EMPTY + writeFiles('shop', files));
  const { machine } = bench;
  const link = await startLink(machine.port);
  const { port } = link;
  const hostKeys = readFileSync(join(bench.configuration, 'known_hosts'), 'utf8');
  const { host, user, key } = machine;
  const web = { name: 'web', host, port, user, datastore: DEFAULT_DATASTORE };
  return {
    link,
    known: {
      contexts: { current: 'work', contexts: [{ name: 'work', sshKey: key, machines: [web] }] },
      knownHosts: [hostKeys.replaceAll(`]:${machine.port} `, `]:${port} `)],
      keys: { id_ed25519: readFileSync(key, 'utf8') },
    },
    write,
    stop: () => link.stop(),
  };
}
