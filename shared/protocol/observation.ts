import * as z from 'zod';
import {
  containerSchema,
  operationSummarySchema,
  repositorySchema,
  unreadableOperationSchema,
} from '../model.ts';
import { guidSchema } from '../names.ts';

const space = { total: z.number(), available: z.number() };

/** One measurement of a machine. Sizes are bytes. */
export const metricsSchema = z.object({
  /** The time of the measurement, milliseconds since the epoch, by the machine's clock. */
  at: z.number(),
  /** The busy share of all processors since the measurement before, 0 to 1. */
  cpu: z.number(),
  cpus: z.number().int(),
  load: z.array(z.number()),
  memory: z.object(space),
  /** Absent for a machine without swap. */
  swap: z.object(space).optional(),
  datastore: z.object({ path: z.string(), ...space }),
  /** The bytes per second over all interfaces except loopback. */
  network: z.object({ in: z.number(), out: z.number() }),
  /** The seconds since the machine's start. */
  uptime: z.number(),
});
export type Metrics = z.infer<typeof metricsSchema>;

/** A container, with the repository whose daemon runs it and the resources that it uses. */
export const machineContainerSchema = containerSchema.extend({
  repository: z.object({ guid: guidSchema, name: z.string() }),
  /** The address of the container's service; absent for a container that belongs to none. */
  address: z.string().optional(),
  /** The number of times that Docker has started it again. */
  restarts: z.number().int(),
  /** The time of its start, milliseconds since the epoch; absent when it was never started. */
  startedAt: z.number().optional(),
  /** True for one that has ended and of which the kernel killed a process for want of memory. */
  outOfMemory: z.boolean().optional(),
  /**
   * The number of processors that it kept busy since the measurement before; absent at the first one and while it does
   * not run.
   */
  cpu: z.number().optional(),
  /** The bytes of memory, its page cache included; absent while it does not run. */
  memory: z.number().optional(),
});
export type MachineContainer = z.infer<typeof machineContainerSchema>;

/**
 * The state that a watched machine pushes: every part at first, then the parts that changed, each whole. A reader
 * replaces its older parts by the newer ones.
 */
export const watchStateSchema = z.object({
  /** The time of the state, milliseconds since the epoch, by the machine's clock. */
  at: z.number(),
  metrics: metricsSchema.optional(),
  repositories: z.array(repositorySchema).optional(),
  /** The containers of all daemons that are up. */
  containers: z.array(machineContainerSchema).optional(),
  /** The running operations and the last ones that ended, the newest first. */
  operations: z.array(operationSummarySchema).optional(),
  /** The operations whose logs cannot be read. Agents of 0.1.0 do not send them. */
  unreadable: z.array(unreadableOperationSchema).optional(),
  /** The milliseconds by which the machine's clock is ahead of ours, as the engine measured them last. */
  clockAhead: z.number().optional(),
});
export type WatchState = z.infer<typeof watchStateSchema>;
