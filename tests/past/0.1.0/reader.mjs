// shared/answers.ts
import * as z8 from "zod";

// shared/errors.ts
import * as z from "zod";
var EXIT = {
  succeeded: 0,
  failed: 1,
  badArguments: 2,
  authentication: 3,
  notPermitted: 4,
  notFound: 5,
  network: 6,
  busy: 7,
  lost: 8,
  precondition: 9,
  warnings: 10,
  healthError: 11,
  healthCritical: 12,
  cancelled: 130
};
var ERROR_EXIT = {
  internal: EXIT.failed,
  "protocol-violation": EXIT.failed,
  "command-failed": EXIT.failed,
  "bad-arguments": EXIT.badArguments,
  "bad-name": EXIT.badArguments,
  "bad-size": EXIT.badArguments,
  "machine-not-named": EXIT.badArguments,
  "passphrase-missing": EXIT.badArguments,
  "new-passphrase-missing": EXIT.badArguments,
  "terminal-needed": EXIT.badArguments,
  "bad-port": EXIT.badArguments,
  "port-needed": EXIT.badArguments,
  "passphrase-empty": EXIT.badArguments,
  "passphrase-not-text": EXIT.badArguments,
  "passphrases-file-line": EXIT.badArguments,
  "wrong-passphrase": EXIT.authentication,
  "key-refused": EXIT.authentication,
  "key-unreadable": EXIT.authentication,
  "key-not-private": EXIT.authentication,
  "host-key-unknown": EXIT.authentication,
  "host-key-changed": EXIT.authentication,
  "host-key-revoked": EXIT.authentication,
  "host-key-unexpected": EXIT.authentication,
  "sudo-password-needed": EXIT.authentication,
  "sudo-password-refused": EXIT.authentication,
  "not-permitted": EXIT.notPermitted,
  "passphrases-file-exposed": EXIT.notPermitted,
  "sudo-not-allowed": EXIT.notPermitted,
  "forwarding-not-allowed": EXIT.notPermitted,
  "root-needed": EXIT.notPermitted,
  "context-not-found": EXIT.notFound,
  "no-context": EXIT.notFound,
  "machine-not-found": EXIT.notFound,
  "repository-not-found": EXIT.notFound,
  "operation-not-found": EXIT.notFound,
  "service-not-found": EXIT.notFound,
  "ssh-host-not-found": EXIT.notFound,
  "file-not-found": EXIT.notFound,
  "not-in-repository": EXIT.notFound,
  "no-compose-file": EXIT.notFound,
  "machine-unreachable": EXIT.network,
  "connection-lost": EXIT.network,
  "repository-busy": EXIT.busy,
  "machine-busy": EXIT.busy,
  "configuration-busy": EXIT.busy,
  "operation-lost": EXIT.lost,
  "name-taken": EXIT.precondition,
  "context-exists": EXIT.precondition,
  "machine-exists": EXIT.precondition,
  "not-mounted": EXIT.precondition,
  "still-mounted": EXIT.precondition,
  "services-running": EXIT.precondition,
  "machine-not-set-up": EXIT.precondition,
  "machine-unsupported": EXIT.precondition,
  "datastore-differs": EXIT.precondition,
  "nothing-to-start": EXIT.precondition,
  "changed-since-preview": EXIT.precondition,
  "disk-too-small": EXIT.precondition,
  "repository-damaged": EXIT.precondition,
  "volume-open-elsewhere": EXIT.precondition,
  "agent-older": EXIT.precondition,
  "agent-newer": EXIT.precondition,
  "configuration-damaged": EXIT.precondition,
  "network-ids-exhausted": EXIT.precondition,
  "confirmation-needed": EXIT.precondition,
  "keychain-absent": EXIT.precondition,
  "daemon-not-running": EXIT.precondition,
  "autostart-not-enabled": EXIT.precondition,
  "autostart-order": EXIT.precondition,
  "autostart-slot-needed": EXIT.precondition,
  "slot-in-use": EXIT.precondition,
  "cannot-shrink": EXIT.precondition,
  "fork-needs-closed": EXIT.precondition,
  "service-silent": EXIT.precondition,
  "port-in-use": EXIT.precondition,
  "file-exists": EXIT.precondition,
  "not-a-header": EXIT.precondition,
  "header-of-another": EXIT.precondition,
  "disk-full": EXIT.failed,
  "mount-busy": EXIT.failed,
  "not-a-repository-volume": EXIT.failed,
  "daemon-not-started": EXIT.failed,
  "daemon-silent": EXIT.failed,
  "log-refused": EXIT.failed,
  "compose-invalid": EXIT.failed,
  "compose-network": EXIT.failed,
  "slots-file-invalid": EXIT.failed,
  "too-many-services": EXIT.failed,
  "colliding-names": EXIT.failed,
  "two-rediaccfiles": EXIT.failed,
  "rediaccfile-syntax": EXIT.failed,
  "file-too-large": EXIT.failed,
  "unsafe-path": EXIT.failed,
  "function-failed": EXIT.failed,
  "function-timed-out": EXIT.failed,
  "autostart-key-missing": EXIT.failed,
  "autostart-key-refused": EXIT.failed,
  "autostart-key-exposed": EXIT.failed,
  "autostart-slot-empty": EXIT.failed,
  "autostart-half-done": EXIT.failed,
  "autostart-unit": EXIT.failed,
  "step-failed": EXIT.failed,
  "header-incomplete": EXIT.failed,
  "nothing-listens": EXIT.failed,
  "secret-not-delivered": EXIT.failed,
  "setup-failed": EXIT.failed,
  "agent-checksum": EXIT.failed,
  cancelled: EXIT.cancelled,
  "operation-left": EXIT.cancelled,
  "start-left": EXIT.cancelled
};
var wireErrorSchema = z.object({
  code: z.string(),
  details: z.record(z.string(), z.union([z.string(), z.number()])),
  /** The English sentence, so that a reader who does not know the code still has something to show. */
  message: z.string()
});

