import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { makeAdmin } from '../admin.ts';
import type { Admin, Ended, RunningRdc } from '../admin.ts';
import { closedAtEnd } from '../atEnd.ts';
import { parsePicture } from '../picture.ts';
import type { Picture } from '../picture.ts';
import type { Scenario, Words } from '../scenarios.ts';
import { makeDisk } from './disks.ts';
import { makeNativeMachine } from './nativeMachine.ts';
import type { NativeMachine } from './nativeMachine.ts';

/** The limit for whatever a fault is followed by, against what hangs. */
const LONGEST_MILLISECONDS = 120_000;
/** The time in which an operation that has told its end lets go of its lock and its unit. */
const SETTLING_MILLISECONDS = 5_000;

/** The built programs that are tried. */
export interface Programs {
  readonly agent: string;
  readonly rdc: string;
}

/** A native machine, and its admin. */
export interface NativeBench {
  readonly machine: NativeMachine;
  readonly admin: Admin;
  /** Brings the machine into the state that a scenario needs, with the given point to be held at. */
  prepare(scenario: Scenario, point: string | undefined): Promise<void>;
  /** Runs the commands that come before a scenario's own; after a power cut some of them fail. */
  repeatBefore(scenario: Scenario): Promise<void>;
  /** Starts a scenario's verb. Resolves with the running `rdc`; undefined for the machine's own verbs. */
  trigger(scenario: Scenario, audience: 'people' | 'lines'): Promise<RunningRdc | undefined>;
  run(words: Words): Promise<Ended>;
  /** Looks at the machine, once what must not be left is gone, or has had its time to go. */
  picture(): Promise<Picture>;
  /** Looks as `picture` does; where unfinished volumes are left, after a boot has collected them. */
  afterCollection(): Promise<Picture>;
  /** Resolves once a condition holds. Throws with `what` when it does not in time. */
  until: (what: string, condition: () => boolean | Promise<boolean>) => Promise<void>;
  close(): Promise<void>;
}

/** Makes a bench; each disk is made when a scenario first needs it. */
export async function makeNativeBench({ agent, rdc }: Programs): Promise<NativeBench> {
  const machine = await makeNativeMachine(agent);
  const admin = await makeAdmin(rdc, machine.sshd);
  for (const name of ['old', 'new']) writeFileSync(join(admin.folder, name), `${name}\n`, { mode: 0o600 });
  const run = (words: Words): Promise<Ended> => admin.run([...words, '-m', 'm']);
  const byHand = (words: Words): Promise<string> => machine.root(`/usr/local/bin/renet ${words.join(' ')}`);
  const picture = async (): Promise<Picture> =>
    parsePicture(await machine.root('bash /run/faults/picture.sh old new'));
  const settled = async (): Promise<Picture> => {
    const limit = Date.now() + SETTLING_MILLISECONDS;
    for (;;) {
      const seen = await picture();
      if (seen.left.length === 0 || Date.now() > limit) return seen;
      await pause(100);
    }
  };
  const bench: NativeBench = {
    machine,
    admin,
    run,
    picture: settled,
    afterCollection: async () => {
      const seen = await settled();
      if (!seen.left.some((line) => line.includes('.partial'))) return seen;
      await machine.stop();
      await machine.boot();
      await booted(bench);
      return settled();
    },
    prepare: async (scenario, point) => {
      await makeDisk(machine, admin, scenario.disk);
      machine.restore(scenario.disk);
      const isBoot = scenario.verb === 'boot';
      if (isBoot) machine.holdAt(scenario.program, point);
      const isEnabled = scenario.disk.endsWith('enabled');
      await machine.boot({ supervised: isEnabled || scenario.verb === 'shutdown' });
      if (isEnabled && !isBoot) await booted(bench);
      if (scenario.program === 'serve') await machine.root('systemctl stop rediacc-agent.service');
      for (const words of scenario.before) await byHand(words);
      if (scenario.verb === 'header restore')
        await run(['repo', 'header', 'backup', 'shop', '--file', 'saved', '--overwrite']);
      if (!isBoot) machine.holdAt(scenario.program, point);
    },
    repeatBefore: async ({ before }) => {
      for (const words of before) await byHand(words).catch(() => undefined);
    },
    trigger: async ({ verb, words }, audience) => {
      if (verb === 'shutdown') {
        await machine.root(
          'echo stopping > /run/faults/system; kill $(cat /run/units/rediacc-autostart.service)',
        );
      }
      if (words === undefined) return undefined;
      return admin.start([...words, '-m', 'm', ...(audience === 'lines' ? ['--events'] : [])]);
    },
    until: async (what, condition) => {
      const limit = Date.now() + LONGEST_MILLISECONDS;
      while (!(await condition())) {
        if (Date.now() > limit) throw new Error(`${what} did not come`);
        await pause(20);
      }
    },
    close: closedAtEnd(async () => {
      await machine.stop().catch(() => undefined);
      await admin.remove();
      machine.remove();
    }),
  };
  return bench;
}

/** Waits until the boot has started the enabled repositories, or has failed to. */
async function booted({ machine, until }: NativeBench): Promise<void> {
  await until('the end of the boot', async () =>
    (await machine.root('ls /run/rediacc/boot 2> /dev/null || true')).includes('done'),
  );
}
