import * as z from 'zod';
import { languageCodes } from '../text/languages.ts';
import { wireErrorSchema } from '../errors.ts';
import {
  machineInfoSchema,
  machineSchema,
  operationHeadSchema,
  operationSummarySchema,
  planSchema,
  repositorySchema,
  unreadableOperationSchema,
  verdictSchema,
} from '../model.ts';
import { awaySchema } from '../journal/away.ts';
import { guidSchema } from '../names.ts';
import { machineContainerSchema, metricsSchema } from '../protocol/observation.ts';

/** The key by which the window names a machine. */
export const machineKeySchema = z.object({ context: z.string(), name: z.string() });
export type MachineKey = z.infer<typeof machineKeySchema>;

/** Returns a machine's key as one text. Names hold no `/`. */
export function keyOf({ context, name }: MachineKey): string {
  return `${context}/${name}`;
}

/** A host of ~/.ssh/config, and the result of its import. */
export const importedHostSchema = z.object({
  alias: z.string(),
  /** The name of the machine. */
  name: z.string(),
  /**
   * The reason why the host became no machine; absent when it did. Its sentence is under `cli.importReasons` in text/.
   */
  reason: z.enum(['already', 'bad-name', 'other-key', 'through-other']).optional(),
});

/** The address of a machine that a person typed to try it. It need not be in a context. */
export const targetSchema = z.object({
  host: z.string().min(1),
  port: z.number().int().min(1).max(65535),
  user: z.string().min(1),
  /** The path of the SSH private key. */
  sshKey: z.string().min(1),
});
export type Target = z.infer<typeof targetSchema>;

const settingValues = {
  theme: z.enum(['system', 'light', 'dark']),
  language: z.enum(['system', ...languageCodes]),
  /** The screen-reader mode of xterm. */
  screenReader: z.boolean(),
  /** Whether the system notifies when an operation ends while the window is not in front. */
  notifications: z.boolean(),
};

/** The person's settings for the window. Every value has a default, so that an older file can be read. */
export const settingsSchema = z.object({
  theme: settingValues.theme.default('system'),
  language: settingValues.language.default('system'),
  screenReader: settingValues.screenReader.default(false),
  notifications: settingValues.notifications.default(true),
});
export type Settings = z.infer<typeof settingsSchema>;

/** A change of settings. It has no defaults, as they would change all other settings. */
export const settingsChangeSchema = z.object(settingValues).partial();

/**
 * The connection to a machine, as the window shows it. Times are milliseconds since the epoch, by this computer's
 * clock.
 */
const connectionSchema = z.object({
  state: z.enum(['connected', 'connecting', 'offline']),
  /** The time since which the connection is in this state. */
  since: z.number(),
  /** The time of the next try; absent while a person is needed (key refused, host key, sudo). */
  retryAt: z.number().optional(),
  /** The milliseconds of a round trip. */
  latency: z.number().optional(),
  error: wireErrorSchema.optional(),
});
export type Connection = z.infer<typeof connectionSchema>;

/** One line of the set-up's check-list. The label of `id` is under `checks` in text/. */
export const checkSchema = z.object({
  id: z.string(),
  state: z.enum(['present', 'missing', 'unsupported']),
  found: z.string().optional(),
  needed: z.string().optional(),
  /** True for what a machine works without. */
  optional: z.literal(true).optional(),
});
export type MachineCheck = z.infer<typeof checkSchema>;

/** A set-up that runs or has run since the program started. Its output is the log `{kind: 'setup'}`. */
const setupSchema = z.object({
  state: z.enum(['running', 'succeeded', 'failed']),
  steps: z.array(
    z.object({
      /** The step. Its label is under `setupSteps` in text/. */
      step: z.enum(['check', 'packages', 'agent', 'prepare', 'autostart', 'verify']),
      state: z.enum(['running', 'succeeded', 'already', 'failed']),
      packages: z.array(z.string()).optional(),
    }),
  ),
  /** The check-list after the set-up, once it has succeeded. */
  checks: z.array(checkSchema).optional(),
  error: wireErrorSchema.optional(),
});
export type SetupState = z.infer<typeof setupSchema>;

/** What the window knows of a machine's journal without asking for its entries (`journal.read`). */
const journalStateSchema = z.object({
  /** The number of the newest line; 0 for none. It grows as lines are written. */
  newest: z.number().int().nonnegative(),
  /** What happened while nobody looked at a window, or the machine was not connected. */
  away: awaySchema,
  /** Why the journal cannot be followed: `agent-older` where the machine keeps none yet. */
  error: wireErrorSchema.optional(),
});
export type JournalState = z.infer<typeof journalStateSchema>;

/**
 * The state of one machine, as far as the window knows it. What the machine itself told (`info` to `operations`) stays
 * when it goes offline, and is then as old as `lastSeen`; it is absent until the machine first answered.
 */
export const machineStateSchema = z.object({
  machine: machineSchema.extend({ context: z.string() }),
  connection: connectionSchema,
  lastSeen: z.number().optional(),
  info: machineInfoSchema.optional(),
  /** The last measurements, at most METRICS_KEPT, the newest last. `at` is by this computer's clock. */
  metrics: z.array(metricsSchema),
  repositories: z.array(repositorySchema).optional(),
  /** The containers of all daemons that are up. */
  containers: z.array(machineContainerSchema).optional(),
  /** The running operations and the last ones that ended, the newest first. */
  operations: z.array(operationSummarySchema).optional(),
  /** The operations whose logs the machine cannot read. */
  unreadable: z.array(unreadableOperationSchema).optional(),
  setup: setupSchema.optional(),
  /** Absent until the journal was read, or could not be. */
  journal: journalStateSchema.optional(),
});
export type MachineState = z.infer<typeof machineStateSchema>;

