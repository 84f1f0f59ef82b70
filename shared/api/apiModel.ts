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
  verdictSchema,
} from '../model.ts';
import { guidSchema } from '../names.ts';
import { machineContainerSchema, metricsSchema } from '../protocol/observation.ts';

/** How the window names a machine. */
export const machineKeySchema = z.object({ context: z.string(), name: z.string() });
export type MachineKey = z.infer<typeof machineKeySchema>;

/** Returns a machine's key as a word; names hold no `/`. */
export function keyOf({ context, name }: MachineKey): string {
  return `${context}/${name}`;
}

/** A host of ~/.ssh/config and what became of it. */
export const importedHostSchema = z.object({
  alias: z.string(),
  /** The machine's name. */
  name: z.string(),
  /** Why it became no machine; absent when it did. Its sentence stands under `cli.importReasons` in text/. */
  reason: z.enum(['already', 'bad-name', 'other-key', 'through-other']).optional(),
});

/** A machine that may not be in a context yet: what a person typed to try it. */
export const targetSchema = z.object({
  host: z.string().min(1),
  port: z.number().int().min(1).max(65535),
  user: z.string().min(1),
  /** Path of the SSH private key. */
  sshKey: z.string().min(1),
});
export type Target = z.infer<typeof targetSchema>;

const settingValues = {
  theme: z.enum(['system', 'light', 'dark']),
  language: z.enum(['system', ...languageCodes]),
  /** xterm's screen-reader mode. */
  screenReader: z.boolean(),
  /** A system notification when an operation ends while the window is not in front. */
  notifications: z.boolean(),
};

/** What a person set for the window; every value has its default, so that an older file is read. */
export const settingsSchema = z.object({
  theme: settingValues.theme.default('system'),
  language: settingValues.language.default('system'),
  screenReader: settingValues.screenReader.default(false),
  notifications: settingValues.notifications.default(true),
});
export type Settings = z.infer<typeof settingsSchema>;

/** What changes: without defaults, which would change all the rest. */
export const settingsChangeSchema = z.object(settingValues).partial();

/**
 * The connection to a machine, as the window shows it. Times: milliseconds since the epoch, by this computer's clock.
 */
const connectionSchema = z.object({
  state: z.enum(['connected', 'connecting', 'offline']),
  /** Since when it is so. */
  since: z.number(),
  /** When the next try is made; absent while a person is needed (key refused, host key, sudo). */
  retryAt: z.number().optional(),
  /** Milliseconds of a round trip. */
  latency: z.number().optional(),
  error: wireErrorSchema.optional(),
});
export type Connection = z.infer<typeof connectionSchema>;

/** One line of the set-up's check-list; `id` has its label under `checks` in text/. */
export const checkSchema = z.object({
  id: z.string(),
  state: z.enum(['present', 'missing', 'unsupported']),
  found: z.string().optional(),
  needed: z.string().optional(),
});
export type MachineCheck = z.infer<typeof checkSchema>;

/** A set-up that runs or has run since the program started; its output is the log `{kind: 'setup'}`. */
const setupSchema = z.object({
  state: z.enum(['running', 'succeeded', 'failed']),
  steps: z.array(
    z.object({
      /** Has its label under `setupSteps` in text/. */
      step: z.enum(['check', 'packages', 'agent', 'prepare', 'autostart', 'verify']),
      state: z.enum(['running', 'succeeded', 'already', 'failed']),
      packages: z.array(z.string()).optional(),
    }),
  ),
  /** What it left, once it has succeeded. */
  checks: z.array(checkSchema).optional(),
  error: wireErrorSchema.optional(),
});
export type SetupState = z.infer<typeof setupSchema>;

/**
 * Everything the window knows of one machine. What the machine told (`info` to `operations`) stays when it goes
 * offline, and is then as old as `lastSeen`; it is absent until the machine was first heard.
 */
