import * as z from 'zod';
import { guidSchema, nameSchema } from './names.ts';

/** What a person chose for a repository that comes back by itself; its being there means "enabled". */
export const autostartSettingsSchema = z.object({
  /** GUID of the repository after whose start this one starts. */
  after: guidSchema.optional(),
  /** Seconds to wait before the start. */
  delay: z.number().int().positive().optional(),
  /** Who agreed to a key on the machine's disk, and when (ISO 8601, UTC). */
  consent: z.object({ by: z.string(), at: z.string() }),
});
export type AutostartSettings = z.infer<typeof autostartSettingsSchema>;

/** `{datastore}/repositories/{guid}.json`: what a machine knows of one of its repositories. */
export const repositoryMetadataSchema = z.looseObject({
  name: nameSchema,
  guid: guidSchema,
  networkId: z.number().int(),
  /** ISO 8601, UTC. */
  created: z.string(),
  /** GUID of the repository this one was forked from. */
  parent: guidSchema.optional(),
  /** Of a fork: its volume was made by sharing the parent's blocks, and takes more as either changes. */
  sharesSpace: z.boolean().optional(),
  /** Of a fork that was never mounted: whose containers, volume names and paths its data still have. */
  inherits: z.object({ guid: guidSchema, name: nameSchema }).optional(),
  autostart: autostartSettingsSchema.optional(),
});
export type RepositoryMetadata = z.infer<typeof repositoryMetadataSchema>;
