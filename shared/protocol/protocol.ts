import * as z from 'zod';
import { guidSchema } from '../names.ts';
import { verbRequestSchema } from '../verbs.ts';

/**
 * What the engine and renet say to each other over the stdio of one `renet serve` (framed by frames.ts). A change
 * that an older side would misread raises the number; agents of another number are updated or refused.
 *
 * Here stands what the engine says, which the agent reads; what the agent says stands in answers.ts. The agent makes
 * what it reads at each of its starts, and they are dear on a small machine.
 */
export const PROTOCOL_VERSION = 1;

/**
 * The first bytes renet writes. What a login shell or sudo printed before them is skipped, and the engine writes no
 * byte of the protocol (and so no secret) before it has seen them.
 */
export const HELLO_MAGIC = '\u0000renet-hello\u0000';

/** Bytes of output that may be under way on a stream before the engine has to grant more. */
export const STREAM_WINDOW = 256 * 1024;

/** What a pushed state costs of the window, whatever its size: two under way, and a slow reader gets the newest next. */
export const STATE_COST = STREAM_WINDOW / 2;

/** A LUKS header travels in parts of so many bytes. */
export const HEADER_PART = 512 * 1024;

/** No header is larger: cryptsetup makes them 16 MiB, keys and all. */
export const LARGEST_HEADER = 64 * 1024 * 1024;

/** Where a reader of an operation's log stands: the next event and the next byte it has not seen. */
export const logPositionSchema = z.object({
  event: z.number().int().nonnegative(),
  output: z.number().int().nonnegative(),
});
export type LogPosition = z.infer<typeof logPositionSchema>;

const empty = z.object({});
const byRepository = z.object({ repository: z.string() });
const byOperation = z.object({ operation: z.string() });
const byHeader = z.object({ header: guidSchema });
const position = z.number().int().nonnegative();

/** What is previewed. That of a header-restore needs no header, which only travels once a person has agreed. */
const planRequestSchema = z.union([
  verbRequestSchema,
  z.object({ verb: z.literal('header-restore'), repository: z.string(), options: z.object({}) }),
]);
export type PlanRequest = z.infer<typeof planRequestSchema>;

/** The requests by their method, each with its parameters. What is answered to each stands in answers.ts. */
export const requests = {
  /** The machine itself. */
  'machine.info': empty,
  /** The containers of all daemons, with what they use; takes a second, for the processors. */
  'machine.containers': empty,
  /** Opens a stream of states (`stream-state`): everything at first, then what changed, until it is closed. */
  'machine.watch': empty,
  'repository.list': empty,
  'repository.status': byRepository,
  'repository.slots': byRepository,
  /** Everything that is wrong with a repository, the worst first; changes nothing. */
  'repository.validate': byRepository,
  /** Autostart of every repository, each looked at closely: its key is tried on its volume. */
  'autostart.list': empty,
  /** The same of one repository, without mounting it: whether it will come back. */
  'autostart.verify': byRepository,
  /** Copies a volume's LUKS header to where `header.read` finds it, until `header.forget`. */
  'header.save': byRepository,
  /** A part of it, at most HEADER_PART bytes; shorter only at the end. */
  'header.read': byHeader.extend({ position }),
  /** Keeps a part of a header for header-restore; the engine chooses the id. */
  'header.write': byHeader.extend({ position, base64: z.string() }),
  'header.forget': byHeader,
  /** The preview: the plan that `operation.start` will run, and its digest. */
  'operation.plan': planRequestSchema,
  /** Starts a verb detached; answers once the operation holds the repository's lock and has its secret. */
  'operation.start': z.intersection(
    verbRequestSchema,
    z.object({
      /** The operation's id, chosen by the engine: a start that is sent again answers it and starts nothing. */
      operation: guidSchema,
      /** Digest of the plan that was shown; refused when the plan is another by now. */
      digest: z.string().optional(),
      /** The passphrase's bytes, base64; only for verbs that open or format a volume. */
      secret: z.string().optional(),
      /** passphrase-change: the new one's bytes, base64. */
      newSecret: z.string().optional(),
      /** The person and computer that ask, for "who holds it". */
      by: z.string(),
    }),
  ),
  'operation.list': z.object({
    repository: z.string().optional(),
    limit: z.number().int().positive().optional(),
  }),
  'operation.show': byOperation,
  /** Asks the operation to stop; answers when the request has reached it, or says that it had ended. */
  'operation.cancel': byOperation,
  /** Opens a stream of events and output from a position; ends after the verdict. */
  'operation.follow': byOperation.extend({ from: logPositionSchema }),
  /** Opens a stream of the containers' logs (all services, or one). */
  'containers.logs': byRepository.extend({
    service: z.string().optional(),
    follow: z.boolean(),
    tail: z.number().int().nonnegative().optional(),
  }),
} as const;

export type Method = keyof typeof requests;
export type Params<M extends Method> = z.input<(typeof requests)[M]>;
/** The parameters as the agent has them, once they were checked. */
export type CheckedParams<M extends Method> = z.output<(typeof requests)[M]>;

/** JSON frames from the engine to renet. Unknown types are ignored by design of the version number. */
export const toAgentSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('request'), id: z.number().int(), method: z.string(), params: z.unknown() }),
  /** Grants bytes to a stream (back-pressure ends at its source). */
  z.object({ type: z.literal('credit'), stream: z.number().int(), bytes: z.number().int().positive() }),
  z.object({ type: z.literal('close-stream'), stream: z.number().int() }),
  /** Answered by pong; tells a dead link from a quiet one. */
  z.object({ type: z.literal('ping') }),
]);
export type ToAgent = z.infer<typeof toAgentSchema>;

/** What the starter hands to the detached process, once, over its private socket. */
export const assignmentSchema = z.object({
  operation: guidSchema,
  request: verbRequestSchema,
  digest: z.string().optional(),
  secret: z.string().optional(),
  newSecret: z.string().optional(),
  by: z.string(),
  origin: z.enum(['person', 'boot', 'shutdown']),
  /** create and fork: the new GUID. */
  guid: guidSchema,
  /** fork: the parent's GUID; its lock is held beside the fork's. */
  parent: guidSchema.optional(),
  /** The account that will own the root folder of what create makes. */
  owner: z.object({ uid: z.number().int(), gid: z.number().int() }),
});
export type Assignment = z.infer<typeof assignmentSchema>;
