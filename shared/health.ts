import { EXIT } from './errors.ts';
import type { ErrorDetails, ExitCode } from './errors.ts';
import type { MachineInfo, Repository } from './model.ts';
import type { MachineContainer } from './protocol/observation.ts';

/**
 * The levels of health, from good to worst. `warning`: look at it soon; `error`: something is broken; `critical`: data
 * or all services are affected.
 */
export const HEALTH_LEVELS = ['ok', 'warning', 'error', 'critical'] as const;
export type HealthLevel = (typeof HEALTH_LEVELS)[number];

type Limits = Partial<Record<Exclude<HealthLevel, 'ok'>, number>>;

/**
 * The values from which a level begins. `load`: processes that run or wait, per processor, over fifteen minutes. The
 * `clock`: the seconds by which the machine's clock differs from ours, either way. The others: the used share of the machine's memory, the datastore, another disk of the machine, a mounted volume.
 */
export const HEALTH_LIMITS = {
  load: { warning: 1.5, error: 4 },
  memory: { warning: 0.85, error: 0.95 },
  datastore: { warning: 0.85, critical: 0.95 },
  disk: { warning: 0.85, critical: 0.95 },
  volume: { warning: 0.85, error: 0.95 },
  clock: { warning: 60, error: 3600 },
} as const satisfies Record<string, Limits>;

/**
 * The level of each state of a repository; the other states are `ok`. Closed repositories are judged by their
 * autostart.
 */
const REPOSITORY_LEVELS: Partial<Record<Repository['state'], HealthLevel>> = {
  degraded: 'error',
  failed: 'error',
  damaged: 'critical',
};

/** The level of each state of a container, in the Engine API's words. The other states are as somebody wanted them. */
const CONTAINER_LEVELS: Readonly<Record<string, HealthLevel>> = {
  paused: 'warning',
  restarting: 'error',
  dead: 'error',
};

/** One checked thing. The sentence and the advice for it are under its code in text/ (`health`). */
export interface HealthCheck {
  code:
    | 'load'
    | 'memory'
    | 'datastore'
    | 'disk'
    | 'program'
    | 'agent'
    | 'agent-alone'
    | 'agent-failing'
    | 'repository'
    | 'repository-closed'
    | 'volume-deleted'
    | 'volume'
    | 'neighbours'
    | 'container'
    | 'crash-loop'
    | 'service-left'
    | 'clock';
  level: HealthLevel;
  details: ErrorDetails;
}

/** The facts that a machine's health is judged by. */
export interface HealthFacts {
  info: MachineInfo;
  repositories: readonly Repository[];
  containers: readonly MachineContainer[];
  /** The version of the program that asks, which the agent should have too. */
  version: string;
}

/** Judges everything: the machine itself, then its repositories, then their containers. */
export function judgeHealth({ info, repositories, containers, version }: HealthFacts): HealthCheck[] {
  return [
    ...judgeMachine(info),
    ...judgePrograms(info, version),
    ...repositories.flatMap(judgeRepository),
    ...containers.map(judgeContainer),
  ];
}

/** Returns the worst level of the checks. */
export function worstLevel(checks: readonly { level: HealthLevel }[]): HealthLevel {
  const worst = Math.max(0, ...checks.map(({ level }) => HEALTH_LEVELS.indexOf(level)));
  return HEALTH_LEVELS[worst] ?? 'ok';
}

/** Returns the exit code for a level (docs/decisions/verdicts.md). */
export function exitOfHealth(level: HealthLevel): ExitCode {
  const exits = { ok: EXIT.succeeded, warning: EXIT.warnings, error: EXIT.healthError } as const;
  return level === 'critical' ? EXIT.healthCritical : exits[level];
}

function judgeMachine(info: MachineInfo): HealthCheck[] {
  const { memoryTotal, memoryAvailable, datastore, disks, clockAhead } = info;
  const memory = { total: memoryTotal, available: memoryAvailable };
  return [
    judgeLoad(info),
    judgeSpace('memory', memory, {}),
    judgeSpace('datastore', datastore, { path: datastore.path }),
    ...(disks ?? []).map((disk) => judgeSpace('disk', disk, { path: disk.path })),
    ...(clockAhead === undefined ? [] : [judgeClock(Math.round(clockAhead / 1000))]),
  ];
}

