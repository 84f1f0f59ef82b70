import type { SetupState } from '../../shared/api/apiModel.ts';
import { AppError, toWire } from '../../shared/errors.ts';
import type { LocalEngine } from '../engine/localEngine.ts';
import { machineLabel } from '../engine/machineReference.ts';
import type { MachineReference } from '../engine/machineReference.ts';
import type { LogFeed, LogWriter } from './logs.ts';

/** Of a set-up's output the first bytes are kept, far beyond what a package manager writes. */
const OUTPUT_KEPT = 8 * 1024 * 1024;

interface Running {
  state: SetupState;
  readonly output: Uint8Array[];
  bytes: number;
  /** Resolved, and replaced, whenever there is more to read. */
  more: { promise: Promise<void>; resolve: () => void };
}

/** The set-ups that run or have run; they go on without a window. */
export interface Setups {
  /** Starts one, or joins the one that runs. */
  start(machine: MachineReference): void;
  /** Reads what a machine's set-up wrote, from its beginning, as it comes. Throws `operation-not-found`. */
  reader(machine: MachineReference): LogFeed;
}

interface SetupsDependencies {
  readonly local: Pick<LocalEngine, 'setup'>;
  /** Called with every change of a machine's set-up. */
  readonly tell: (machine: MachineReference, state: SetupState) => void;
  /** Called when a machine's set-up is over, well or badly. */
  readonly ended: (machine: MachineReference) => void;
}

/** Makes the runner of set-ups, at most one at a time on each machine. */
export function createSetups(dependencies: SetupsDependencies): Setups {
  const setups = new Map<string, Running>();
  return {
    start: (machine) => {
      const key = machineLabel(machine);
      if (setups.get(key)?.state.state === 'running') return;
      const running: Running = {
        state: { state: 'running', steps: [] },
        output: [],
        bytes: 0,
        more: signal(),
      };
      setups.set(key, running);
      void run(dependencies, machine, running);
    },
    reader: (machine) => {
      const running = setups.get(machineLabel(machine));
      if (!running) throw new AppError('operation-not-found', { id: 'setup' });
      return (writer) => readOutput(running, writer);
    },
  };
}

async function run(
  { local, tell, ended }: SetupsDependencies,
  machine: MachineReference,
  running: Running,
): Promise<void> {
  const change = (state: SetupState): void => {
    running.state = state;
    tell(machine, state);
  };
  change(running.state);
  try {
    const setup = await local.setup();
    const checks = await setup.setUp(machine, {
      onOutput: (bytes) => keep(running, bytes),
      onStep: (step, state, packages) => {
        const steps = closeLast(running.state.steps, 'succeeded');
        const next = { step, state: state === 'already' ? state : ('running' as const) };
        change({
          ...running.state,
          steps: [...steps, { ...next, ...(packages && { packages: [...packages] }) }],
        });
      },
    });
    const steps = closeLast(running.state.steps, 'succeeded');
    change({ state: 'succeeded', steps, checks: checks.map((check) => ({ ...check })) });
  } catch (error) {
    const steps = closeLast(running.state.steps, 'failed');
    change({ state: 'failed', steps, error: toWire(error) });
  }
  wake(running);
  ended(machine);
}

/** Writes a set-up's output from its beginning, until the set-up is over or the reader leaves. */
async function readOutput(running: Running, writer: LogWriter): Promise<'end'> {
  let offset = 0;
  for (let at = 0; !writer.signal.aborted;) {
    const chunk = running.output[at];
    if (chunk) {
      await writer.output(chunk, offset);
      offset += chunk.length;
      at += 1;
    } else if (running.state.state === 'running') {
      await Promise.race([running.more.promise, aborted(writer.signal)]);
    } else break;
  }
  return 'end';
}

function closeLast(steps: SetupState['steps'], state: 'succeeded' | 'failed'): SetupState['steps'] {
  return steps.map((step) => (step.state === 'running' ? { ...step, state } : step));
}

function keep(running: Running, bytes: Uint8Array): void {
  if (running.bytes >= OUTPUT_KEPT) return;
  running.output.push(bytes);
  running.bytes += bytes.length;
  wake(running);
}

function wake(running: Running): void {
  const { resolve } = running.more;
  running.more = signal();
  resolve();
}

function signal(): Running['more'] {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

function aborted(by: AbortSignal): Promise<void> {
  return new Promise((resolve) => by.addEventListener('abort', () => resolve(), { once: true }));
}
