import { open } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve as absolutePath } from 'node:path';
import * as z from 'zod';
import { AppError } from '../../../shared/errors.ts';
import type { Reason } from '../../../shared/errors.ts';
import { contextSchema, machineSchema } from '../../../shared/model.ts';
import { DEFAULT_DATASTORE } from '../../../shared/datastore.ts';
import { isValidName, nameSchema } from '../../../shared/names.ts';
import type { Context, Machine } from '../../../shared/model.ts';
import { openJsonFile } from '../store/jsonFile.ts';
import type { MachineReference } from '../machineReference.ts';

const contextsSchema = z.object({
  /** The context that commands use when none is named. */
  current: nameSchema.optional(),
  contexts: z.array(contextSchema),
});

/** The contents of `contexts.json`. */
export type ContextsFile = z.infer<typeof contextsSchema>;

/** A machine as a person adds it. The port and the datastore have defaults. */
export interface NewMachine {
  readonly name: string;
  readonly host: string;
  readonly user: string;
  readonly port?: number | undefined;
  readonly datastore?: string | undefined;
}

/** The contexts of this admin. Where a context name is left out, the current context is meant. */
export interface ContextStore {
  list(): Promise<ContextsFile>;
  /** Returns the same for the program itself: undefined while the file does not parse. The file is left as it is. */
  look(): Promise<ContextsFile | undefined>;
  /** Makes a context and makes it current. Throws bad-name, context-exists, key-unreadable, key-not-private. */
  createLocal(name: string, sshKey: string): Promise<Context>;
  /** Makes a context current. Throws context-not-found. */
  use(name: string): Promise<Context>;
  /** Forgets a context (no machine is touched). Throws context-not-found. */
  delete(name: string): Promise<void>;
  /** Adds a machine. Throws bad-name, bad-port, bad-arguments, no-context, context-not-found, machine-exists. */
  addMachine(machine: NewMachine, context?: string): Promise<MachineReference>;
  /**
   * Adds the machines that `choose` names, seeing the context as it is, in one change: all of them or none. Throws as
   * addMachine does.
   */
  addMachines(choose: (context: Context) => readonly NewMachine[], context?: string): Promise<void>;
  /** Forgets a machine (nothing happens on it). Throws context-not-found, machine-not-found. */
  removeMachine(machine: string, context: string): Promise<void>;
  /** Returns a context with its machines. Throws no-context, context-not-found. */
  machines(context?: string): Promise<Context>;
  /**
   * Finds a machine; without a name, the only machine of its context. Throws no-context, context-not-found,
   * machine-not-found, machine-not-named.
   */
  resolve(machine?: string, context?: string): Promise<MachineReference>;
}

/**
 * Makes the store in `contexts.json` of the config folder. Every call reads the file anew, as other processes write it
 * too.
 */
export function createContextStore(configFolder: string): ContextStore {
  const file = openJsonFile<ContextsFile>(join(configFolder, 'contexts.json'), contextsSchema, {
    contexts: [],
  });
  return {
    list: () => file.read(),
    look: () => file.look(),
    async createLocal(name, sshKey) {
      if (!isValidName(name)) throw new AppError('bad-name', { name });
      const context: Context = { name, sshKey: await checkKey(sshKey), machines: [] };
      await file.change((value) => withContext(value, context));
      return context;
    },
    async use(name) {
      const value = await file.change((before) => ({ ...before, current: find(before, name).name }));
      return find(value, name);
    },
    async delete(name) {
      await file.change((value) => withoutContext(value, name));
    },
    async addMachine(machine, context) {
      const added = checkMachine(machine);
      const value = await file.change((before) => withMachine(before, added, context));
      const owner = find(value, context);
      return { context: owner.name, machine: added, sshKey: owner.sshKey };
    },
    async addMachines(choose, context) {
      await file.change((before) =>
        choose(find(before, context)).reduce(
          (value, machine) => withMachine(value, checkMachine(machine), context),
          before,
        ),
      );
    },
    async removeMachine(machine, context) {
      await file.change((before) => withoutMachine(before, machine, context));
    },
    machines: async (context) => find(await file.read(), context),
    resolve: async (machine, context) => pick(find(await file.read(), context), machine),
  };
}

