// On a native machine: what is left of a passphrase in the memory of the agent's processes, and what of a core.

import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AgentChannel } from '../../electron/engine/agent/agentChannel.ts';
import { agentBundle, rdcBundle } from '../../scripts/bundles.ts';
import type { Params } from '../../shared/protocol/protocol.ts';
import type { VerbRequest } from '../../shared/verbs.ts';
import { formsInMemory, formsOf } from '../support/processMemory.ts';
import { makeAdmin } from './admin.ts';
import type { Admin } from './admin.ts';
import { agentOn, joinedAgent, overNow } from './native/agentOn.ts';
import { makeNativeMachine, noNativeMachine } from './native/nativeMachine.ts';
import type { NativeMachine } from './native/nativeMachine.ts';

/** An up that waits in its middle. */
const REDIACCFILE =
  'up() { touch /run/faults/began; until [ -e /run/faults/goes-on ]; do sleep 0.05; done; }';

/** Only against what hangs: a busy computer takes its time to search memory. */
const LONGEST_MILLISECONDS = 300_000;

let folder: string;
let machine: NativeMachine;
let admin: Admin;

/** Returns a text that is nowhere else, to be looked for. */
const makeMarker = (): string => randomBytes(12).toString('hex');
/** Makes a passphrase that begins and ends with a marker: of one that is overwritten in part, one of them is left. */
const marked = (marker: string, words: string): Buffer => Buffer.from(`${marker} ${words} ${marker}`);

/** Returns the forms of a marker that a process holds. */
const leftIn = (pid: number, marker: string): string[] => formsInMemory(pid, formsOf(marker));

/** Looks for a marker in all processes of the machine but those of sshd, which are not ours. */
function leftOnMachine(marker: string): string[] {
  const ours = [...machine.processes()].filter(([, [program = '']]) => !program.startsWith('sshd'));
  return ours.flatMap(([pid, words]) =>
    leftIn(pid, marker).map((form) => `${words.join(' ').slice(0, 80)}: ${form}`),
  );
}

/** Returns the processes of the machine whose command line has these words. */
const processesWith = (...words: string[]): number[] =>
  [...machine.processes()].flatMap(([pid, [program = '', ...line]]) =>
    /(^|\/)node$/.test(program) && words.every((word) => line.join(' ').includes(word)) ? [pid] : [],
  );

type Asked = Omit<VerbRequest, 'repository'>;
type Given = Pick<Params<'operation.start'>, 'secret' | 'newSecret'>;

/** Starts a verb on "shop". Returns the operation. */
async function start(agent: AgentChannel, asked: Asked, secrets: Given, by = 'test'): Promise<string> {
  const request = { ...asked, repository: 'shop' } as VerbRequest;
  return (await agent.request('operation.start', { ...request, ...secrets, operation: randomUUID(), by }))
    .operation;
}

/** Waits for an operation's end, and returns it. */
async function endOf(agent: AgentChannel, operation: string): Promise<string | undefined> {
  let end: string | undefined;
  const look = async (): Promise<boolean> => {
    const { state, verdict } = await agent.request('operation.show', { operation });
    end = verdict?.error?.code ?? state;
    return state !== 'running';
  };
  await expect.poll(look, { timeout: 60_000 }).toBe(true);
  return end;
}

const begun = (): Promise<void> =>
  expect.poll(() => existsSync(join(machine.folder, 'began')), { timeout: 60_000 }).toBe(true);

const skipped = noNativeMachine === undefined ? '' : ` (${noNativeMachine})`;

