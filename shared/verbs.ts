import * as z from 'zod';
import { guidSchema } from './names.ts';

/** What a verb asks for: the repository by its name or GUID, and the options of this verb alone. */
const request = <Name extends string, Options extends z.ZodObject>(verb: Name, options: Options) =>
  z.object({ verb: z.literal(verb), repository: z.string(), options });

const noOptions = z.object({});
/** Seconds that the functions have together: what runs then is ended, and no other begins. */
const timeLimit = z.number().int().positive().optional();
/** Bytes. */
const size = z.number().int().positive();

/** The verbs that run as operations. An option of another verb is not refused and has no effect. */
export const verbRequestSchema = z.discriminatedUnion('verb', [
  /** `repository`: the name of what is made. */
  request('create', z.object({ size })),
  request('mount', noOptions),
  request('unmount', noOptions),
  request(
    'up',
    z.object({
      /** Mounts it first when it is closed. */
      mount: z.boolean().optional(),
      /** Stops after the preps. */
      prepOnly: z.boolean().optional(),
      /** As at boot: opened by the autostart key, and without prep. */
      boot: z.boolean().optional(),
      timeLimit,
    }),
  ),
  request(
    'down',
    z.object({
      /** Then stops the daemon, unmounts and closes. */
      unmount: z.boolean().optional(),
      timeLimit,
    }),
  ),
  request('delete', noOptions),
  request(
    'autostart-enable',
    z.object({
      /** Name or GUID of the repository to start after; null for none any more. */
      after: z.string().nullable().optional(),
      /** Seconds to wait before the start; 0 for none any more. */
      delay: z.number().int().min(0).max(3600).optional(),
    }),
  ),
  request('autostart-disable', noOptions),
  request('rename', z.object({ newName: z.string() })),
  /** `service`: one that is in no compose file any more. */
  request('release-slot', z.object({ service: z.string() })),
  /** `byKey`: by the autostart key, without the passphrase. */
  request('resize', z.object({ size, byKey: z.boolean().optional() })),
  /** `repository`: the parent; `tag`: the name of the fork. */
  request('fork', z.object({ tag: z.string() })),
  request('passphrase-change', noOptions),
  /** `header`: the one that was written to the machine before, and what it must be. */
  request('header-restore', z.object({ header: z.object({ id: guidSchema, sha256: z.string() }) })),
]);
export type VerbRequest = z.infer<typeof verbRequestSchema>;

export type Verb = VerbRequest['verb'];
export const verbSchema = z.enum(verbRequestSchema.options.map(({ shape }) => shape.verb.value));

/** The options of one verb. */
export type OptionsOf<Name extends Verb> = Extract<VerbRequest, { verb: Name }>['options'];

/** What is asked of a repository that is not chosen yet. */
export type VerbWithOptions = {
  [Name in Verb]: { verb: Name; options: OptionsOf<Name> };
}[Verb];
