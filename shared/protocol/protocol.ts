import * as z from 'zod';
import { guidSchema } from '../names.ts';
import { verbRequestSchema } from '../verbs.ts';

/**
 * The version of the protocol between engine and renet over the stdio of one `renet serve` (framed by frames.ts). A
 * change that an older side would misread raises the number; agents with another number are updated or refused
 * (docs/decisions/versions-side-by-side.md).
 *
 * This file has the messages of the engine, which the agent parses; answers.ts has those of the agent. The agent builds
 * the schemas that it parses with at each of its starts, which is expensive on a small machine.
 */
export const PROTOCOL_VERSION = 1;

/**
 * The first bytes that renet writes. Whatever a login shell or sudo printed before them is skipped, and the engine
 * writes no byte of the protocol (and so no secret) before it has seen them.
 */
export const HELLO_MAGIC = '\u0000renet-hello\u0000';

/** The bytes of output that may be under way on a stream before the engine has to grant more. */
export const STREAM_WINDOW = 256 * 1024;

/**
 * The events, and their bytes, that may wait for a stream's reader. Events need no credit, because one alone is small
 * and they come as fast as steps do; an agent that sends more of them ahead of a reader is no agent of ours, and is cut
 * off. An operation that reports its progress each second needs eighteen hours for as many.
 */
export const EVENTS_AHEAD = { count: 64 * 1024, bytes: 32 * 1024 * 1024 };

/** The requests that one client may have under way, and its open streams. More are refused. */
export const REQUESTS_AT_ONCE = 256;

/**
 * The part of the window that a pushed state takes, whatever its size: two may be under way, and a slow reader gets the
 * newest one next.
 */
export const STATE_COST = STREAM_WINDOW / 2;

/** The bytes of the parts in which a LUKS header is sent. */
export const HEADER_PART = 512 * 1024;

/** The largest header in bytes. cryptsetup makes them 16 MiB, keys included. */
export const LARGEST_HEADER = 64 * 1024 * 1024;

/** The position of a reader in an operation's log: the next event and the next byte that it has not read. */
export const logPositionSchema = z.object({
  event: z.number().int().nonnegative(),
  output: z.number().int().nonnegative(),
});
export type LogPosition = z.infer<typeof logPositionSchema>;

/** A secret's bytes; on the way they are base64 (secrets/secretJson.ts). */
const secretBytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array);

const empty = z.object({});
const byRepository = z.object({ repository: z.string() });
const byOperation = z.object({ operation: z.string() });
const byHeader = z.object({ header: guidSchema });
const position = z.number().int().nonnegative();

/** The request for a preview. For a header-restore it needs no header, which is sent only once a person has agreed. */
const planRequestSchema = z.union([
  verbRequestSchema,
  z.object({ verb: z.literal('header-restore'), repository: z.string(), options: z.object({}) }),
]);
export type PlanRequest = z.infer<typeof planRequestSchema>;

const sentence = z.string().max(1000);

/**
 * What the agent says in a container's log where it cannot give the log itself: `lost` of a hole of `{bytes}`, `rest` of a
 * file that breaks off, `refused` of a log of `{name}` that Docker refuses for a `{reason}`.
 */
const containerLogWordsSchema = z.object({
  ...{ lost: sentence, rest: sentence, refused: sentence },
  /** Said where lines may be missing, because Docker removed them before the reader came back. */
  missed: sentence.optional(),
});
export type ContainerLogWords = z.infer<typeof containerLogWordsSchema>;

const secondsWithNanoseconds = z.string().regex(/^\d{1,12}\.\d{9}$/);
/**
 * The place up to which the log of one container was read: of the entries `since` a time the first `seen`, in the order of the
 * log, of which the latest is of the time `last`.
 */
const logPlaceSchema = z.object({
  since: secondsWithNanoseconds,
  seen: position,
  last: secondsWithNanoseconds,
});
export type LogPlace = z.infer<typeof logPlaceSchema>;
/** Places by the container's id. */
export const logPlacesSchema = z.record(z.string(), logPlaceSchema);
export type LogPlaces = z.infer<typeof logPlacesSchema>;