describe.skipIf(noNativeMachine !== undefined)(`a passphrase${skipped}`, () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'rediacc-built-'));
    const [agent, rdc] = [join(folder, 'renet.cjs'), join(folder, 'rdc.mjs')];
    await Promise.all([build(agentBundle(agent)), build(rdcBundle(rdc))]);
    machine = await makeNativeMachine(agent);
    machine.restore(undefined);
    await machine.boot({ supervised: false });
    await machine.root(
      '/usr/local/bin/renet autostart install-unit && systemctl start rediacc-autostart.service',
    );
    admin = await makeAdmin(rdc, machine.sshd);
  }, LONGEST_MILLISECONDS);
  afterAll(async () => {
    await machine.stop();
    await admin.remove();
    machine.remove();
    rmSync(folder, { recursive: true });
  }, LONGEST_MILLISECONDS);

  it(
    'is in no form in the agent’s memory once it was used, refused, or not needed',
    async () => {
      const [marker, control] = [makeMarker(), makeMarker()];
      // Each is sent once, and its bytes are overwritten then.
      const bytes = (words: string): Buffer => marked(marker, words);
      const inAllForms = [0, 1, 2].map((shift) =>
        Buffer.from('x'.repeat(shift) + control).toString('base64'),
      );
      const agent = await agentOn(machine, 'env', `CONTROL=${[control, ...inAllForms].join(' ')}`);
      const run = async (asked: Asked, secrets: Given) => endOf(agent, await start(agent, asked, secrets));
      const size = 64 * 1024 ** 2;
      expect(await run({ verb: 'create', options: { size } }, { secret: bytes('first') })).toBe('succeeded');
      await machine.root(`echo '${REDIACCFILE}' > /mnt/rediacc/repos/shop/Rediaccfile`);
      const changed = { secret: bytes('first'), newSecret: bytes('second') };
      expect(await run({ verb: 'passphrase-change', options: {} }, changed)).toBe('succeeded');
      expect(await run({ verb: 'autostart-enable', options: {} }, { secret: bytes('second') })).toBe(
        'succeeded',
      );
      const down = { verb: 'down', options: { unmount: true } } as const;
      expect(await run(down, { secret: bytes('unneeded') })).toBe('succeeded');
      expect(await run({ verb: 'mount', options: {} }, { secret: bytes('wrong') })).toBe('wrong-passphrase');
      // Not all Latin, so that the engine has its text, and that of the request, in UTF-16.
      const by = `${[control, ...inAllForms].join(' ')} €`;
      const up = await start(
        agent,
        { verb: 'up', options: { mount: true } },
        { secret: bytes('second') },
        by,
      );
      await begun();

      const [[serving = 0], [operating = 0]] = [processesWith('serve'), processesWith('operation-run')];
      const [inText, inUtf16] = [false, true].map((is) =>
        [...formsOf(control).keys()].filter((form) => form.endsWith('UTF-16') === is),
      );
      // The search finds what is there.
      const seenIn = (pid: number): string[] =>
        leftIn(pid, control).map((form) => form.split(' in ')[0] ?? '');
      expect(seenIn(serving)).toEqual(expect.arrayContaining(inText ?? []));
      expect(seenIn(operating)).toEqual(expect.arrayContaining(inUtf16 ?? []));
      expect(leftOnMachine(marker)).toEqual([]);

      await machine.root('touch /run/faults/goes-on');
      expect(await endOf(agent, up)).toBe('succeeded');
      expect(leftOnMachine(marker)).toEqual([]);
      agent.end(overNow);
    },
    LONGEST_MILLISECONDS,
  );

  it(
    'is in no form in the resident agent and in the relay to it, while their client is there',
    async () => {
      const marker = makeMarker();
      const agent = await joinedAgent(machine);
      expect(agent.hello.resident).toBe(true);
      const wrong = { secret: marked(marker, 'wrong') };
      const mount = await start(agent, { verb: 'mount', options: {} }, wrong);
      expect(await endOf(agent, mount)).toBe('succeeded');
      await machine.root('rm -f /run/faults/began /run/faults/goes-on');
      const up = await start(
        agent,
        { verb: 'up', options: { mount: true } },
        { secret: marked(marker, 'unneeded') },
      );
      await begun();
      const programs = [...machine.processes().values()].map(([program = '', ...line]) =>
        [program, line[1]].join(' '),
      );
      expect(programs).toEqual(
        expect.arrayContaining([expect.stringMatching(/node agent$/), expect.stringMatching(/(^|\/)socat/)]),
      );
      await expect.poll(() => leftOnMachine(marker), { timeout: 10_000 }).toEqual([]);
      await machine.root('touch /run/faults/goes-on');
      expect(await endOf(agent, up)).toBe('succeeded');
      agent.end(overNow);
    },
    LONGEST_MILLISECONDS,
  );

  it(
    'is in no form in the agents that rdc speaks to, and as no text in rdc',
    async () => {
      const [marker, options] = [makeMarker(), ['--passphrase-file', '-', '-m', 'm']];
      const typed = `${marked(marker, 'of rdc').toString()}\n`;
      const made = await admin.run(['repo', 'create', 'second', '--size', '64M', ...options], typed);
      expect(made).toMatchObject({ code: 0 });
      await machine.root(`
      rm -f /run/faults/began /run/faults/goes-on
      echo '${REDIACCFILE}' > /mnt/rediacc/repos/second/Rediaccfile
    `);
      expect(await admin.run(['repo', 'unmount', 'second', '-m', 'm'])).toMatchObject({ code: 0 });
      const rdc = admin.start(['repo', 'up', 'second', '--mount', ...options], typed);
      await begun();
      await expect.poll(() => leftOnMachine(marker), { timeout: 10_000 }).toEqual([]);
      // The packet of the SSH library has it in base64. Nobody but the library can overwrite that, and it lies anywhere.
      const left = leftIn(rdc.process.pid ?? 0, marker).filter((form) => !form.startsWith('base64'));
      expect(left).toEqual([]);
      await machine.root('touch /run/faults/goes-on');
      expect(await rdc.ended).toMatchObject({ code: 0 });
    },
    LONGEST_MILLISECONDS,
  );

  it(
    'is in no form in renet by hand, once it was typed',
    async () => {
      const marker = makeMarker();
      const typed = marked(marker, 'by hand').toString();
      await machine.root(`
      printf '${typed}' > /run/typed
      /usr/local/bin/renet create third --size 64M --passphrase-file /run/typed
      rm -f /run/typed /run/faults/began /run/faults/goes-on
      echo '${REDIACCFILE}' > /mnt/rediacc/repos/third/Rediaccfile
      /usr/local/bin/renet unmount third
    `);
      const terminal = machine.start('script', '-qec', '/usr/local/bin/renet up third --mount', '/dev/null');
      let shown = '';
      terminal.stdout?.on('data', (text: Buffer) => (shown += text.toString()));
      await expect.poll(() => shown, { timeout: 60_000 }).toContain('third: ');
      terminal.stdin?.write(`${typed}\r`);
      await begun();
      expect(shown).not.toContain(marker);
      // What makes the terminal here is not ours.
      const ours = processesWith('renet');
      expect([ours.length > 1, ours.flatMap((pid) => leftIn(pid, marker))]).toEqual([true, []]);
      await machine.root('touch /run/faults/goes-on');
      await expect.poll(() => terminal.exitCode, { timeout: 60_000 }).toBe(0);
    },
    LONGEST_MILLISECONDS,
  );

  it(
    'is in no core: none is written of what had it, of the boot service and of the daemons',
    async () => {
      await machine.root('rm -f /run/faults/began /run/faults/goes-on');
      // What starts the agent allows cores, and so does the stand-in for systemd where a unit does not say otherwise.
      const agent = await agentOn(machine, 'prlimit', '--core=unlimited:unlimited');
      const up = await start(agent, { verb: 'up', options: {} }, {});
      await begun();
      const programs = ['serve', 'renet agent', 'operation-run', 'supervise', 'docker.cjs'];
      const limits = programs.map((program) => {
        const found = processesWith(program).map((pid) => readFileSync(`/proc/${pid}/limits`, 'utf8'));
        const each = found.map((text) => /Max core file size +(\S+) +(\S+)/.exec(text)?.slice(1).join(':'));
        return [program, ...new Set(each)];
      });
      expect(limits).toEqual(programs.map((program) => [program, '0:0']));
      await machine.root('touch /run/faults/goes-on');
      expect(await endOf(agent, up)).toBe('succeeded');
      agent.end(overNow);
    },
    LONGEST_MILLISECONDS,
  );
});
