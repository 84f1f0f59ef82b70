import * as z from 'zod';
import { guidSchema, nameSchema } from './names.ts';

/** A person's choices for a repository's autostart. Autostart is enabled when they are there. */
export const autostartSettingsSchema = z.object({
  /** The GUID of the repository after whose start this one starts. */
  after: guidSchema.optional(),
  /** The seconds to wait before the start. */
  delay: z.number().int().positive().optional(),
  /** The person who agreed to a key on the machine's disk, and the time (ISO 8601, UTC). */
  consent: z.object({ by: z.string(), at: z.string() }),
});
export type AutostartSettings = z.infer<typeof autostartSettingsSchema>;

/** The contents of `{datastore}/repositories/{guid}.json`: a machine's record of one of its repositories. */
export const repositoryMetadataSchema = z.looseObject({
  name: nameSchema,
  guid: guidSchema,
  networkId: z.number().int(),
  /** The time of its creation, ISO 8601, UTC. */
  created: z.string(),
  /** The GUID of the repository from which this one was forked. */
  parent: guidSchema.optional(),
  /**
   * For a fork: true when its volume was made by sharing the parent's blocks. It takes more space as either changes.
   */
  sharesSpace: z.boolean().optional(),
  /** For a fork that was never mounted: the repository whose containers, volume names and paths its data still have. */
  inherits: z.object({ guid: guidSchema, name: nameSchema }).optional(),
  autostart: autostartSettingsSchema.optional(),
  /** The GUIDs of the repositories whose addresses this one reaches. A fork inherits none. */
  allows: z.array(guidSchema).optional(),
});
export type RepositoryMetadata = z.infer<typeof repositoryMetadataSchema>;
