import * as z from 'zod';
import { wireErrorSchema } from './errors.ts';
import { autostartSettingsSchema } from './metadata.ts';
import { guidSchema, nameSchema } from './names.ts';
import { newerNameSchema, replaceNewer } from './newerNames.ts';
import { noticeSchema } from './notices.ts';
import { verbSchema } from './verbs.ts';

/** A verb as another version may write it. */
export const anyVerbSchema = verbSchema.or(newerNameSchema);
export type AnyVerb = z.infer<typeof anyVerbSchema>;

const functionNameSchema = z.enum(['prep', 'up', 'down']);
export type FunctionName = z.infer<typeof functionNameSchema>;

/** The head of an operation: the verb, the repository, and the person who asked. */
export const operationHeadSchema = z.object({
  id: guidSchema,
  verb: anyVerbSchema,
  repository: z.object({ guid: guidSchema, name: z.string() }),
  origin: z.enum(['person', 'boot', 'shutdown']),
  /** The account on the machine that started it and, when known, the person's account and computer. */
  by: z.string(),
  /** The time of the start, milliseconds since the epoch, by the machine's clock. */
  startedAt: z.number(),
  /** The number of the log: a later operation of the machine has a higher one. Absent in logs of 0.1.0. */
  sequence: z.number().int().positive().optional(),
  /** The boot in which it began, and the milliseconds that the machine had been up. Absent in logs of 0.1.0. */
  boot: z.object({ id: z.string(), uptime: z.number() }).optional(),
  /** The milliseconds by which the machine's clock was ahead of that of the computer that asked; absent when none did. */
  ahead: z.number().optional(),
});
export type OperationHead = z.infer<typeof operationHeadSchema>;

/** The kinds of steps that have no data of their own. */
const plainStepKindSchema = z.enum([
  'allocate',
  'format',
  'open',
  'filesystem',
  'mount',
  'handover',
  'commit',
  'daemon-start',
  'discover',
  'slots',
  'check',
  'daemon-stop',
  'unmount',
  'close',
  'remove',
  'open-by-key',
  'check-passphrase',
  'add-key',
  'remove-key',
  'record',
  'enable-unit',
  'rename',
  'renumber',
  'allow',
  'release-slot',
  'check-key',
  'grow',
  'share',
  'copy',
  'renew',
  'forget-parent',
  'change-passphrase',
  'check-header',
  'restore-header',
]);
export const stepKindSchema = z.enum([...plainStepKindSchema.options, 'function']);
export type StepKind = z.infer<typeof stepKindSchema>;

/** The rule for a step that fails: stop everything, or note it and go on. */
const failureRuleSchema = z.enum(['stop', 'continue']);
export type FailureRule = z.infer<typeof failureRuleSchema>;

/** The position in the plan, from 0. */
const index = z.number().int().nonnegative();

/** One step of a plan. The order of its keys is part of a plan's digest. */
const knownStepSchema = z.discriminatedUnion('kind', [
  z.object({ index, kind: plainStepKindSchema, onFailure: failureRuleSchema }),
  /** A step that calls a function of a Rediaccfile, if the file defines it. */
  z.object({
    index,
    kind: z.literal('function'),
    onFailure: failureRuleSchema,
    /** The Rediaccfile's path, relative to the repository's root ("Rediaccfile", "api/Rediaccfile"). */
    file: z.string(),
    function: functionNameSchema,
  }),
  /** A step of a kind that a newer version has named so. */
  z.object({ index, kind: z.literal('newer'), name: newerNameSchema, onFailure: failureRuleSchema }),
]);
const stepSchema = z.preprocess(
  replaceNewer('kind', [...stepKindSchema.options, 'newer'], (step, name) => ({
    ...step,
    kind: 'newer',
    name,
  })),
  knownStepSchema,
);
export type Step = z.infer<typeof stepSchema>;
export type FunctionStep = Extract<Step, { kind: 'function' }>;

