import {
  leftovers,
  PASSPHRASE,
  secret,
  succeed,
  webCompose,
  webRediaccfile,
  writeFiles,
} from '../../machine/support/bench.ts';
import { openSandboxBench } from './sandboxBench.ts';

/** A script that lists what runs on the machine, without what comes and goes by itself. */
const PROCESSES = `ps -e -o args= | grep -v -e '^\\[' -e '^(udev-worker)' | sed 's/ .*//' | sort | uniq -c`;

/**
 * Starts and stops one repository of the sandbox machine so many times in a row. Returns what is left that was not there
 * before; nothing, when all is well.
 */
export async function runRounds(build: string, rounds: number): Promise<string[]> {
  const sandbox = await openSandboxBench(build, 1);
  const { bench } = sandbox;
  const look = async (): Promise<string[]> => {
    const [loops, left, processes] = [
      await bench.root('losetup -a'),
      await bench.root(leftovers),
      await bench.root(PROCESSES),
    ];
    return `${loops}${left}${processes}`
      .split('\n')
      .map((line) => line.trim())
      .filter(Boolean);
  };
  try {
    await succeed(
      bench.rdc(['repo', 'create', 'rounds', '-m', 'm', '--size', '256M', ...secret], PASSPHRASE),
    );
    await bench.root(
      writeFiles('rounds', { 'docker-compose.yml': webCompose('web'), Rediaccfile: webRediaccfile }),
    );
    // By hand on the machine: an admin's connection would only add time.
    const round = `
      printf %s '${PASSPHRASE}' > /run/passphrase
      renet up rounds --mount --passphrase-file /run/passphrase > /run/round.log 2>&1 &&
        renet down rounds --unmount >> /run/round.log 2>&1 || { tail -n 20 /run/round.log; exit 1; }`;
    await bench.root(round);
    const before = await look();
    for (let done = 0; done < rounds; done += 1) await bench.root(round);
    const after = await look();
    return after.filter((line) => !before.includes(line));
  } finally {
    await sandbox.close();
  }
}