// shared/findings.ts
import * as z2 from "zod";
var findingSchema = z2.object({
  severity: z2.enum(["error", "warning", "information"]),
  code: z2.string(),
  details: z2.record(z2.string(), z2.union([z2.string(), z2.number()]))
});

// shared/model.ts
import * as z6 from "zod";

// shared/metadata.ts
import * as z4 from "zod";

// shared/names.ts
import * as z3 from "zod";
var NAME_PATTERN = /^[a-z0-9][a-z0-9-]{0,62}$/;
var UUID_PATTERN = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
function isValidName(name) {
  return NAME_PATTERN.test(name) && !isGuid(name);
}
function isGuid(value) {
  return UUID_PATTERN.test(value);
}
var guidSchema = z3.string().regex(UUID_PATTERN);
var nameSchema = z3.string().refine(isValidName, "not a legal name");

// shared/metadata.ts
var autostartSettingsSchema = z4.object({
  /** GUID of the repository after whose start this one starts. */
  after: guidSchema.optional(),
  /** Seconds to wait before the start. */
  delay: z4.number().int().positive().optional(),
  /** Who agreed to a key on the machine's disk, and when (ISO 8601, UTC). */
  consent: z4.object({ by: z4.string(), at: z4.string() })
});
var repositoryMetadataSchema = z4.looseObject({
  name: nameSchema,
  guid: guidSchema,
  networkId: z4.number().int(),
  /** ISO 8601, UTC. */
  created: z4.string(),
  /** GUID of the repository this one was forked from. */
  parent: guidSchema.optional(),
  /** Of a fork: its volume was made by sharing the parent's blocks, and takes more as either changes. */
  sharesSpace: z4.boolean().optional(),
  /** Of a fork that was never mounted: whose containers, volume names and paths its data still have. */
  inherits: z4.object({ guid: guidSchema, name: nameSchema }).optional(),
  autostart: autostartSettingsSchema.optional()
});

// shared/verbs.ts
import * as z5 from "zod";
var verbSchema = z5.enum([
  "create",
  "mount",
  "unmount",
  "up",
  "down",
  "delete",
  "autostart-enable",
  "autostart-disable",
  "rename",
  "release-slot",
  "resize",
  "fork",
  "passphrase-change",
  "header-restore"
]);