/** The steps that a verb will do, in order. The preview and the run use this same data. */
export const planSchema = z.object({
  verb: anyVerbSchema,
  repository: z.object({ guid: guidSchema, name: z.string() }),
  steps: z.array(stepSchema),
  /** False while the volume is closed and its Rediaccfiles cannot be read: the plan is completed after the mount. */
  complete: z.boolean(),
  notices: z.array(noticeSchema),
});
export type Plan = z.infer<typeof planSchema>;

/** The outcome of a step. `not-defined`: the file does not define the function. `already`: there was nothing to do. */
const outcomeSchema = z.enum(['succeeded', 'failed', 'cancelled', 'not-defined', 'already']);
export type Outcome = z.infer<typeof outcomeSchema>;

const stepResultSchema = z.object({
  step: stepSchema,
  outcome: outcomeSchema,
  exitCode: z.number().int().optional(),
  error: wireErrorSchema.optional(),
});
export type StepResult = z.infer<typeof stepResultSchema>;

export const verdictSchema = z.object({
  kind: z.enum(['succeeded', 'warnings', 'failed', 'cancelled', 'lost']),
  /** For `warnings`: what they mean for the services. */
  reason: z.enum(['degraded', 'stopped-with-warnings']).optional(),
  /**
   * The error that decided the verdict: for `failed`, for a `cancelled` step, and for a down after which something still
   * runs.
   */
  error: wireErrorSchema.optional(),
  /** The steps that failed, each with its exit code and the last lines it wrote (plain text, at most ten lines). */
  failures: z.array(stepResultSchema.extend({ lastLines: z.array(z.string()) })),
  /** The steps of the plan that never began. */
  notRun: z.array(stepSchema),
});
export type Verdict = z.infer<typeof verdictSchema>;

const eventBase = { n: z.number().int().nonnegative(), at: z.number() };
/** The position in the operation's output, in bytes, at which the event happened. */
const output = z.number().int().nonnegative();

const knownEventSchema = z.discriminatedUnion('type', [
  z.object({ ...eventBase, type: z.literal('started'), output, operation: operationHeadSchema }),
  z.object({ ...eventBase, type: z.literal('plan'), output, plan: planSchema }),
  z.object({ ...eventBase, type: z.literal('step-started'), output, step: stepSchema }),
  z.object({ ...eventBase, type: z.literal('step-ended'), output, result: stepResultSchema }),
  z.object({ ...eventBase, type: z.literal('notice'), output, notice: noticeSchema }),
  /** The progress of the running step: bytes of `total`, and bytes per second; at most once a second. */
  z.object({
    ...eventBase,
    type: z.literal('progress'),
    output,
    done: z.number().int().nonnegative(),
    total: z.number().int().nonnegative(),
    rate: z.number().int().nonnegative(),
  }),
  z.object({ ...eventBase, type: z.literal('verdict'), output, verdict: verdictSchema }),
]);
/**
 * One line of an operation's event log, which only grows and is numbered from 0 without a gap. An event of a type that a
 * newer version has is read as a notice with the type as its code.
 */
export const operationEventSchema = z.preprocess(
  replaceNewer(
    'type',
    knownEventSchema.options.map(({ shape }) => shape.type.value),
    ({ n, at, output: position }, type) => ({
      ...{ n, at, output: position, type: 'notice', notice: { code: type, details: {} } },
    }),
  ),
  knownEventSchema,
);
export type OperationEvent = z.infer<typeof operationEventSchema>;

/**
 * The reasons why an operation's times cannot be believed: the clock differed from that of the computer that asked, is
 * behind the operation's start now, had gone back since the operation before, or went back while it ran.
 */
const clockDoubtSchema = z.enum(['differed', 'in-the-future', 'went-back', 'ended-before']);

/** An operation as lists show it. A `running` one has no verdict yet. */
export const operationSummarySchema = operationHeadSchema.extend({
  state: z.enum(['running', 'succeeded', 'warnings', 'failed', 'cancelled', 'lost']),
  endedAt: z.number().optional(),
  verdict: verdictSchema.optional(),
  /** The reason why its times cannot be believed (operationClock.ts); absent when nothing speaks against them. */
  clock: clockDoubtSchema.optional(),
});
export type OperationSummary = z.infer<typeof operationSummarySchema>;

