import * as z from 'zod';
import { wireErrorSchema } from '../errors.ts';
import { findingSchema } from '../lint/findings.ts';
import {
  autostartEntrySchema,
  autostartListSchema,
  machineInfoSchema,
  operationEventSchema,
  operationSummarySchema,
  planSchema,
  repositorySchema,
  serviceSchema,
  unreadableOperationSchema,
} from '../model.ts';
import { journalEntrySchema } from '../journal/entry.ts';
import { guidSchema } from '../names.ts';
import { noticeSchema } from '../notices.ts';
import { machineContainerSchema, watchStateSchema } from './observation.ts';
import { logPlacesSchema } from './protocol.ts';
import type { Method } from './protocol.ts';

const empty = z.object({});
const stream = z.object({ stream: z.number().int() });

/** The results of the requests of protocol.ts, by their method. */
export const answers = {
  'machine.info': machineInfoSchema,
  'machine.containers': z.array(machineContainerSchema),
  'machine.watch': stream,
  'machine.events': stream,
  'repository.list': z.array(repositorySchema),
  'repository.status': repositorySchema,
  'repository.slots': z.object({ networkId: z.number(), services: z.array(serviceSchema) }),
  'repository.validate': z.array(findingSchema),
  'autostart.list': autostartListSchema,
  'autostart.verify': autostartEntrySchema,
  'header.save': z.object({
    header: guidSchema,
    uuid: z.string(),
    size: z.number().int(),
    sha256: z.string(),
  }),
  'header.read': z.object({ base64: z.string() }),
  'header.write': empty,
  'header.forget': empty,
  'operation.plan': z.object({ plan: planSchema, digest: z.string() }),
  'operation.start': z.object({ operation: guidSchema }),
  'operation.list': z.array(z.union([operationSummarySchema, unreadableOperationSchema])),
  'operation.show': operationSummarySchema,
  'operation.cancel': z.object({ ended: z.boolean() }),
  'operation.follow': stream,
  'containers.logs': stream,
} as const satisfies Record<Method, z.ZodType>;

export type Result<M extends Method> = z.infer<(typeof answers)[M]>;

export const helloSchema = z.object({
  type: z.literal('hello'),
  version: z.string(),
  protocol: z.number().int(),
  bootId: z.string(),
  /** True when the agent serves all connections; false when this one has started it. Those of 0.1.0 do not say it. */
  resident: z.boolean().optional(),
});
export type Hello = z.infer<typeof helloSchema>;

/** The JSON frames from renet to the engine. Output is sent as byte frames (frames.ts). */
export const fromAgentSchema = z.discriminatedUnion('type', [
  helloSchema,
  z.object({ type: z.literal('answer'), id: z.number().int(), result: z.unknown() }),
  z.object({ type: z.literal('refusal'), id: z.number().int(), error: wireErrorSchema }),
  z.object({ type: z.literal('stream-event'), stream: z.number().int(), event: operationEventSchema }),
  /** A state of `machine.watch`. Each costs STATE_COST of the stream's credit. */
  z.object({ type: z.literal('stream-state'), stream: z.number().int(), state: watchStateSchema }),
  /** An entry of the journal, and what kept it from being whole. Each costs the bytes of its frame's document. */
  z.object({ type: z.literal('stream-entry'), stream: z.number().int(), entry: journalEntrySchema }),
  z.object({ type: z.literal('stream-notice'), stream: z.number().int(), notice: noticeSchema }),
  /**
   * Where the reader of containers' logs is once it has all output that came before: the places that changed. Only for
   * readers that ask. The first comes before all output. Each costs as an entry does.
   */
  z.object({ type: z.literal('stream-place'), stream: z.number().int(), places: logPlacesSchema }),
  z.object({
    type: z.literal('stream-end'),
    stream: z.number().int(),
    /**
     * `verdict`: everything was delivered. `lost`: the operation is gone without a verdict. `error`: the stream broke.
     */
    reason: z.enum(['verdict', 'lost', 'closed', 'error']),
    error: wireErrorSchema.optional(),
  }),
  /**
   * The answer to a ping: the machine's clock, milliseconds since the epoch, and the milliseconds that it has been up.
   * Agents of 0.1.0 do not say them.
   */
  z.object({ type: z.literal('pong'), at: z.number().optional(), uptime: z.number().optional() }),
]);
export type FromAgent = z.infer<typeof fromAgentSchema>;
