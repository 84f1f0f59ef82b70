import { userInfo } from 'node:os';
import type { Join } from '../shared/protocol/join.ts';
import type { Agent } from './agent.ts';
import { createAutostartKeys } from './volume/autostartKeys.ts';
import { createBootUnit } from './boot/bootUnit.ts';
import { createProjectReader } from './compose/projectReader.ts';
import { rememberingProjects } from './compose/rememberedProjects.ts';
import { createDaemons } from './docker/daemons.ts';
import { createForks } from './volume/forks.ts';
import { runCommand } from './host.ts';
import { detachBySystemd } from './operation/start/launch.ts';
import { createLuks } from './volume/luks.ts';
import { MACHINE_FOLDER, RUN_FOLDER } from './paths.ts';
import type { Paths } from './paths.ts';
import type { MachineDependencies } from './machineDependencies.ts';
import { createMachineWatch } from './observe/watch.ts';
import type { MachineWatch } from './observe/watch.ts';
import { createVolumes } from './volume/volumes.ts';

/** Returns the dependencies on this machine: cryptsetup, systemd and Docker, under a datastore. */
export function thisMachine(
  datastore: string,
  readProject = createProjectReader(thisProgram()),
): MachineDependencies {
  const paths = { datastore, run: RUN_FOLDER, machine: MACHINE_FOLDER };
  return machineAt(paths, readProject);
}

/** Returns the dependencies on this machine with its files where `paths` says, and with a reader of compose projects. */
export function machineAt(
  paths: Paths,
  readProject: MachineDependencies['readProject'],
): MachineDependencies {
  return {
    paths,
    volumes: createVolumes(paths, runCommand),
    daemons: createDaemons(paths, runCommand),
    keys: createAutostartKeys(paths, runCommand),
    luks: createLuks(paths, runCommand),
    bootUnit: createBootUnit(paths, runCommand),
    forks: createForks(paths, runCommand),
    readProject,
  };
}

/** Returns the agent on this machine. Its account is the one that used sudo, or else the caller's own. */
export function thisAgent(datastore: string, environment: NodeJS.ProcessEnv): Agent {
  const machine = thisMachine(datastore);
  return {
    ...agentOf(machine, createMachineWatch(machine)),
    account: {
      name: environment['SUDO_USER'] ?? userInfo().username,
      uid: Number(environment['SUDO_UID'] ?? 0),
      gid: Number(environment['SUDO_GID'] ?? 0),
    },
    isResident: false,
  };
}

/** The datastores whose watch is shared: nobody has more than a few, and each that was ever named would stay otherwise. */
const DATASTORES_SHARED = 16;

/** Returns the agent that serves all connections: by datastore, what they share; and the account of each. */
export function residentAgents(): (join: Join) => Agent {
  const shared = new Map<string, Pick<Agent, 'machine' | 'watch'>>();
  // One process reads hostile files for all of them, one after the other.
  const readProject = rememberingProjects(createProjectReader(thisProgram()));
  return ({ datastore, account }) => {
    const known = shared.get(datastore);
    const machine = known?.machine ?? thisMachine(datastore, readProject);
    const watch = known?.watch ?? createMachineWatch(machine);
    shared.delete(datastore);
    shared.set(datastore, { machine, watch });
    for (const oldest of [...shared.keys()].slice(0, -DATASTORES_SHARED)) shared.delete(oldest);
    return { ...agentOf(machine, watch), account, isResident: true };
  };
}

function agentOf(machine: MachineDependencies, watch: MachineWatch): Omit<Agent, 'account' | 'isResident'> {
  return { machine, watch, run: runCommand, detach: detachBySystemd, program: thisProgram() };
}

/** Returns the words that start this program again. */
function thisProgram(): string[] {
  return [process.execPath, process.argv[1] ?? ''];
}