/** An operation whose log cannot be read, with what is known of it all the same. `error` says why. */
export const unreadableOperationSchema = operationHeadSchema
  .partial()
  .extend({ id: guidSchema, state: z.literal('unreadable'), error: wireErrorSchema });
export type UnreadableOperation = z.infer<typeof unreadableOperationSchema>;

/**
 * The states of a repository as people see them (docs/decisions/verdicts.md). `unknown` is set by the engine while the
 * machine is offline.
 */
export const repositoryStateSchema = z.enum([
  'closed',
  'mounted',
  'daemon-up',
  'running',
  'degraded',
  'failed',
  'busy',
  'damaged',
  'unknown',
]);
export type RepositoryState = z.infer<typeof repositoryStateSchema>;

export const containerSchema = z.object({
  id: z.string(),
  name: z.string(),
  image: z.string(),
  /** The state in the Engine API's words: created, running, paused, restarting, exited, removing, dead. */
  state: z.string(),
  /** The Engine API's sentence on the state, such as "Up 3 minutes (healthy)". */
  status: z.string(),
  health: z.enum(['none', 'starting', 'healthy', 'unhealthy']),
  /** The exit code of a container that has ended. */
  exitCode: z.number().int().optional(),
  /** The compose service to which the container belongs, if any. */
  service: z.string().optional(),
  /**
   * Present while the container is in a crash loop (shared/crashLoop.ts): how often its policy has started it again,
   * the last time that it did (milliseconds since the epoch, by the machine's clock), and the last exit code if Docker
   * still knows it.
   */
  crashLoop: z
    .object({ restarts: z.number().int(), startedAt: z.number(), exitCode: z.number().int().optional() })
    .optional(),
  /** True for a container that is alive although no compose file names its service any more. */
  orphan: z.boolean().optional(),
});
export type Container = z.infer<typeof containerSchema>;

export const serviceSchema = z.object({
  name: z.string(),
  slot: z.number().int(),
  address: z.string(),
  /** The environment variable with the address; absent when the service's name gives no legal variable. */
  variable: z.string().optional(),
  /** False when the service is in .rediacc.json, but neither in a compose file that an up looks at nor running. */
  present: z.boolean(),
  containers: z.array(containerSchema),
  /** The ports (TCP and UDP) on which something listens at exactly this address; absent where that was not checked. */
  listening: z.array(z.number().int()).optional(),
});
export type Service = z.infer<typeof serviceSchema>;

/** The part of autostart that a list of repositories shows. `autostart.list` checks it more closely. */
const autostartStateSchema = z.object({
  enabled: z.boolean(),
  /** The operations of the last boot and the last shutdown. */
  lastBoot: operationSummarySchema.optional(),
  lastShutdown: operationSummarySchema.optional(),
});
export type AutostartState = z.infer<typeof autostartStateSchema>;

/** The autostart of one repository, with everything that is wrong with it. */
export const autostartEntrySchema = autostartStateSchema.extend({
  guid: guidSchema,
  name: z.string(),
  /** The GUID of the repository from which this one was forked. */
  parent: guidSchema.optional(),
  /** The name of the repository after which this one starts, or its GUID when it is gone. */
  after: z.string().optional(),
  /** The seconds to wait before the start. */
  delay: z.number().int().optional(),
  consent: autostartSettingsSchema.shape.consent.optional(),
  /** The reasons why the repository would not start, or what a half-done verb left; empty when all is well. */
  problems: z.array(wireErrorSchema),
  /** What is worth knowing and is no problem; an agent up to version 0.1.0 does not send it. */
  notices: z.array(noticeSchema).optional(),
});
export type AutostartEntry = z.infer<typeof autostartEntrySchema>;

/** The autostart of a machine. */
export const autostartListSchema = z.object({
  /** The problem of the service that does the boot and the shutdown, if it has one. */
  unit: z.object({ problem: wireErrorSchema.optional() }),
  repositories: z.array(autostartEntrySchema),
});
export type AutostartList = z.infer<typeof autostartListSchema>;

