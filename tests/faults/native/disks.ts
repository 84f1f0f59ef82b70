import type { Admin, Ended } from '../admin.ts';
import type { DiskName, Words } from '../scenarios.ts';
import type { NativeMachine } from './nativeMachine.ts';

/** The Rediaccfile of a repository that is looked at: each function writes the same at each call, and prints lines. */
const REDIACCFILE = `
gate() { [ ! -e /run/faults/bin/gate ] || /run/faults/bin/gate "$1"; }
prep() { echo "prepared" > prepared.txt; sync prepared.txt; seq -f 'prep %g' 1 40; gate prep; seq -f 'prep %g' 41 80; }
up() { echo "started" > started.txt; sync started.txt; seq -f 'up %g' 1 40; gate up; seq -f 'up %g' 41 80; }
down() { seq -f 'down %g' 1 40; gate down; seq -f 'down %g' 41 80; }
`;

/** A script that fills a mounted repository with files that must not get lost. */
export function filled(name: string): string {
  return `
    cd /mnt/rediacc/repos/${name}
    cat > Rediaccfile << 'END'
${REDIACCFILE}END
    mkdir -p api data
    printf 'up() { seq 1 3; }\\n' > api/Rediaccfile
    seq 1 20000 > data/ledger.txt
    echo prepared > prepared.txt
    mkdir -p .rediacc/docker/containerd/of-the-parent
    echo '{"services":{"gone":{"slot":0}}}' > .rediacc.json
    sync -f .
  `;
}

const secret = ['--passphrase-file', 'old'] as const;

/** How each disk is made out of another one, as a person would. */
const RECIPES: Readonly<Record<DiskName, { from?: DiskName; rdc: readonly Words[]; fill?: string }>> = {
  empty: { rdc: [] },
  closed: {
    from: 'empty',
    rdc: [['repo', 'create', 'shop', '--size', '64M', ...secret]],
    fill: 'shop',
  },
  forked: { from: 'closed', rdc: [['repo', 'fork', 'shop', '--tag', 'copy']] },
  enabled: { from: 'closed', rdc: [['repo', 'autostart', 'enable', 'shop', ...secret]] },
  two: { from: 'closed', rdc: [['repo', 'create', 'store', '--size', '64M', ...secret]], fill: 'store' },
  'two-enabled': { from: 'two', rdc: [['repo', 'autostart', 'enable-all', ...secret]] },
};

/** Makes a disk that scenarios begin with, and those that it is made from, unless they are kept already. */
export async function makeDisk(machine: NativeMachine, admin: Admin, name: DiskName): Promise<void> {
  if (machine.isKept(name)) return;
  const { from, rdc, fill } = RECIPES[name];
  if (from !== undefined) await makeDisk(machine, admin, from);
  machine.restore(from);
  await machine.boot({ supervised: false });
  if (from === undefined) await machine.root('/usr/local/bin/renet autostart install-unit');
  for (const words of rdc) succeed(await admin.run([...words, '-m', 'm']));
  if (fill !== undefined) {
    await machine.root(filled(fill));
    succeed(await admin.run(['repo', 'down', fill, '--unmount', '-m', 'm']));
  }
  await machine.stop();
  machine.keep(name);
}

/** Throws what a command printed when it did not succeed. */
function succeed({ code, stdout, stderr }: Ended): void {
  if (code !== 0) throw new Error(`exit code ${String(code)}\n${stdout}\n${stderr}`);
}
