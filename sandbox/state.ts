import { readFile, readdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { SandboxError } from './errors.ts';
import { machinesFolder } from './paths.ts';
import { variants } from './recipe.ts';
import type { Access } from './ssh.ts';

/** The data that are kept of a machine, in machine.json. The file is there once the machine is finished. */
const machineState = z.object({
  name: z.string(),
  variant: z.enum(variants),
  /** The image folder on which the machine's disk is based. */
  image: z.string(),
  /** The file name of the machine's template; absent for machines of earlier versions. */
  template: z.string().optional(),
  port: z.int().min(1).max(65_535),
  hostKeySha256: z.string(),
  lockedPassword: z.string(),
});

export type SandboxState = z.infer<typeof machineState>;

const stateFile = 'machine.json';

/** Parses the contents of a machine.json. @throws SandboxError that names `path` when they are something else. */
export function parseMachineState(text: string, path: string): SandboxState {
  try {
    return machineState.parse(JSON.parse(text));
  } catch (error) {
    throw new SandboxError(
      `${path} does not say what a machine is (${error instanceof Error ? error.message : String(error)}). ` +
        'Take the machine down and up again.',
    );
  }
}

/** Returns the folder of the machine `name`. @throws SandboxError for a name that is not a host name. */
export function machineFolder(name: string): string {
  if (!/^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$/.test(name)) {
    throw new SandboxError(
      `"${name}" cannot be a machine's name. Use up to 32 letters a-z, digits and "-", as in "demo".`,
    );
  }
  return join(machinesFolder(), name);
}

/** Returns the data to reach a machine by ssh. */
export function accessOf(state: SandboxState): Access {
  const folder = machineFolder(state.name);
  return { port: state.port, key: join(folder, 'id_ed25519'), knownHosts: join(folder, 'known_hosts') };
}

/** Reads the machine's state; undefined when there is no such machine, or it is unfinished. */
export async function readMachine(name: string): Promise<SandboxState | undefined> {
  const path = join(machineFolder(name), stateFile);
  try {
    return parseMachineState(await readFile(path, 'utf8'), path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Writes the machine's state, whole or not at all. */
export async function writeMachine(state: SandboxState): Promise<void> {
  const path = join(machineFolder(state.name), stateFile);
  await writeFile(`${path}.new`, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
  await rename(`${path}.new`, path);
}

/** Returns the names of all machine folders, finished or not. */
export async function machineNames(): Promise<string[]> {
  const entries = await readdir(machinesFolder(), { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
}