/** The number of measurements of a machine that its sparklines are drawn from. */
export const METRICS_KEPT = 120;

/** A question of the program to a person. Any window may answer it by `prompt.answer`, and the first answer counts. */
export const promptSchema = z.discriminatedUnion('kind', [
  z.object({
    prompt: z.string(),
    kind: z.literal('sudo-password'),
    machine: machineKeySchema,
    user: z.string(),
    /** True when the password before was wrong. */
    again: z.boolean(),
  }),
  z.object({
    prompt: z.string(),
    kind: z.literal('host-key'),
    host: z.string(),
    keyType: z.string(),
    fingerprint: z.string(),
  }),
]);
export type Prompt = z.infer<typeof promptSchema>;

/** A bulk verb: one verb for all repositories of some machines. */
export const bulkApiRequestSchema = z.object({
  verb: z.enum(['up', 'down', 'autostart-enable', 'autostart-disable']),
  machines: z.array(machineKeySchema).min(1),
  includeForks: z.boolean().optional(),
  /** For autostart-enable: leave forks out. */
  excludeForks: z.boolean().optional(),
  /** For up: open and mount, but start nothing. */
  mountOnly: z.boolean().optional(),
  /** For down: afterwards stop the daemons, unmount and close. */
  unmount: z.boolean().optional(),
  /** The number of operations at once on each machine; absent: one after the other. */
  concurrency: z.number().int().min(1).max(32).optional(),
});
export type BulkApiRequest = z.infer<typeof bulkApiRequestSchema>;

const bulkItem = { machine: machineKeySchema, guid: guidSchema, repository: z.string() };

/**
 * Why a passphrase that is kept for a repository is not used: it was kept by version 0.1.0, which did not note for which
 * machine; for another machine that has this repository; for another address or account of this machine; or the machine
 * has another host key now.
 */
export const withheldSchema = z.enum(['older', 'machine', 'address', 'host-key']);
export type Withheld = z.infer<typeof withheldSchema>;

/** The preview of a bulk verb for one repository. */
export const bulkPlanItemSchema = z.object({
  ...bulkItem,
  plan: planSchema.optional(),
  digest: z.string().optional(),
  /** The reason why the repository is left out: it is a fork that was not asked for, or there is nothing to do. */
  skipped: z.enum(['fork', 'nothing-to-do']).optional(),
  /** True when a passphrase is needed and none is remembered. */
  needsPassphrase: z.boolean(),
  /** The reason why a passphrase that is remembered is not used, so that one is needed. */
  withheld: withheldSchema.optional(),
  error: wireErrorSchema.optional(),
});
export type BulkPlanItem = z.infer<typeof bulkPlanItemSchema>;

/**
 * An item of a preview, given back at the start. An item without a digest was refused in the preview, and is tried
 * again.
 */
export const bulkShownSchema = bulkPlanItemSchema.pick({
  machine: true,
  guid: true,
  repository: true,
  digest: true,
});
export type BulkShown = z.infer<typeof bulkShownSchema>;

/** Identifies an item. A GUID alone does not, as a volume may have been copied to another machine. */
export type BulkItemKey = Pick<BulkShown, 'machine' | 'guid'>;

/** Returns the key of an item as one text. */
export function keyOfBulkItem({ machine, guid }: BulkItemKey): string {
  return `${keyOf(machine)}/${guid}`;
}

/** A bulk verb that runs or has run since the program started. */
export const bulkSchema = z.object({
  bulk: z.string(),
  request: bulkApiRequestSchema,
  startedAt: z.number(),
  endedAt: z.number().optional(),
  cancelled: z.boolean(),
  items: z.array(
    z.object({
      ...bulkItem,
      state: z.enum(['waiting', 'running', 'ended', 'not-begun']),
      operation: z.string().optional(),
      verdict: verdictSchema.optional(),
      milliseconds: z.number().optional(),
    }),
  ),
  /** The machines that could not be asked for their repositories. */
  failures: z.array(z.object({ machine: machineKeySchema, error: wireErrorSchema })),
});
export type Bulk = z.infer<typeof bulkSchema>;

/** An operation in the list over all machines, as its machine reports it or as this computer's history has it. */
export const operationEntrySchema = operationHeadSchema
  .pick({ id: true, verb: true, startedAt: true })
  .extend({
    clock: operationSummarySchema.shape.clock,
    machine: machineKeySchema,
    /** The repository's name. `guid` is there where the machine told it. */
    repository: z.string(),
    guid: guidSchema.optional(),
    origin: operationHeadSchema.shape.origin.optional(),
    by: z.string().optional(),
    /** `unknown`: the operation was started here, and its machine has not been reached since. */
    state: z.enum(['running', 'succeeded', 'warnings', 'failed', 'cancelled', 'lost', 'unknown']),
    endedAt: z.number().optional(),
    verdict: verdictSchema.partial({ failures: true, notRun: true }).optional(),
  });
export type OperationEntry = z.infer<typeof operationEntrySchema>;

/** The keychain in which the program can keep passphrases that a person asked it to remember. */
export const keychainSchema = z.object({
  /**
   * `basic`: the system has no keychain, and every program of this account could read what is kept; so nothing is kept.
   */
  state: z.enum(['available', 'basic', 'absent']),
  /** The system's name for it: keychain, gnome_libsecret, kwallet6, dpapi, basic_text. */
  backend: z.string().optional(),
});
export type Keychain = z.infer<typeof keychainSchema>;