// shared/model.ts
var functionNameSchema = z6.enum(["prep", "up", "down"]);
var operationHeadSchema = z6.object({
  id: guidSchema,
  verb: verbSchema,
  repository: z6.object({ guid: guidSchema, name: z6.string() }),
  origin: z6.enum(["person", "boot", "shutdown"]),
  /** Who started it: the account on the machine and, when known, the person's account and computer. */
  by: z6.string(),
  /** Milliseconds since the epoch, by the machine's clock. */
  startedAt: z6.number()
});
var stepKindSchema = z6.enum([
  "allocate",
  "format",
  "open",
  "filesystem",
  "mount",
  "handover",
  "commit",
  "daemon-start",
  "discover",
  "slots",
  "check",
  "function",
  "daemon-stop",
  "unmount",
  "close",
  "remove",
  "open-by-key",
  "check-passphrase",
  "add-key",
  "remove-key",
  "record",
  "enable-unit",
  "rename",
  "release-slot",
  "check-key",
  "grow",
  "share",
  "copy",
  "renew",
  "forget-parent",
  "change-passphrase",
  "check-header",
  "restore-header"
]);
var stepSchema = z6.object({
  /** Position in the plan, from 0. */
  index: z6.number().int().nonnegative(),
  kind: stepKindSchema,
  onFailure: z6.enum(["stop", "continue"]),
  /** Of a function step: the Rediaccfile, relative to the repository's root ("Rediaccfile", "api/Rediaccfile"). */
  file: z6.string().optional(),
  /** Of a function step: which function; it runs if the file defines it. */
  function: functionNameSchema.optional()
});
var noticeSchema = z6.object({
  code: z6.string(),
  details: z6.record(z6.string(), z6.union([z6.string(), z6.number()]))
});
var planSchema = z6.object({
  verb: verbSchema,
  repository: z6.object({ guid: guidSchema, name: z6.string() }),
  steps: z6.array(stepSchema),
  /** False while the volume is closed and its Rediaccfiles cannot be seen: the plan is completed after the mount. */
  complete: z6.boolean(),
  notices: z6.array(noticeSchema)
});
var outcomeSchema = z6.enum(["succeeded", "failed", "cancelled", "not-defined", "already"]);
var stepResultSchema = z6.object({
  step: stepSchema,
  outcome: outcomeSchema,
  exitCode: z6.number().int().optional(),
  error: wireErrorSchema.optional()
});
var verdictSchema = z6.object({
  kind: z6.enum(["succeeded", "warnings", "failed", "cancelled", "lost"]),
  /** Of `warnings`: what that means for the services. */
  reason: z6.enum(["degraded", "stopped-with-warnings"]).optional(),
  /** The error that decided; of `failed`, and of a `cancelled` step. */
  error: wireErrorSchema.optional(),
  /** Steps that failed, each with its exit code and the last lines it wrote (plain text, at most ten lines). */
  failures: z6.array(stepResultSchema.extend({ lastLines: z6.array(z6.string()) })),
  /** Steps of the plan that never began. */
  notRun: z6.array(stepSchema)
});
var eventBase = { n: z6.number().int().nonnegative(), at: z6.number() };
var output = z6.number().int().nonnegative();
var operationEventSchema = z6.discriminatedUnion("type", [
  z6.object({ ...eventBase, type: z6.literal("started"), output, operation: operationHeadSchema }),
  z6.object({ ...eventBase, type: z6.literal("plan"), output, plan: planSchema }),
  z6.object({ ...eventBase, type: z6.literal("step-started"), output, step: stepSchema }),
  z6.object({ ...eventBase, type: z6.literal("step-ended"), output, result: stepResultSchema }),
  z6.object({ ...eventBase, type: z6.literal("notice"), output, notice: noticeSchema }),
  /** How far the running step is: bytes of `total`, and bytes per second; at most one a second. */
  z6.object({
    ...eventBase,
    type: z6.literal("progress"),
    output,
    done: z6.number().int().nonnegative(),
    total: z6.number().int().nonnegative(),
    rate: z6.number().int().nonnegative()
  }),
  z6.object({ ...eventBase, type: z6.literal("verdict"), output, verdict: verdictSchema })
]);
var operationSummarySchema = operationHeadSchema.extend({
  state: z6.enum(["running", "succeeded", "warnings", "failed", "cancelled", "lost"]),
  endedAt: z6.number().optional(),
  verdict: verdictSchema.optional()
});
var repositoryStateSchema = z6.enum([
  "closed",
  "mounted",
  "daemon-up",
  "running",
  "degraded",
  "failed",
  "busy",
  "damaged",
  "unknown"
]);
var containerSchema = z6.object({
  id: z6.string(),
  name: z6.string(),
  image: z6.string(),
  /** The Engine API's state: created, running, paused, restarting, exited, removing, dead. */
  state: z6.string(),
  /** The Engine API's sentence, such as "Up 3 minutes (healthy)". */
  status: z6.string(),
  health: z6.enum(["none", "starting", "healthy", "unhealthy"]),
  /** Of one that has ended. */
  exitCode: z6.number().int().optional(),
  /** The compose service it belongs to, if any. */
  service: z6.string().optional()
});
var serviceSchema = z6.object({
  name: z6.string(),
  slot: z6.number().int(),
  address: z6.string(),
  /** The environment variable that carries the address; absent when the name gives no legal one. */
  variable: z6.string().optional(),
  /** False: the service is in .rediacc.json but in no compose file any more. */
  present: z6.boolean(),
  containers: z6.array(containerSchema),
  /** Ports (TCP and UDP) on which something listens at exactly its address; absent where nobody looked. */
  listening: z6.array(z6.number().int()).optional()
});
var autostartStateSchema = z6.object({
  enabled: z6.boolean(),
  /** How the last boot and the last shutdown went for it. */
  lastBoot: operationSummarySchema.optional(),
  lastShutdown: operationSummarySchema.optional()
});
var autostartEntrySchema = autostartStateSchema.extend({
  guid: guidSchema,
  name: z6.string(),
  /** GUID of the repository that this one was forked from. */
  parent: guidSchema.optional(),
  /** Name of the repository after which it starts; its GUID when that one is gone. */
  after: z6.string().optional(),
  /** Seconds. */
  delay: z6.number().int().optional(),
  consent: autostartSettingsSchema.shape.consent.optional(),
  /** Why it would not come back, or what a half-done verb left; empty when all is well. */
  problems: z6.array(wireErrorSchema)
});
var autostartListSchema = z6.object({
  /** What is wrong with the service that does the boot and the shutdown. */
  unit: z6.object({ problem: wireErrorSchema.optional() }),
  repositories: z6.array(autostartEntrySchema)
});
var repositorySchema = z6.object({
  guid: guidSchema,
  name: z6.string(),
  networkId: z6.number().int(),
  created: z6.string(),
  parent: guidSchema.optional(),
  /** Of a fork: it shares its parent's blocks, and takes more of the datastore as either changes. */
  sharesSpace: z6.boolean().optional(),
  state: repositoryStateSchema,
  mounted: z6.boolean(),
  daemon: z6.boolean(),
  /** Size of the volume file, bytes. */
  size: z6.number(),
  /** Bytes used and available inside the mounted file system. */
  used: z6.number().optional(),
  available: z6.number().optional(),
  path: z6.string(),
  services: z6.array(serviceSchema),
  running: z6.number().int(),
  /** The operation that holds it now. */
  operation: operationSummarySchema.optional(),
  lastOperation: operationSummarySchema.optional(),
  autostart: autostartStateSchema,
  /** Of a damaged one: what cannot be read. */
  damage: z6.string().optional(),
  notices: z6.array(noticeSchema),
  /** What keeps its services from being read, such as a compose file that does not parse. */
  problem: wireErrorSchema.optional()
});
var diskSchema = z6.object({ path: z6.string(), total: z6.number(), available: z6.number() });
var machineInfoSchema = z6.object({
  hostname: z6.string(),
  os: z6.string(),
  kernel: z6.string(),
  architecture: z6.string(),
  /** Seconds. */
  uptime: z6.number(),
  bootId: z6.string(),
  cpus: z6.number(),
  load: z6.array(z6.number()),
  memoryTotal: z6.number(),
  memoryAvailable: z6.number(),
  datastore: diskSchema,
  /** What is to be said of the datastore's space (sharedSpace.ts); absent of an agent that does not tell. */
  notices: z6.array(noticeSchema).optional(),
  /** Other disks of the machine than the datastore's; absent of an agent that does not tell. */
  disks: z6.array(diskSchema).optional(),
  agent: z6.string(),
  node: z6.string(),
  /** Version words as the programs print them; absent when the program is missing. */
  docker: z6.string().optional(),
  compose: z6.string().optional(),
  cryptsetup: z6.string().optional(),
  systemd: z6.string().optional(),
  repositories: z6.number()
});
var machineSchema = z6.object({
  name: nameSchema,
  host: z6.string().min(1),
  port: z6.number().int().min(1).max(65535),
  user: z6.string().min(1),
  datastore: z6.string().startsWith("/")
});
var contextSchema = z6.object({
  name: nameSchema,
  /** Absolute path of the SSH private key; the key itself is never copied. */
  sshKey: z6.string(),
  machines: z6.array(machineSchema)
});

