// On true bash: functions run on pseudo-terminals in true control groups, their operations under true locks.

import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Verdict } from '../../../shared/model.ts';
import type { Assignment } from '../../../shared/protocol/protocol.ts';
import { cgroupRoot, makeRepository } from '../../../tests/support/nativeRepository.ts';
import type { NativeRepository } from '../../../tests/support/nativeRepository.ts';
import { runCommand } from '../../host.ts';
import { identify } from '../../process.ts';
import { launch } from './launch.ts';
import type { Detach } from './launch.ts';
import { awaitVerdict } from '../log/logReader.ts';
import { logFolder } from '../log/operationLog.ts';
import { listOperations } from '../knownOperations.ts';
import { runOperation } from '../operationRun.ts';
import { workFolderOf } from '../workFolders.ts';
import { holderFile, locksFolder, startSocket } from '../../paths.ts';
import { scopesUnder } from '../../functions/scope.ts';
import { arrival } from '../../../tests/support/arrival.ts';

const repositories: NativeRepository[] = [];
/** The exit codes of detached operations, each resolved when its operation ends. */
const detached: Promise<number>[] = [];
afterEach(async () => {
  await Promise.all(detached.splice(0));
  for (const made of repositories.splice(0)) made.remove();
});

const waitingUp = 'up() { :> begun; while [ ! -e "$REPOSITORY_PATH/go" ]; do sleep 0.02; done; }';

function repositoryWith(text = 'up() { :; }'): NativeRepository {
  const made = makeRepository({ Rediaccfile: text });
  repositories.push(made);
  return made;
}

function up({ guid }: NativeRepository, by = 'anna'): Assignment {
  return {
    operation: randomUUID(),
    request: { verb: 'up', repository: guid, options: {} },
    by,
    origin: 'person',
    guid,
    owner: { uid: 0, gid: 0 },
  };
}

/** Makes a `detach` under true locks, held by true processes as in a unit; the operation runs in this process. */
function underTrueLocks({ agent }: NativeRepository): Detach {
  const detach: Detach = async (unit, command, origin) => {
    const [program = '', ...words] = command.slice(0, command.indexOf('renet'));
    const holder = spawn(program, [...words, 'sh', '-c', 'echo held; read -r end']);
    const exited = once(holder, 'exit') as Promise<[number]>;
    const held = await Promise.race([once(holder.stdout, 'data').then(() => true), exited.then(() => false)]);
    if (held) await agent.detach(unit, command, origin).finally(() => holder.stdin.end());
    return (await exited)[0];
  };
  return (...words) => {
    const running = detach(...words);
    detached.push(running);
    return running;
  };
}

function start(
  repository: NativeRepository,
  assignment: Assignment,
  detach = underTrueLocks(repository),
): Promise<void> {
  return launch(repository.machine.paths, assignment, 'shop', detach, ['renet']);
}

function verdictOf({ machine }: NativeRepository, { operation }: Assignment): Promise<Verdict | undefined> {
  return arrival(
    'the verdict',
    awaitVerdict(machine.paths, logFolder(machine.paths, operation), new AbortController().signal),
  );
}

/** Starts another process that waits for the operation, as a starter does; when killed it leaves its socket behind. */
async function otherStarter({ machine }: NativeRepository, { operation }: Assignment): Promise<ChildProcess> {
  const socketPath = startSocket(machine.paths, operation);
  mkdirSync(dirname(socketPath), { recursive: true });
  const script = 'require("net").createServer().listen(process.argv[1], () => console.log("listening"))';
  const child = spawn(process.execPath, ['-e', script, socketPath], { stdio: ['ignore', 'pipe', 'inherit'] });
  await arrival('the other starter', once(child.stdout, 'data'));
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await arrival('the end of the other starter', once(child, 'exit'));
}

const root = cgroupRoot();
const skipped = root === undefined ? ' (SKIPPED: needs root and a writable cgroup v2 tree)' : '';

