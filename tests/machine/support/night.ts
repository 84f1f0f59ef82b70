import { reboot } from '../../../sandbox/machines.ts';
import type { JournalEntry } from '../../../shared/journal/entry.ts';
import { jsonOf, succeed, webRediaccfile, writeFiles } from './bench.ts';
import type { Bench } from './bench.ts';

/** The folder of the repository of the night, and the file in it that fills its volume. */
const FOLDER = '/mnt/rediacc/repos/night';
const FILLER = `${FOLDER}/filler`;

/** What the night has, in order. A busy emulated machine may tell of its load and its memory besides. */
export const NIGHT = ['crash-loop', 'repository-degraded', 'out-of-memory', 'volume-full', 'booted'] as const;

/** Returns the compose text of a service that waits for a file with its name, and then does `what`. */
const waiting = (name: string, what: string, ...options: string[]): string =>
  [
    `  ${name}:`,
    '    image: 127.0.0.1:5000/busybox:1',
    '    restart: always',
    '    stop_grace_period: 1s',
    ...options.map((option) => `    ${option}`),
    '    volumes: ["./go:/go"]',
    `    command: sh -c 'until [ -e /go/${name} ]; do sleep 2; done; ${what}'`,
    '',
  ].join('\n');

/** A script that writes the files of the repository "night": one service that ends, and one that eats memory, when told to. */
export const writeNight = writeFiles('night', {
  'docker-compose.yml': `services:\n${waiting('crash', 'exit 3')}${waiting('hungry', 'rm /go/hungry; echo eating; exec tail /dev/zero', 'mem_limit: 48m', 'memswap_limit: 48m')}`,
  Rediaccfile: webRediaccfile.replace('mkdir -p www;', 'mkdir -p www go;'),
});

/**
 * Lets a night happen on the machine of the repository "night", which runs and is enabled for autostart: a crash loop, an
 * out-of-memory, a full volume, and a reboot. Each is waited for in a followed journal. Resolves with the lines of it.
 */
export async function plantNight(bench: Bench): Promise<JournalEntry[]> {
  const followed = bench.startRdc(['machine', 'events', 'm', '--follow', '--output', 'json']);
  const told = (kind: (typeof NIGHT)[number]): Promise<void> => followed.printed(`"kind":"${kind}"`);
  await bench.root(`touch ${FOLDER}/go/crash`);
  await told('crash-loop');
  await told('repository-degraded');
  await bench.root(`rm ${FOLDER}/go/crash; touch ${FOLDER}/go/hungry`);
  await told('out-of-memory');
  await bench.root(`
    fallocate -l $(($(df --output=avail -B1 ${FOLDER}/ | tail -n 1) * 98 / 100)) ${FILLER}
  `);
  await told('volume-full');
  await bench.root(`rm ${FILLER}; sync`);
  await reboot(bench.machine.name);
  await told('booted');
  followed.process.kill('SIGINT');
  const { stdout } = await followed.ended;
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as JournalEntry);
}

/** Returns what the journal has of the night, as `rdc machine events` tells it. */
export async function toldOfNight(bench: Bench): Promise<JournalEntry[]> {
  const { entries } = jsonOf(
    await succeed(bench.rdc(['machine', 'events', 'm', '--since', '8h', '--output', 'json'])),
  ) as { entries: JournalEntry[] };
  return entries.filter(({ kind }) => NIGHT.some((one) => one === kind));
}
