import * as z from 'zod';
import { wireErrorSchema } from './errors.ts';
import { autostartSettingsSchema } from './metadata.ts';
import { guidSchema, nameSchema } from './names.ts';
import { noticeSchema } from './notices.ts';
import { verbSchema } from './verbs.ts';

const functionNameSchema = z.enum(['prep', 'up', 'down']);
export type FunctionName = z.infer<typeof functionNameSchema>;

/** One operation's identity: what was asked, by whom, for which repository. */
export const operationHeadSchema = z.object({
  id: guidSchema,
  verb: verbSchema,
  repository: z.object({ guid: guidSchema, name: z.string() }),
  origin: z.enum(['person', 'boot', 'shutdown']),
  /** Who started it: the account on the machine and, when known, the person's account and computer. */
  by: z.string(),
  /** Milliseconds since the epoch, by the machine's clock. */
  startedAt: z.number(),
});
export type OperationHead = z.infer<typeof operationHeadSchema>;

/** The kinds of steps that say by their kind alone what is done. */
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

/** What to do when a step fails: stop everything, or note it and go on. */
const failureRuleSchema = z.enum(['stop', 'continue']);
export type FailureRule = z.infer<typeof failureRuleSchema>;

/** Position in the plan, from 0. */
const index = z.number().int().nonnegative();

/** One step of a plan. The order of its keys is part of a plan's digest. */
const stepSchema = z.discriminatedUnion('kind', [
  z.object({ index, kind: plainStepKindSchema, onFailure: failureRuleSchema }),
  /** Calls a function of a Rediaccfile, if the file defines it. */
  z.object({
    index,
    kind: z.literal('function'),
    onFailure: failureRuleSchema,
    /** The Rediaccfile, relative to the repository's root ("Rediaccfile", "api/Rediaccfile"). */
    file: z.string(),
    function: functionNameSchema,
  }),
]);
export type Step = z.infer<typeof stepSchema>;
export type FunctionStep = Extract<Step, { kind: 'function' }>;

/** What a verb will do, in order; the preview and the run are this same data. */
export const planSchema = z.object({
  verb: verbSchema,
  repository: z.object({ guid: guidSchema, name: z.string() }),
  steps: z.array(stepSchema),
  /** False while the volume is closed and its Rediaccfiles cannot be seen: the plan is completed after the mount. */
  complete: z.boolean(),
  notices: z.array(noticeSchema),
});
export type Plan = z.infer<typeof planSchema>;

/** How a step ended. `undefined`: the file does not define the function, or there was nothing to do. */
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
  /** Of `warnings`: what that means for the services. */
  reason: z.enum(['degraded', 'stopped-with-warnings']).optional(),
  /** The error that decided; of `failed`, and of a `cancelled` step. */
  error: wireErrorSchema.optional(),
  /** Steps that failed, each with its exit code and the last lines it wrote (plain text, at most ten lines). */
  failures: z.array(stepResultSchema.extend({ lastLines: z.array(z.string()) })),
  /** Steps of the plan that never began. */
  notRun: z.array(stepSchema),
});
export type Verdict = z.infer<typeof verdictSchema>;

const eventBase = { n: z.number().int().nonnegative(), at: z.number() };
/** Position in the operation's output, in bytes, at which the event happened. */
const output = z.number().int().nonnegative();

/** One line of an operation's event log: append-only, numbered from 0 without a gap. */
export const operationEventSchema = z.discriminatedUnion('type', [
  z.object({ ...eventBase, type: z.literal('started'), output, operation: operationHeadSchema }),
  z.object({ ...eventBase, type: z.literal('plan'), output, plan: planSchema }),
  z.object({ ...eventBase, type: z.literal('step-started'), output, step: stepSchema }),
  z.object({ ...eventBase, type: z.literal('step-ended'), output, result: stepResultSchema }),
  z.object({ ...eventBase, type: z.literal('notice'), output, notice: noticeSchema }),
  /** How far the running step is: bytes of `total`, and bytes per second; at most one a second. */
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
export type OperationEvent = z.infer<typeof operationEventSchema>;

/** An operation as lists show it. `running` has no verdict yet. */
export const operationSummarySchema = operationHeadSchema.extend({
  state: z.enum(['running', 'succeeded', 'warnings', 'failed', 'cancelled', 'lost']),
  endedAt: z.number().optional(),
  verdict: verdictSchema.optional(),
});
export type OperationSummary = z.infer<typeof operationSummarySchema>;

/**
 * States of a repository as people see them (docs/decisions/verdicts.md); `unknown` is the engine's word for offline.
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
  /** The Engine API's state: created, running, paused, restarting, exited, removing, dead. */
  state: z.string(),
  /** The Engine API's sentence, such as "Up 3 minutes (healthy)". */
  status: z.string(),
  health: z.enum(['none', 'starting', 'healthy', 'unhealthy']),
  /** Of one that has ended. */
  exitCode: z.number().int().optional(),
  /** The compose service it belongs to, if any. */
  service: z.string().optional(),
});
export type Container = z.infer<typeof containerSchema>;

