import { AppError } from '../../../shared/errors.ts';
import { AGENT_PATH } from '../agent/agentPath.ts';
import type { MachineReference } from '../machineReference.ts';
import { installScript, packagesFor } from './setupPackages.ts';
import { assess, missingRequirements, MODULES, nameChecks } from './setupPlan.ts';
import type { Check, Wanted } from './setupPlan.ts';
import { parseProbe, PROBE_SCRIPT } from './setupProbe.ts';
import type { Probe } from './setupProbe.ts';
import { AGENT_SCRIPT, CHECKSUM_EXIT, PREPARE_SCRIPT } from './setupScripts.ts';

export type { Check } from './setupPlan.ts';

/** The agent that the set-up installs: `dist/renet.cjs` with its data from `dist/renet.json`. */
export interface AgentFile {
  readonly version: string;
  /** The SHA-256 of the bytes, hexadecimal. */
  readonly sha256: string;
  readonly bytes: Uint8Array;
}

/** Runs a command as root on a machine, with `stdin` as its input, and passes on its output as it comes. */
export type RootRunner = (
  machine: MachineReference,
  words: readonly [string, ...string[]],
  options: { stdin: Uint8Array; onOutput: (bytes: Uint8Array) => void },
) => Promise<{ exitCode: number }>;

export type SetupStep = 'check' | 'packages' | 'agent' | 'prepare' | 'autostart' | 'verify';

interface SetupListener {
  /** Called with the output of the package manager and the scripts as it comes. */
  readonly onOutput: (bytes: Uint8Array) => void;
  /** Called when a step begins, or was found done already. `packages`: the packages that are being installed. */
  readonly onStep: (step: SetupStep, state: 'started' | 'already', packages?: readonly string[]) => void;
}

export interface Setup {
  /** Returns the check-list of a machine. Changes nothing. */
  check(machine: MachineReference): Promise<Check[]>;
  /**
   * Brings what is missing, and only that. Returns the check-list after it; a second run does nothing. Throws
   * `machine-unsupported` before anything was changed, `datastore-differs`, `agent-checksum`, `setup-failed`.
   */
  setUp(machine: MachineReference, listener: SetupListener): Promise<Check[]>;
}

/** The last characters of a failing step's output that its error repeats. */
const REASON_BYTES = 2000;

/** Makes the set-up over `runAsRoot`. `prefix` is put before every path on the machine; it is empty except in tests. */
export function createSetup(
  { runAsRoot, agent }: { runAsRoot: RootRunner; agent: AgentFile },
  prefix = '',
): Setup {
  const probe = async (machine: MachineReference): Promise<Probe> => {
    const words = ['sh', '-s', '--', prefix, machine.machine.datastore] as const;
    const { exitCode, output } = await collect(runAsRoot, machine, words, Buffer.from(PROBE_SCRIPT));
    const found = parseProbe(output);
    if (!found) throw failed(machine, 'check', exitCode, output);
    return found;
  };

  const run = async (
    step: SetupStep,
    machine: MachineReference,
    listener: SetupListener,
    { words, stdin }: { words: readonly [string, ...string[]]; stdin?: Uint8Array },
  ): Promise<void> => {
    const result = await collect(runAsRoot, machine, words, stdin ?? new Uint8Array(), listener.onOutput);
    if (result.exitCode === CHECKSUM_EXIT && step === 'agent') {
      throw new AppError('agent-checksum', { machine: machine.machine.name });
    }
    if (result.exitCode !== 0) throw failed(machine, step, result.exitCode, result.output);
  };

  const bring = async (
    machine: MachineReference,
    found: Probe,
    listener: SetupListener,
  ): Promise<boolean> => {
    const wanted = wantedOn(machine, agent);
    const parts = partsOf(found, wanted, agent, prefix);
    for (const { step, words, stdin, packages, optional } of parts) {
      listener.onStep(step, words ? 'started' : 'already', packages);
      if (!words) continue;
      const done = run(step, machine, listener, { words, ...(stdin && { stdin }) });
      // Its output has said why; the check-list names what is missing then.
      await (optional ? done.catch(goOnWithout) : done);
    }
    return parts.some(({ words }) => words !== undefined);
  };

  return {
    check: async (machine) => assess(await probe(machine), wantedOn(machine, agent)),
    async setUp(machine, listener) {
      listener.onStep('check', 'started');
      const found = await probe(machine);
      const checks = assess(found, wantedOn(machine, agent));
      refuseUnsupported(machine, found, checks);
      if (!(await bring(machine, found, listener))) return checks;
      listener.onStep('verify', 'started');
      const after = await probe(machine);
      const left = assess(after, wantedOn(machine, agent));
      refuseIncomplete(machine, after, left);
      return left;
    },
  };
}