export const machineStateSchema = z.object({
  machine: machineSchema.extend({ context: z.string() }),
  connection: connectionSchema,
  lastSeen: z.number().optional(),
  info: machineInfoSchema.optional(),
  /** The newest last, at most METRICS_KEPT; `at` is by this computer's clock. */
  metrics: z.array(metricsSchema),
  repositories: z.array(repositorySchema).optional(),
  /** Over all daemons that are up. */
  containers: z.array(machineContainerSchema).optional(),
  /** Running ones and the newest that ended, newest first. */
  operations: z.array(operationSummarySchema).optional(),
  setup: setupSchema.optional(),
});
export type MachineState = z.infer<typeof machineStateSchema>;

/** How many looks at a machine its sparklines are drawn from. */
export const METRICS_KEPT = 120;

/** What the program asks of a person; answered by `prompt.answer`, by whichever window comes first. */
export const promptSchema = z.discriminatedUnion('kind', [
  z.object({
    prompt: z.string(),
    kind: z.literal('sudo-password'),
    machine: machineKeySchema,
    user: z.string(),
    /** The one before was wrong. */
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

/** A choice for all repositories of some machines. */
export const bulkApiRequestSchema = z.object({
  verb: z.enum(['up', 'down', 'autostart-enable', 'autostart-disable']),
  machines: z.array(machineKeySchema).min(1),
  includeForks: z.boolean().optional(),
  /** up: open and mount, start nothing. */
  mountOnly: z.boolean().optional(),
  /** down: then stop the daemons, unmount and close. */
  unmount: z.boolean().optional(),
  /** How many at once; absent: one after the other. */
  concurrency: z.number().int().min(1).max(32).optional(),
});
export type BulkApiRequest = z.infer<typeof bulkApiRequestSchema>;

const bulkItem = { machine: machineKeySchema, guid: guidSchema, repository: z.string() };

/** What a bulk verb would do with one repository. */
export const bulkPlanItemSchema = z.object({
  ...bulkItem,
  plan: planSchema.optional(),
  digest: z.string().optional(),
  /** Left out: a fork that was not asked for, or nothing to do. */
  skipped: z.enum(['fork', 'nothing-to-do']).optional(),
  /** A passphrase is needed, and none is remembered. */
  needsPassphrase: z.boolean(),
  error: wireErrorSchema.optional(),
});
export type BulkPlanItem = z.infer<typeof bulkPlanItemSchema>;

/** An item of a preview as it is given back: without a digest it was refused then, and is tried anew. */
export const bulkShownSchema = bulkPlanItemSchema.pick({
  machine: true,
  guid: true,
  repository: true,
  digest: true,
});
export type BulkShown = z.infer<typeof bulkShownSchema>;

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
  /** Machines that could not be asked for their repositories. */
  failures: z.array(z.object({ machine: machineKeySchema, error: wireErrorSchema })),
});
export type Bulk = z.infer<typeof bulkSchema>;

/** An operation in the list over all machines: what the machine says, or what this computer noted of it. */
export const operationEntrySchema = operationHeadSchema
  .pick({ id: true, verb: true, startedAt: true })
  .extend({
    machine: machineKeySchema,
    /** Name; `guid` where the machine told it. */
    repository: z.string(),
    guid: guidSchema.optional(),
    origin: operationHeadSchema.shape.origin.optional(),
    by: z.string().optional(),
    /** `unknown`: begun here, and its machine has not been reached since. */
    state: z.enum(['running', 'succeeded', 'warnings', 'failed', 'cancelled', 'lost', 'unknown']),
    endedAt: z.number().optional(),
    verdict: verdictSchema.partial({ failures: true, notRun: true }).optional(),
  });
export type OperationEntry = z.infer<typeof operationEntrySchema>;

/** Where this program can keep a passphrase that a person asked it to remember. */
export const keychainSchema = z.object({
  /**
   * `basic`: the system has no keychain; what is kept could be read by any program of this account, so it is refused.
   */
  state: z.enum(['available', 'basic', 'absent']),
  /** What the system calls it: keychain, gnome_libsecret, kwallet6, dpapi, basic_text. */
  backend: z.string().optional(),
});
export type Keychain = z.infer<typeof keychainSchema>;