export const serviceSchema = z.object({
  name: z.string(),
  slot: z.number().int(),
  address: z.string(),
  /** The environment variable that carries the address; absent when the name gives no legal one. */
  variable: z.string().optional(),
  /** False: the service is in .rediacc.json but in no compose file any more. */
  present: z.boolean(),
  containers: z.array(containerSchema),
  /** Ports (TCP and UDP) on which something listens at exactly its address; absent where nobody looked. */
  listening: z.array(z.number().int()).optional(),
});
export type Service = z.infer<typeof serviceSchema>;

/** What a list of repositories shows of autostart; `autostart.list` looks closer. */
const autostartStateSchema = z.object({
  enabled: z.boolean(),
  /** How the last boot and the last shutdown went for it. */
  lastBoot: operationSummarySchema.optional(),
  lastShutdown: operationSummarySchema.optional(),
});
export type AutostartState = z.infer<typeof autostartStateSchema>;

/** Autostart of one repository, with everything that is not as it should be (drift). */
export const autostartEntrySchema = autostartStateSchema.extend({
  guid: guidSchema,
  name: z.string(),
  /** GUID of the repository that this one was forked from. */
  parent: guidSchema.optional(),
  /** Name of the repository after which it starts; its GUID when that one is gone. */
  after: z.string().optional(),
  /** Seconds. */
  delay: z.number().int().optional(),
  consent: autostartSettingsSchema.shape.consent.optional(),
  /** Why it would not come back, or what a half-done verb left; empty when all is well. */
  problems: z.array(wireErrorSchema),
});
export type AutostartEntry = z.infer<typeof autostartEntrySchema>;

/** Autostart of a machine. */
export const autostartListSchema = z.object({
  /** What is wrong with the service that does the boot and the shutdown. */
  unit: z.object({ problem: wireErrorSchema.optional() }),
  repositories: z.array(autostartEntrySchema),
});
export type AutostartList = z.infer<typeof autostartListSchema>;

export const repositorySchema = z.object({
  guid: guidSchema,
  name: z.string(),
  networkId: z.number().int(),
  created: z.string(),
  parent: guidSchema.optional(),
  /** Of a fork: it shares its parent's blocks, and takes more of the datastore as either changes. */
  sharesSpace: z.boolean().optional(),
  state: repositoryStateSchema,
  mounted: z.boolean(),
  daemon: z.boolean(),
  /** Size of the volume file, bytes. */
  size: z.number(),
  /** Bytes used and available inside the mounted file system. */
  used: z.number().optional(),
  available: z.number().optional(),
  path: z.string(),
  services: z.array(serviceSchema),
  running: z.number().int(),
  /** The operation that holds it now. */
  operation: operationSummarySchema.optional(),
  lastOperation: operationSummarySchema.optional(),
  autostart: autostartStateSchema,
  /** Of a damaged one: what cannot be read. */
  damage: z.string().optional(),
  notices: z.array(noticeSchema),
  /** What keeps its services from being read, such as a compose file that does not parse. */
  problem: wireErrorSchema.optional(),
});
export type Repository = z.infer<typeof repositorySchema>;

const diskSchema = z.object({ path: z.string(), total: z.number(), available: z.number() });

export const machineInfoSchema = z.object({
  hostname: z.string(),
  os: z.string(),
  kernel: z.string(),
  architecture: z.string(),
  /** Seconds. */
  uptime: z.number(),
  bootId: z.string(),
  cpus: z.number(),
  load: z.array(z.number()),
  memoryTotal: z.number(),
  memoryAvailable: z.number(),
  datastore: diskSchema,
  /** What is to be said of the datastore's space (sharedSpace.ts); absent of an agent that does not tell. */
  notices: z.array(noticeSchema).optional(),
  /** Other disks of the machine than the datastore's; absent of an agent that does not tell. */
  disks: z.array(diskSchema).optional(),
  agent: z.string(),
  node: z.string(),
  /** Version words as the programs print them; absent when the program is missing. */
  docker: z.string().optional(),
  compose: z.string().optional(),
  cryptsetup: z.string().optional(),
  systemd: z.string().optional(),
  repositories: z.number(),
});
export type MachineInfo = z.infer<typeof machineInfoSchema>;

/** A machine as a context keeps it. */
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
  /** Absolute path of the SSH private key; the key itself is never copied. */
  sshKey: z.string(),
  machines: z.array(machineSchema),
});
export type Context = z.infer<typeof contextSchema>;