const knownRepositorySchema = z.object({
  guid: guidSchema,
  name: z.string(),
  networkId: z.number().int(),
  created: z.string(),
  parent: guidSchema.optional(),
  /** For a fork: true when it shares its parent's blocks. It takes more of the datastore as either changes. */
  sharesSpace: z.boolean().optional(),
  state: repositoryStateSchema,
  mounted: z.boolean(),
  daemon: z.boolean(),
  /** The repositories whose addresses this one reaches; one that is gone has no name. Absent when there are none. */
  allows: z.array(z.object({ guid: guidSchema, name: z.string().optional() })).optional(),
  /**
   * True when the machine was seen to keep what runs for a repository from the addresses of others, and a daemon that runs
   * is kept so. Absent when nothing keeps it or when that is not known; an agent of 0.1.0 never sends it.
   */
  walled: z.boolean().optional(),
  /** The size of the volume file, bytes. */
  size: z.number(),
  /** The bytes used and available inside the mounted file system. */
  used: z.number().optional(),
  available: z.number().optional(),
  path: z.string(),
  services: z.array(serviceSchema),
  running: z.number().int(),
  /** The operation that holds the repository now. */
  operation: operationSummarySchema.optional(),
  lastOperation: operationSummarySchema.optional(),
  autostart: autostartStateSchema,
  /** For a damaged repository: what cannot be read. */
  damage: z.string().optional(),
  notices: z.array(noticeSchema),
  /** The error that keeps its services from being read, such as a compose file that does not parse. */
  problem: wireErrorSchema.optional(),
});
/** A repository. One in a state that a newer version has is in an unknown one, and a notice names it. */
export const repositorySchema = z.preprocess(
  replaceNewer('state', repositoryStateSchema.options, ({ notices, ...repository }, state) => ({
    ...repository,
    state: 'unknown',
    notices: [
      ...(Array.isArray(notices) ? (notices as unknown[]) : []),
      { code: 'state-newer', details: { name: String(repository['name']), state } },
    ],
  })),
  knownRepositorySchema,
);
export type Repository = z.infer<typeof repositorySchema>;

const diskSchema = z.object({ path: z.string(), total: z.number(), available: z.number() });

export const machineInfoSchema = z.object({
  hostname: z.string(),
  os: z.string(),
  kernel: z.string(),
  architecture: z.string(),
  /** The seconds since the machine's start. */
  uptime: z.number(),
  bootId: z.string(),
  cpus: z.number(),
  load: z.array(z.number()),
  memoryTotal: z.number(),
  memoryAvailable: z.number(),
  datastore: diskSchema,
  /** The notices about the datastore's space (sharedSpace.ts); absent when the agent does not send them. */
  notices: z.array(noticeSchema).optional(),
  /** The machine's disks other than the datastore's; absent when the agent does not send them. */
  disks: z.array(diskSchema).optional(),
  agent: z.string(),
  /** False when no resident agent runs, and the connection has started this one for itself. Those of 0.1.0 do not say it. */
  resident: z.boolean().optional(),
  node: z.string(),
  /** The versions as the programs print them; absent when the program is missing. */
  docker: z.string().optional(),
  compose: z.string().optional(),
  cryptsetup: z.string().optional(),
  systemd: z.string().optional(),
  repositories: z.number(),
  /**
   * The milliseconds by which the machine's clock is ahead of ours. The engine measures them; absent where the agent does
   * not say its time.
   */
  clockAhead: z.number().optional(),
});
export type MachineInfo = z.infer<typeof machineInfoSchema>;

/** A machine as it is kept in a context. */
export const machineSchema = z.object({
  name: nameSchema,
  host: z.string().min(1),
  port: z.number().int().min(1).max(65535),
  user: z.string().min(1),
  datastore: z.string().startsWith('/'),
});
export type Machine = z.infer<typeof machineSchema>;

export const contextSchema = z.object({
  name: nameSchema,
  /** The absolute path of the SSH private key. The key itself is never copied. */
  sshKey: z.string(),
  machines: z.array(machineSchema),
});
export type Context = z.infer<typeof contextSchema>;
