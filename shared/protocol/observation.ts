import * as z from 'zod';
import { containerSchema, operationSummarySchema, repositorySchema } from '../model.ts';
import { guidSchema } from '../names.ts';

const space = { total: z.number(), available: z.number() };

/** What a machine is doing, from one look at it; bytes. */
export const metricsSchema = z.object({
  /** Milliseconds since the epoch, by the machine's clock. */
  at: z.number(),
  /** Busy share of all processors since the look before, 0 to 1. */
  cpu: z.number(),
  cpus: z.number().int(),
  load: z.array(z.number()),
  memory: z.object(space),
  /** Absent of a machine without swap. */
  swap: z.object(space).optional(),
  datastore: z.object({ path: z.string(), ...space }),
  /** Bytes per second over all interfaces but loopback. */
  network: z.object({ in: z.number(), out: z.number() }),
  /** Seconds. */
  uptime: z.number(),
});
export type Metrics = z.infer<typeof metricsSchema>;

/** A container, the repository whose daemon runs it, and what it uses. */
export const machineContainerSchema = containerSchema.extend({
  repository: z.object({ guid: guidSchema, name: z.string() }),
  /** The service's address; absent of a container that is no service's. */
  address: z.string().optional(),
  /** How often Docker has started it again. */
  restarts: z.number().int(),
  /** Milliseconds since the epoch; absent when it was never started. */
  startedAt: z.number().optional(),
  /** Processors it kept busy since the look before; absent at the first look and while it does not run. */
  cpu: z.number().optional(),
  /** Bytes, its page cache included; absent while it does not run. */
  memory: z.number().optional(),
});
export type MachineContainer = z.infer<typeof machineContainerSchema>;

/**
 * What a watched machine pushes: every part once at first, then the parts that changed, each whole. A reader puts each
 * over what it had.
 */
export const watchStateSchema = z.object({
  /** Milliseconds since the epoch, by the machine's clock. */
  at: z.number(),
  metrics: metricsSchema.optional(),
  repositories: z.array(repositorySchema).optional(),
  /** Over all daemons that are up. */
  containers: z.array(machineContainerSchema).optional(),
  /** Running ones and the newest that ended, newest first. */
  operations: z.array(operationSummarySchema).optional(),
});
export type WatchState = z.infer<typeof watchStateSchema>;
