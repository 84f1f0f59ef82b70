import { once } from 'node:events';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import * as z from 'zod';
import { SandboxError } from './errors.ts';
import { machineFiles } from './qemu.ts';

interface Answer {
  return?: unknown;
  error?: { desc: string };
}

/** Sends one QMP command to the QEMU of the machine in `folder`. Returns the result. */
async function execute(folder: string, command: object): Promise<unknown> {
  const socket = createConnection(join(folder, machineFiles.qmpSocket));
  await once(socket, 'connect');
  const lines = createInterface({ input: socket })[Symbol.asyncIterator]();
  const answer = async (): Promise<Answer> => {
    for (;;) {
      const line = await lines.next();
      if (line.done === true) throw new SandboxError('QEMU closed its control socket.');
      const message = JSON.parse(line.value) as Answer;
      if ('return' in message || 'error' in message) return message;
      // Any other message is the greeting, or an event.
    }
  };
  try {
    socket.write('{"execute": "qmp_capabilities"}\n');
    await answer();
    socket.write(`${JSON.stringify(command)}\n`);
    const { error, return: result } = await answer();
    if (error !== undefined) throw new SandboxError(`QEMU refused: ${error.desc}`);
    return result;
  } finally {
    socket.destroy();
  }
}

async function monitor(folder: string, line: string): Promise<void> {
  const said = await execute(folder, {
    execute: 'human-monitor-command',
    arguments: { 'command-line': line },
  });
  if (typeof said === 'string' && said.trim() !== '') {
    throw new SandboxError(`QEMU's "${line}" failed: ${said.trim()}`);
  }
}

/** Saves the running machine, memory and disk, as the snapshot `name`. */
export async function saveSnapshot(folder: string, name: string): Promise<void> {
  await monitor(folder, `savevm ${name}`);
}

/** Takes the running machine back to the snapshot `name`. */
export async function loadSnapshot(folder: string, name: string): Promise<void> {
  await monitor(folder, `loadvm ${name}`);
}

const blockNodes = z.array(
  z.object({
    image: z.object({ snapshots: z.array(z.object({ name: z.string() })).optional() }),
  }),
);

/** Returns the names of the snapshots that the running machine's disk holds. */
export async function snapshotNames(folder: string): Promise<string[]> {
  const nodes = blockNodes.parse(await execute(folder, { execute: 'query-named-block-nodes' }));
  return nodes.flatMap(({ image }) => (image.snapshots ?? []).map(({ name }) => name));
}

/** Ends QEMU at once, and closes the disk image in order. */
export async function quit(folder: string): Promise<void> {
  await execute(folder, { execute: 'quit' });
}