function find({ contexts, current }: ContextsFile, name: string | undefined): Context {
  const wanted = name ?? current;
  if (wanted === undefined) throw new AppError('no-context');
  const context = contexts.find((candidate) => candidate.name === wanted);
  if (!context) throw new AppError('context-not-found', { name: wanted });
  return context;
}

function pick(context: Context, name: string | undefined): MachineReference {
  const machine = name === undefined ? onlyMachine(context) : machineNamed(context, name);
  return { context: context.name, machine, sshKey: context.sshKey };
}

function onlyMachine({ name, machines }: Context): Machine {
  const [machine, ...others] = machines;
  if (machine && others.length === 0) return machine;
  const names = machines.map((candidate) => candidate.name).join(', ');
  throw new AppError('machine-not-named', { context: name, machines: names || '-' });
}

function machineNamed(context: Context, name: string): Machine {
  const machine = context.machines.find((candidate) => candidate.name === name);
  if (!machine) throw new AppError('machine-not-found', { name, context: context.name });
  return machine;
}

function withContext(value: ContextsFile, context: Context): ContextsFile {
  if (value.contexts.some(({ name }) => name === context.name)) {
    throw new AppError('context-exists', { name: context.name });
  }
  return { current: context.name, contexts: [...value.contexts, context] };
}

function withoutContext(value: ContextsFile, name: string): ContextsFile {
  find(value, name);
  const contexts = value.contexts.filter((context) => context.name !== name);
  if (value.current === undefined || value.current === name) return { contexts };
  return { current: value.current, contexts };
}

function withMachine(value: ContextsFile, machine: Machine, name: string | undefined): ContextsFile {
  const context = find(value, name);
  if (context.machines.some((known) => known.name === machine.name)) {
    throw new AppError('machine-exists', { name: machine.name, context: context.name });
  }
  const changed = { ...context, machines: [...context.machines, machine] };
  return { ...value, contexts: value.contexts.map((known) => (known === context ? changed : known)) };
}

function withoutMachine(value: ContextsFile, machine: string, name: string): ContextsFile {
  const context = find(value, name);
  const removed = machineNamed(context, machine);
  const changed = { ...context, machines: context.machines.filter((known) => known !== removed) };
  return { ...value, contexts: value.contexts.map((known) => (known === context ? changed : known)) };
}

function checkMachine({ name, host, user, port = 22, datastore = DEFAULT_DATASTORE }: NewMachine): Machine {
  if (!isValidName(name)) throw new AppError('bad-name', { name });
  const result = machineSchema.safeParse({ name, host, user, port, datastore });
  if (result.success) return result.data;
  const wrong = result.error.issues.map(({ path }) => path[0]);
  if (wrong.includes('port')) throw new AppError('bad-port', { port });
  const reason: Reason = wrong.includes('datastore') ? 'datastore-relative' : 'machine-incomplete';
  throw new AppError('bad-arguments', { reason, datastore });
}

/** Returns the absolute path that a person typed. `~` stands for their home folder. */
export function keyPath(typed: string): string {
  return absolutePath(typed.replace(/^~(?=\/)/, homedir()));
}

/** Returns the key's absolute path. Throws `key-unreadable`, and `key-not-private` when the file is no private key. */
async function checkKey(sshKey: string): Promise<string> {
  const path = keyPath(sshKey);
  const head = await readHead(path).catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    throw new AppError('key-unreadable', { file: path, reason }, { cause: error });
  });
  if (/^-----BEGIN [A-Z ]*PRIVATE KEY-----|^PuTTY-User-Key-File-/.test(head)) return path;
  throw new AppError('key-not-private', { file: path });
}

async function readHead(path: string): Promise<string> {
  const handle = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(64), 0, 64, 0);
    return buffer.toString('latin1', 0, bytesRead);
  } finally {
    await handle.close();
  }
}
