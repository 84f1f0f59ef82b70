import * as z from 'zod';
import { guidSchema } from './names.ts';

/** Makes the schema of a verb's request: the repository by its name or GUID, and the options of this verb only. */
const request = <Name extends string, Options extends z.ZodObject>(verb: Name, options: Options) =>
  z.object({ verb: z.literal(verb), repository: z.string(), options });

const noOptions = z.object({});
/** The seconds that all functions have together. Then the running one is ended, and no other begins. */
const timeLimit = z.number().int().positive().optional();
/** The size of a volume, bytes. */
const size = z.number().int().positive();

/** The verbs that run as operations. An option of another verb is not refused and has no effect. */
export const verbRequestSchema = z.discriminatedUnion('verb', [
  /** `repository`: the name of the new repository. */
  request('create', z.object({ size })),
  request('mount', noOptions),
  request('unmount', noOptions),
  request(
    'up',
    z.object({
      /** Mounts the repository first when it is closed. */
      mount: z.boolean().optional(),
      /** Stops after the preps. */
      prepOnly: z.boolean().optional(),
      /** Starts as at boot: the volume is opened by the autostart key, and no prep runs. */
      boot: z.boolean().optional(),
      timeLimit,
    }),
  ),
  request(
    'down',
    z.object({
      /** Afterwards stops the daemon, unmounts and closes. */
      unmount: z.boolean().optional(),
      timeLimit,
    }),
  ),
  request('delete', noOptions),
  request(
    'autostart-enable',
    z.object({
      /** The name or GUID of the repository to start after; null for none any more. */
      after: z.string().nullable().optional(),
      /** The seconds to wait before the start; 0 for none any more. */
      delay: z.number().int().min(0).max(3600).optional(),
    }),
  ),
  request('autostart-disable', noOptions),
  request('rename', z.object({ newName: z.string() })),
  /** Gives a closed repository a network id of its own, where another one of the machine has the same. */
  request('renumber', noOptions),
  /** Opens the addresses of another repository to this one. `other`: its name or GUID. `revoke`: closes them again. */
  request('allow', z.object({ other: z.string(), revoke: z.boolean().optional() })),
  /** `service`: a service that is in no compose file any more. */
  request('release-slot', z.object({ service: z.string() })),
  /** `byKey`: opens the volume by the autostart key, without the passphrase. */
  request('resize', z.object({ size, byKey: z.boolean().optional() })),
  /** `repository`: the parent; `tag`: the name of the fork. */
  request('fork', z.object({ tag: z.string() })),
  request('passphrase-change', noOptions),
  /** `header`: the header that was written to the machine before, and its checksum. */
  request('header-restore', z.object({ header: z.object({ id: guidSchema, sha256: z.string() }) })),
]);
export type VerbRequest = z.infer<typeof verbRequestSchema>;

export type Verb = VerbRequest['verb'];
export const verbSchema = z.enum(verbRequestSchema.options.map(({ shape }) => shape.verb.value));

/** The options of one verb. */
export type OptionsOf<Name extends Verb> = Extract<VerbRequest, { verb: Name }>['options'];

/** A verb with its options, for a repository that is not chosen yet. */
export type VerbWithOptions = {
  [Name in Verb]: { verb: Name; options: OptionsOf<Name> };
}[Verb];