describe.skipIf(root === undefined)(`starting an operation, natively${skipped}`, () => {
  it('runs one of two that start at once, and tells the other which', async () => {
    const repository = repositoryWith(waitingUp);
    const both = [up(repository, 'anna'), up(repository, 'ben')] as const;
    const ends = await Promise.allSettled(both.map((assignment) => start(repository, assignment)));
    const [winner, loser] = ends[0]?.status === 'fulfilled' ? [both[0], ends[1]] : [both[1], ends[0]];
    expect(loser).toMatchObject({
      status: 'rejected',
      reason: {
        code: 'repository-busy',
        details: { name: 'shop', id: winner.operation, verb: 'up', by: winner.by },
      },
    });
    repository.write({ go: '' });
    expect((await verdictOf(repository, winner))?.kind).toBe('succeeded');
    await Promise.all(detached);
    expect(existsSync(holderFile(repository.machine.paths, repository.guid))).toBe(false);
  });

  it('starts once what is sent twice', async () => {
    const repository = repositoryWith();
    const assignment = up(repository);
    await Promise.all([start(repository, assignment), start(repository, assignment)]);
    expect(detached).toHaveLength(1);
    expect((await verdictOf(repository, assignment))?.kind).toBe('succeeded');
    await start(repository, assignment);
    expect(detached).toHaveLength(1);
  });

  it('starts what a starter was killed at', async () => {
    const repository = repositoryWith();
    const assignment = up(repository);
    await kill(await otherStarter(repository, assignment));
    expect(existsSync(startSocket(repository.machine.paths, assignment.operation))).toBe(true);
    await start(repository, assignment);
    expect((await verdictOf(repository, assignment))?.kind).toBe('succeeded');
  });

  it('waits for another starter as long as that lives', async () => {
    const repository = repositoryWith();
    const assignment = up(repository);
    const other = await otherStarter(repository, assignment);
    const started = start(repository, assignment);
    await kill(other);
    await started;
    expect((await verdictOf(repository, assignment))?.kind).toBe('succeeded');
  });

  it('takes the process that a killed starter left, which keeps systemd from starting it again', async () => {
    const repository = repositoryWith();
    const assignment = up(repository);
    const trueOne = underTrueLocks(repository);
    await start(repository, assignment, (...words) => {
      void trueOne(...words);
      return Promise.resolve(1);
    });
    expect((await verdictOf(repository, assignment))?.kind).toBe('succeeded');
  });

  it.each([
    ['before it begins is told so', false],
    ['once it has begun is lost, which its log tells', true],
  ])('an operation that is killed %s', async (_, begun) => {
    const repository = repositoryWith();
    const assignment = up(repository);
    const killed: Detach = async (_unit, command) => {
      const socket = connect(command.at(-1) ?? '');
      await once(socket, 'data');
      if (begun) mkdirSync(logFolder(repository.machine.paths, assignment.operation), { recursive: true });
      socket.destroy();
      return 137;
    };
    const started = start(repository, assignment, killed);
    if (begun) await expect(started).resolves.toBeUndefined();
    else
      await expect(started).rejects.toMatchObject({ code: 'operation-not-begun', details: { name: 'shop' } });
  });

  it('removes what the functions of a killed operation left', async () => {
    const repository = repositoryWith();
    const { paths } = repository.machine;
    const killed = randomUUID();
    const left = workFolderOf(paths, killed);
    mkdirSync(left, { recursive: true });
    mkdirSync(logFolder(paths, killed), { recursive: true });
    const note = JSON.stringify({ ...identify(process.pid), startTime: '1' });
    writeFileSync(join(logFolder(paths, killed), 'process.json'), note);
    const assignment = up(repository);
    await start(repository, assignment);
    expect((await verdictOf(repository, assignment))?.kind).toBe('succeeded');
    expect(existsSync(left)).toBe(false);
  });

  it('leaves what a function needs that runs in another datastore of the machine', async () => {
    const [repository, other] = [repositoryWith(waitingUp), repositoryWith()];
    rmSync(other.machine.paths.run, { recursive: true });
    other.machine.paths.run = repository.machine.paths.run;
    // Both have the same network id, which is not what this is about.
    other.machine.paths.machine = join(other.machine.paths.datastore, 'machine');
    const [running, next] = [up(repository), up(other)];
    await start(repository, running);
    await expect.poll(() => repository.exists('begun'), { timeout: 40_000 }).toBe(true);
    await start(other, next);
    expect((await verdictOf(other, next))?.kind).toBe('succeeded');
    repository.write({ go: '' });
    expect((await verdictOf(repository, running))?.kind).toBe('succeeded');
  });

  it('changes nothing when nobody hands the secret over', async () => {
    const repository = repositoryWith();
    const { machine } = repository;
    const silent = createServer((socket) => socket.end());
    const path = join(machine.paths.run, 'silent');
    silent.listen(path);
    await once(silent, 'listening');
    const dependencies = {
      machine,
      run: runCommand,
      openScope: scopesUnder('/nowhere'),
      clock: Date.now,
      signal: new AbortController().signal,
    };
    for (const socketPath of [path, `${path}.gone`]) {
      await expect(runOperation(socketPath, dependencies)).rejects.toMatchObject({
        code: 'secret-not-delivered',
        exitCode: 1,
      });
    }
    silent.close();
    expect(await listOperations(machine.paths, {})).toEqual([]);
    expect(existsSync(locksFolder(machine.paths))).toBe(false);
  });
});