// shared/observation.ts
import * as z7 from "zod";
var space = { total: z7.number(), available: z7.number() };
var metricsSchema = z7.object({
  /** Milliseconds since the epoch, by the machine's clock. */
  at: z7.number(),
  /** Busy share of all processors since the look before, 0 to 1. */
  cpu: z7.number(),
  cpus: z7.number().int(),
  load: z7.array(z7.number()),
  memory: z7.object(space),
  /** Absent of a machine without swap. */
  swap: z7.object(space).optional(),
  datastore: z7.object({ path: z7.string(), ...space }),
  /** Bytes per second over all interfaces but loopback. */
  network: z7.object({ in: z7.number(), out: z7.number() }),
  /** Seconds. */
  uptime: z7.number()
});
var machineContainerSchema = containerSchema.extend({
  repository: z7.object({ guid: guidSchema, name: z7.string() }),
  /** The service's address; absent of a container that is no service's. */
  address: z7.string().optional(),
  /** How often Docker has started it again. */
  restarts: z7.number().int(),
  /** Milliseconds since the epoch; absent when it was never started. */
  startedAt: z7.number().optional(),
  /** Processors it kept busy since the look before; absent at the first look and while it does not run. */
  cpu: z7.number().optional(),
  /** Bytes, its page cache included; absent while it does not run. */
  memory: z7.number().optional()
});
var watchStateSchema = z7.object({
  /** Milliseconds since the epoch, by the machine's clock. */
  at: z7.number(),
  metrics: metricsSchema.optional(),
  repositories: z7.array(repositorySchema).optional(),
  /** Over all daemons that are up. */
  containers: z7.array(machineContainerSchema).optional(),
  /** Running ones and the newest that ended, newest first. */
  operations: z7.array(operationSummarySchema).optional()
});