/** The requests by their method, each with its parameters. answers.ts has the results. */
export const requests = {
  /** Returns the facts about the machine itself. */
  'machine.info': empty,
  /**
   * Lists the containers of all daemons, with the resources that they use. Takes a second, to measure the processors.
   */
  'machine.containers': empty,
  /** Opens a stream of states (`stream-state`): the whole state at first, then what changes, until it is closed. */
  'machine.watch': empty,
  /**
   * Opens a stream of the entries of the machine's journal (`stream-entry`), in the order of their last lines. With `follow`
   * each line comes then as it is written, until it is closed. Agents of 0.1.0 have no journal.
   */
  'machine.events': z.object({
    /** Those that go on, or were over at most so many milliseconds ago: an age, as the two clocks may differ. */
    since: z.number().nonnegative().optional(),
    /** Those with a line after this number. */
    after: z.number().int().nonnegative().optional(),
    /** The newest of them, 1000 without it. */
    limit: z.number().int().positive().optional(),
    follow: z.boolean().optional(),
  }),
  'repository.list': empty,
  'repository.status': byRepository,
  'repository.slots': byRepository,
  /** Returns everything that is wrong with a repository, the worst first. Changes nothing. */
  'repository.validate': byRepository,
  /** Returns the autostart of every repository, each checked closely: its key is tried on its volume. */
  'autostart.list': empty,
  /** Returns the same for one repository, without mounting it. */
  'autostart.verify': byRepository,
  /** Copies a volume's LUKS header to where `header.read` finds it, until `header.forget`. */
  'header.save': byRepository,
  /** Returns a part of the header, HEADER_PART bytes, or fewer at its end. */
  'header.read': byHeader.extend({ position }),
  /** Keeps a part of a header for header-restore. The engine chooses the id. */
  'header.write': byHeader.extend({ position, base64: z.string() }),
  'header.forget': byHeader,
  /** Returns the preview: the plan that `operation.start` will run, and its digest. */
  'operation.plan': planRequestSchema,
  /**
   * Starts a verb in a process of its own. Answers once the operation holds the repository's lock and has its secret.
   */
  'operation.start': z.intersection(
    verbRequestSchema,
    z.object({
      /** The operation's id, which the engine chooses. A start that is sent again returns it and starts nothing. */
      operation: guidSchema,
      /** The digest of the plan that was shown. The start is refused when the plan is another by now. */
      digest: z.string().optional(),
      /** The passphrase. Only for verbs that open or format a volume. */
      secret: secretBytes.optional(),
      /** The new passphrase, for passphrase-change. */
      newSecret: secretBytes.optional(),
      /** The person and computer that ask, to tell others who holds the repository. */
      by: z.string().max(1000),
      /** The clock of the computer that asks, milliseconds since the epoch. */
      now: z.number().optional(),
    }),
  ),
  /** Lists the newest operations, 50 without a limit, and those that run. */
  'operation.list': z.object({
    repository: z.string().optional(),
    limit: z.number().int().positive().optional(),
    /** Asks for the logs that cannot be read too, as entries of their own; earlier versions do not know these. */
    unreadable: z.boolean().optional(),
  }),
  'operation.show': byOperation,
  /** Asks the operation to stop. Answers when the request has reached it, or that it had ended. */
  'operation.cancel': byOperation,
  /** Opens a stream of events and output from a position. It ends after the verdict. */
  'operation.follow': byOperation.extend({ from: logPositionSchema }),
  /** Opens a stream of the containers' logs, of all services or of one. */
  'containers.logs': byRepository.extend({
    service: z.string().optional(),
    follow: z.boolean(),
    tail: z.number().int().nonnegative().optional(),
    /** The sentences of the reader's language; an earlier agent has its own, in English. */
    words: containerLogWordsSchema.optional(),
    /**
     * Where the reader is, none of it at first: asks for the places too (`stream-place`), by which the log can be followed on
     * after the stream was cut off. Earlier agents tell none, and the whole log again.
     */
    from: logPlacesSchema.optional(),
  }),
} as const;

export type Method = keyof typeof requests;
export type Params<M extends Method> = z.input<(typeof requests)[M]>;
/** The parameters after the agent has checked them. */
export type CheckedParams<M extends Method> = z.output<(typeof requests)[M]>;

/**
 * Whether a request may be sent once more when the agent ended before it answered: only what reads and is cheap. What ends an
 * agent would end the next one too, and what changes something may have been done.
 */
export const repeatable: { readonly [M in Method]: boolean } = {
  'machine.info': true,
  'machine.containers': true,
  'machine.watch': false,
  'machine.events': false,
  'repository.list': true,
  'repository.status': true,
  'repository.slots': true,
  'repository.validate': false,
  'autostart.list': false,
  'autostart.verify': false,
  'header.save': false,
  'header.read': true,
  'header.write': false,
  'header.forget': false,
  'operation.plan': false,
  // start.ts sends it again in its own way: the agent starts nothing for an id that it knows.
  'operation.start': false,
  'operation.list': true,
  'operation.show': true,
  'operation.cancel': false,
  'operation.follow': false,
  'containers.logs': false,
};

/**
 * The JSON frames from the engine to renet. Unknown types are ignored: a change that matters raises PROTOCOL_VERSION.
 */
export const toAgentSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('request'), id: z.number().int(), method: z.string(), params: z.unknown() }),
  /** Grants bytes to a stream, so that a slow reader slows the stream's source. */
  z.object({ type: z.literal('credit'), stream: z.number().int(), bytes: z.number().int().positive() }),
  z.object({ type: z.literal('close-stream'), stream: z.number().int() }),
  /** Answered by pong, to tell a dead link from a quiet one. */
  z.object({ type: z.literal('ping') }),
  /**
   * The engine's first message: its version. An engine of 0.1.0 says none, and is told no verb that it does not know
   * (docs/decisions/versions-side-by-side.md).
   */
  z.object({ type: z.literal('hello'), version: z.string(), protocol: z.number().int() }),
]);
export type ToAgent = z.infer<typeof toAgentSchema>;

/** The assignment that the starter gives to the detached process, once, over its private socket. */
export const assignmentSchema = z.object({
  operation: guidSchema,
  request: verbRequestSchema,
  digest: z.string().optional(),
  secret: secretBytes.optional(),
  newSecret: secretBytes.optional(),
  by: z.string(),
  origin: z.enum(['person', 'boot', 'shutdown']),
  /** The new GUID, for create and fork. */
  guid: guidSchema,
  /** The milliseconds by which this machine's clock is ahead of that of the computer that asked. */
  ahead: z.number().optional(),
  /** The parent's GUID, for fork. The parent's lock is held beside the fork's. */
  parent: guidSchema.optional(),
  /** The network id that the reach of the operation's unit was made for, for a verb that runs functions. */
  networkId: z.number().int().optional(),
  /** The account that will own the root folder of a repository that create makes. */
  owner: z.object({ uid: z.number().int(), gid: z.number().int() }),
});
export type Assignment = z.infer<typeof assignmentSchema>;