function wantedOn({ machine }: MachineReference, { version, sha256 }: AgentFile): Wanted {
  return { version, sha256, datastore: machine.datastore };
}

interface Part {
  readonly step: SetupStep;
  /** The command that brings the part; absent when the part is there already. */
  readonly words?: readonly [string, ...string[]];
  readonly stdin?: Uint8Array;
  readonly packages?: readonly string[];
  /** True for a part without which the machine works. */
  readonly optional?: boolean;
}

/** Takes the failure of an optional part. Throws whatever else happened, such as a lost connection. */
function goOnWithout(error: unknown): void {
  if (!(error instanceof AppError && error.code === 'setup-failed')) throw error;
}

function partsOf(found: Probe, wanted: Wanted, agent: AgentFile, prefix: string): Part[] {
  const checks = assess(found, wanted);
  const isMissing = (...ids: Check['id'][]): boolean =>
    checks.some(({ id, state }) => state === 'missing' && ids.includes(id));
  const { packages } = packagesFor(found, missingRequirements(checks));
  const optional = missingRequirements(checks.filter((check) => check.optional !== true)).length === 0;
  const install = ['sh', '-c', installScript(found['manager'], packages)] as const;
  const place = ['sh', '-c', AGENT_SCRIPT, 'setup', prefix, wanted.version, wanted.sha256] as const;
  const configuration = JSON.stringify({ datastore: wanted.datastore });
  const prepare = [
    ...(['sh', '-c', PREPARE_SCRIPT, 'setup', prefix, wanted.datastore, configuration] as const),
    ...MODULES,
  ] as const;
  const service = [`${prefix}${AGENT_PATH}`, 'autostart', 'install-unit'] as const;
  return [
    { step: 'packages', ...(packages.length > 0 && { words: install, packages, optional }) },
    { step: 'agent', ...(isMissing('agent') && { words: place, stdin: agent.bytes }) },
    {
      step: 'prepare',
      ...(isMissing('configuration', 'datastore', 'modules', ...MODULES) && { words: prepare }),
    },
    // A new agent has to take over the running service even when the unit has not changed.
    { step: 'autostart', ...(isMissing('agent', 'autostart', 'resident') && { words: service }) },
  ];
}

function refuseUnsupported(
  { machine }: MachineReference,
  found: Probe,
  checks: readonly Check[],
  states: readonly Check['state'][] = ['unsupported'],
): void {
  const refused = checks.filter(({ state }) => states.includes(state));
  const datastore = refused.find(({ id, state }) => id === 'configuration' && state === 'unsupported');
  if (datastore) {
    const { found: theirs = '', needed: ours = '' } = datastore;
    throw new AppError('datastore-differs', { machine: machine.name, theirs, ours });
  }
  if (refused.length === 0) return;
  throw new AppError('machine-unsupported', {
    machine: machine.name,
    system: found['name'] ?? 'Linux',
    missing: nameChecks(refused),
  });
}

/** Throws for what is still missing after everything was brought. */
function refuseIncomplete(machine: MachineReference, after: Probe, left: readonly Check[]): void {
  const services = left.filter(({ id }) => id === 'autostart' || id === 'resident');
  const others = left.filter((check) => !services.includes(check) && check.optional !== true);
  refuseUnsupported(machine, after, others, ['missing', 'unsupported']);
  // A service that does not run is no fault of the packages: the service's journal tells why it ended.
  const missing = services.filter(({ state }) => state === 'missing');
  if (missing.length > 0) throw failed(machine, 'autostart', 0, nameChecks(missing));
}

async function collect(
  runAsRoot: RootRunner,
  machine: MachineReference,
  words: readonly [string, ...string[]],
  stdin: Uint8Array,
  onOutput: (bytes: Uint8Array) => void = () => undefined,
): Promise<{ exitCode: number; output: string }> {
  const chunks: Uint8Array[] = [];
  const keep = (bytes: Uint8Array): void => {
    chunks.push(bytes);
    onOutput(bytes);
  };
  const { exitCode } = await runAsRoot(machine, words, { stdin, onOutput: keep });
  return { exitCode, output: Buffer.concat(chunks).toString() };
}

function failed({ machine }: MachineReference, step: SetupStep, exitCode: number, output: string): AppError {
  const reason = output.trim().slice(-REASON_BYTES) || `exit code ${exitCode}`;
  return new AppError('setup-failed', { machine: machine.name, step, reason });
}