// shared/answers.ts
var empty = z8.object({});
var stream = z8.object({ stream: z8.number().int() });
var answers = {
  "machine.info": machineInfoSchema,
  "machine.containers": z8.array(machineContainerSchema),
  "machine.watch": stream,
  "repository.list": z8.array(repositorySchema),
  "repository.status": repositorySchema,
  "repository.slots": z8.object({ networkId: z8.number(), services: z8.array(serviceSchema) }),
  "repository.validate": z8.array(findingSchema),
  "autostart.list": autostartListSchema,
  "autostart.verify": autostartEntrySchema,
  "header.save": z8.object({
    header: guidSchema,
    uuid: z8.string(),
    size: z8.number().int(),
    sha256: z8.string()
  }),
  "header.read": z8.object({ base64: z8.string() }),
  "header.write": empty,
  "header.forget": empty,
  "operation.plan": z8.object({ plan: planSchema, digest: z8.string() }),
  "operation.start": z8.object({ operation: guidSchema }),
  "operation.list": z8.array(operationSummarySchema),
  "operation.show": operationSummarySchema,
  "operation.cancel": z8.object({ ended: z8.boolean() }),
  "operation.follow": stream,
  "containers.logs": stream
};
var helloSchema = z8.object({
  type: z8.literal("hello"),
  version: z8.string(),
  protocol: z8.number().int(),
  bootId: z8.string()
});
var fromAgentSchema = z8.discriminatedUnion("type", [
  helloSchema,
  z8.object({ type: z8.literal("answer"), id: z8.number().int(), result: z8.unknown() }),
  z8.object({ type: z8.literal("refusal"), id: z8.number().int(), error: wireErrorSchema }),
  z8.object({ type: z8.literal("stream-event"), stream: z8.number().int(), event: operationEventSchema }),
  /** Of `machine.watch`; each costs STATE_COST of the stream's credit. */
  z8.object({ type: z8.literal("stream-state"), stream: z8.number().int(), state: watchStateSchema }),
  z8.object({
    type: z8.literal("stream-end"),
    stream: z8.number().int(),
    /** `verdict`: all was delivered. `lost`: the operation is gone without one. `error`: the stream broke. */
    reason: z8.enum(["verdict", "lost", "closed", "error"]),
    error: wireErrorSchema.optional()
  }),
  z8.object({ type: z8.literal("pong") })
]);
export {
  answers,
  fromAgentSchema
};
