import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cutPower, isKept, keep, reset } from '../../../sandbox/machines.ts';
import { killQemu } from '../../../sandbox/qemu.ts';
import { machineFolder } from '../../../sandbox/state.ts';
import { beginRun } from '../../machine/support/claims.ts';
import { leastKeyCost, on, openBench, succeed } from '../../machine/support/bench.ts';
import type { Bench } from '../../machine/support/bench.ts';
import { filled } from '../native/disks.ts';
import { closedAtEnd } from '../atEnd.ts';
import { parsePicture } from '../picture.ts';
import type { Picture } from '../picture.ts';
import type { DiskName, Scenario, Words } from '../scenarios.ts';

/** The sandbox machine, in the states that verbs begin with, and its admin. */
export interface SandboxBench {
  readonly bench: Bench;
  /** Brings the machine into the state that a scenario needs; at `point` its power will be cut. */
  prepare(scenario: Scenario, point: string | undefined): Promise<void>;
  points(): Promise<string[]>;
  picture(): Promise<Picture>;
  /** Returns the words of `rdc`, with the files of passphrases where they are. */
  words(words: Words): string[];
  cutPower(): Promise<void>;
  /** Stops the machine, and leaves its disk with the snapshots for the next run. */
  close(): Promise<void>;
}

/** A script that waits for the end of the machine's boot, which starts what is enabled, and of every operation. */
const SETTLED = `
  for second in {1..300}; do
    if [ -e /run/rediacc/boot/done ] && ! compgen -G '/sys/fs/cgroup/system.slice/rediacc-op-*' > /dev/null; then break; fi
    sleep 1
  done`;

/**
 * Opens the machine of this number, 1 or 2. Its states are kept as snapshots, which outlive the run; `build` tells those
 * of another build apart. One machine is opened after the other: the number is handed on in the environment.
 */
export async function openSandboxBench(build: string, number: 1 | 2): Promise<SandboxBench> {
  beginRun();
  process.env['VITEST_POOL_ID'] = `faults-${number}`;
  const bench = await openBench();
  const { name } = bench.machine;
  const file = (of: string): string => join(bench.configuration, of);
  for (const passphrase of ['old', 'new']) writeFileSync(file(passphrase), passphrase, { mode: 0o600 });
  const words = (of: Words): string[] => [
    ...of.map((word) => (['old', 'new', 'saved', 'again'].includes(word) ? file(word) : word)),
    ...on,
  ];
  const sources = ['hold.cjs', 'picture.sh'].map((source) => {
    const text = readFileSync(join(import.meta.dirname, '..', source), 'base64');
    return `base64 -d <<< ${text} > /run/faults/${source}`;
  });
  const preload = `mkdir -p /run/faults\n${sources.join('\n')}
    systemctl set-environment NODE_OPTIONS=--require=/run/faults/hold.cjs`;
  const snapshot = (disk: string): string => `faults-${build}-${disk}`;
  const make = async (disk: DiskName): Promise<void> => {
    if (disk === 'empty') await bench.root(leastKeyCost);
    else if (disk === 'enabled') {
      await toDisk('closed');
      await succeed(bench.rdc(words(['repo', 'autostart', 'enable', 'shop', '--passphrase-file', 'old'])));
    } else {
      await toDisk('empty');
      await succeed(
        bench.rdc(words(['repo', 'create', 'shop', '--size', '64M', '--passphrase-file', 'old'])),
      );
      await bench.root(filled('shop'));
      await succeed(bench.rdc(words(['repo', 'unmount', 'shop'])));
    }
  };
  const toDisk = async (disk: DiskName): Promise<void> => {
    if (await isKept(name, snapshot(disk))) await reset(name, snapshot(disk));
    else {
      await make(disk);
      // What the verb begins with is on the disk, as it is on a machine that has been left alone for a while.
      await bench.root('sync');
      await keep(name, snapshot(disk));
    }
  };
  return {
    bench,
    words,
    prepare: async ({ disk, verb }, point) => {
      await toDisk(disk);
      if (verb === 'header restore' && !existsSync(file('saved')))
        await succeed(bench.rdc(words(['repo', 'header', 'backup', 'shop', '--file', 'saved'])));
      const at = point === undefined ? '' : `echo '${point}' > /run/faults/at`;
      await bench.root(`${preload}
        echo operation-run > /run/faults/program
        echo 'power cut' > /run/faults/action
        ${at}`);
    },
    points: async () => (await bench.root('cat /run/faults/points')).trim().split('\n'),
    picture: async () => {
      await bench.root(`mkdir -p /run/faults\n${sources.join('\n')}\n${SETTLED}`);
      return parsePicture(await bench.root('bash /run/faults/picture.sh old new'));
    },
    cutPower: async () => {
      await cutPower(name);
    },
    close: closedAtEnd(async () => {
      bench.close();
      await killQemu(machineFolder(name));
    }),
  };
}