/** Judges the processes that run or wait, over fifteen minutes. */
export function judgeLoad({ load, cpus }: Pick<MachineInfo, 'load' | 'cpus'>): HealthCheck {
  const perProcessor = Math.round(((load[2] ?? 0) / Math.max(1, cpus)) * 100) / 100;
  return judged('load', perProcessor, { load: perProcessor });
}

/** Judges a clock by the seconds that it is ahead of ours. */
function judgeClock(seconds: number): HealthCheck {
  return judged('clock', Math.abs(seconds), { seconds });
}

function judgePrograms(
  { agent, resident, docker, compose, cryptsetup, notices }: MachineInfo,
  version: string,
): HealthCheck[] {
  const programs = Object.entries({ docker, compose, cryptsetup });
  const missing = programs.flatMap(([program, found]) => (found === undefined ? [program] : []));
  return [
    { code: 'agent', level: agent === version ? 'ok' : 'warning', details: { agent, version } },
    ...(resident === false ? [judgeResident(notices)] : []),
    ...missing.map((program): HealthCheck => ({ code: 'program', level: 'error', details: { program } })),
  ];
}

/** Judges why no resident agent answers: one that ends again and again is broken, one that is not there makes all slower. */
function judgeResident(notices: MachineInfo['notices'] = []): HealthCheck {
  const failing = notices.find(({ code }) => code === 'agent-failing');
  if (failing === undefined) return { code: 'agent-alone', level: 'warning', details: {} };
  return { code: 'agent-failing', level: 'error', details: failing.details };
}

function judgeRepository(repository: Repository): HealthCheck[] {
  const { name, state, autostart, used, available, path, notices } = repository;
  const details = { name };
  if (notices.some(({ code }) => code === 'volume-deleted'))
    return [{ code: 'volume-deleted', level: 'critical', details: { name, path } }];
  if (state === 'closed' && autostart.enabled)
    return [{ code: 'repository-closed', level: 'warning', details }];
  return [
    { code: 'repository', level: REPOSITORY_LEVELS[state] ?? 'ok', details: { ...details, state } },
    ...(used === undefined || available === undefined
      ? []
      : [judgeSpace('volume', { total: used + available, available }, details)]),
    ...(repository.notices.some(({ code }) => code.startsWith('neighbours-open'))
      ? [{ code: 'neighbours', level: 'warning', details } as const]
      : []),
  ];
}

function judgeContainer({
  name,
  state,
  health,
  status,
  repository,
  crashLoop,
  orphan,
}: MachineContainer): HealthCheck {
  if (crashLoop !== undefined) {
    const { restarts, exitCode = '?' } = crashLoop;
    const details = { name, repository: repository.name, restarts, exitCode };
    return { code: 'crash-loop', level: 'error', details };
  }
  const level = health === 'unhealthy' ? 'error' : (CONTAINER_LEVELS[state] ?? 'ok');
  const details = { name, repository: repository.name };
  if (level === 'ok' && orphan === true) return { code: 'service-left', level: 'warning', details };
  return { code: 'container', level, details: { ...details, status } };
}

/** Judges how much of something is used: the machine's memory, a disk or a volume; bytes. `percent` is added to the details. */
export function judgeSpace(
  code: Exclude<keyof typeof HEALTH_LIMITS, 'load' | 'clock'>,
  { total, available }: { total: number; available: number },
  details: ErrorDetails,
): HealthCheck {
  const share = total <= 0 ? 0 : 1 - available / total;
  return judged(code, share, { ...details, percent: Math.floor(share * 100) });
}

function judged(code: keyof typeof HEALTH_LIMITS, value: number, details: ErrorDetails): HealthCheck {
  const limits: Limits = HEALTH_LIMITS[code];
  const levels = [...HEALTH_LEVELS].reverse();
  const level = levels.find((one) => one !== 'ok' && value >= (limits[one] ?? Infinity));
  return { code, level: level ?? 'ok', details };
}
