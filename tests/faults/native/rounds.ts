import { scenariosOf } from '../faults.ts';
import { makeNativeBench } from './bench.ts';
import type { NativeBench, Programs } from './bench.ts';

/** One round, by hand on the machine: an admin's connection would only add time. */
const ROUND = `
  renet=/usr/local/bin/renet
  { $renet up shop --mount --passphrase-file /run/faults/old && $renet down shop --unmount; } > /run/round.log 2>&1 ||
    { tail -n 20 /run/round.log >&2; exit 1; }`;

/** A script that lists everything that a round could leave: processes, mounts, devices, groups, files that do not last. */
const EVERYTHING = `
  ps -e -o args= | grep -v '^ps \\|^bash -c\\|^grep'
  cut -d ' ' -f 4- /proc/self/mountinfo
  ls /dev/mapper /sys/fs/cgroup/"$(cat /run/faults/group)" /run/systemd/system /run/units
  cat /run/faults/loops
  find /run/rediacc -not -path '*/locks/*'`;

/**
 * Starts and stops one repository of a native machine so many times in a row. Returns what is there that was not there
 * after the first round; nothing, when all is well.
 */
export async function runNativeRounds(programs: Programs, rounds: number): Promise<string[]> {
  const bench = await makeNativeBench(programs);
  const [up] = scenariosOf(['up --mount']);
  if (up === undefined) throw new Error('there is no up');
  try {
    await bench.prepare(up, undefined);
    bench.machine.holdAt('', undefined);
    await bench.machine.root(ROUND);
    const before = await look(bench);
    for (let done = 1; done < rounds; done += 1) await bench.machine.root(ROUND);
    const after = await look(bench);
    return after.filter((line) => !before.includes(line));
  } finally {
    await bench.close();
  }
}

async function look(bench: NativeBench): Promise<string[]> {
  const { left } = await bench.picture();
  return [...left, ...(await bench.machine.root(EVERYTHING)).split('\n').filter(Boolean)];
}
