import * as z from 'zod';
import {
  bulkApiRequestSchema,
  bulkPlanItemSchema,
  bulkSchema,
  bulkShownSchema,
  checkSchema,
  importedHostSchema,
  keychainSchema,
  machineKeySchema,
  machineStateSchema,
  operationEntrySchema,
  promptSchema,
  settingsChangeSchema,
  settingsSchema,
  targetSchema,
  withheldSchema,
} from './apiModel.ts';
import { wireErrorSchema } from '../errors.ts';
import { journalEntrySchema } from '../journal/entry.ts';
import { findingSchema } from '../lint/findings.ts';
import {
  autostartEntrySchema,
  autostartListSchema,
  contextSchema,
  machineInfoSchema,
  operationEventSchema,
  operationSummarySchema,
  planSchema,
  serviceSchema,
  unreadableOperationSchema,
} from '../model.ts';
import { noticeSchema } from '../notices.ts';
import { logPositionSchema, STREAM_WINDOW } from '../protocol/protocol.ts';
import { verbRequestSchema } from '../verbs.ts';

/** The bytes of a log that may be under way to a window before it has to acknowledge some (`log.ack`). */
export const LOG_WINDOW = STREAM_WINDOW;

/** The most entries of a machine's journal that a window may ask for at once. */
export const JOURNAL_MOST = 5000;

const empty = z.object({});
const done = z.object({});
const onMachine = z.object({ machine: machineKeySchema });
const onRepository = onMachine.extend({ repository: z.string() });
const onOperation = onMachine.extend({ operation: z.string() });
const contexts = z.object({ current: z.string().optional(), contexts: z.array(contextSchema) });
const target = z.union([onMachine, z.object({ target: targetSchema })]);
const text = z.string().max(4096);

/** The source of a log pane. */
const logSourceSchema = z.discriminatedUnion('kind', [
  /** An operation's log from a position on, with its events between its bytes. */
  z.object({
    kind: z.literal('operation'),
    machine: machineKeySchema,
    operation: z.string(),
    from: logPositionSchema.optional(),
  }),
  /**
   * The logs of a repository's containers, or of one service; they are followed. `tail`: the number of lines from the
   * end.
   */
  z.object({
    kind: z.literal('containers'),
    machine: machineKeySchema,
    repository: z.string(),
    service: z.string().optional(),
    tail: z.number().int().nonnegative().optional(),
  }),
  /** The output of a machine's running or last set-up, from its beginning. */
  z.object({ kind: z.literal('setup'), machine: machineKeySchema }),
]);
export type LogSource = z.infer<typeof logSourceSchema>;

/**
 * The methods that the window calls, each with its parameters and its result. Every call may reject with an AppError.
 */
export const apiMethods = {
  'app.info': {
    params: empty,
    result: z.object({
      version: z.string(),
      mode: z.enum(['electron', 'browser']),
      platform: z.string(),
      /** The system's language as a BCP 47 tag. In browser mode the browser knows it better. */
      locale: z.string(),
      keychain: keychainSchema,
    }),
  },
  /** Tells whether a person can look at this window now. What comes meanwhile is not told again as what they missed. */
  'app.look': { params: z.object({ looking: z.boolean() }), result: done },
  'settings.get': { params: empty, result: settingsSchema },
  /** Changes the given settings and returns all of them. Every window is told by `settings.changed`. */
  'settings.set': { params: z.object({ change: settingsChangeSchema }), result: settingsSchema },

  'contexts.list': { params: empty, result: contexts },
  'contexts.create': { params: z.object({ name: z.string(), sshKey: text }), result: contexts },
  /** Makes a context the current one. The projection then shows its machines. */
  'contexts.use': { params: z.object({ name: z.string() }), result: contexts },
  'contexts.delete': { params: z.object({ name: z.string() }), result: contexts },
  'contexts.addMachine': {
    params: z.object({
      context: z.string(),
      name: z.string(),
      host: z.string(),
      user: z.string(),
      port: z.number().int().min(1).max(65535).optional(),
      datastore: z.string().optional(),
    }),
    result: contexts,
  },
  /** Forgets a machine on this computer. Nothing happens on the machine itself. */
  'contexts.removeMachine': { params: onMachine, result: contexts },
  /** Lists the hosts that ~/.ssh/config names one by one, in its order; empty without the file. */
  'contexts.importable': {
    params: empty,
    result: z.array(
      z.object({
        alias: z.string(),
        /** The name that its machine would get; it may not be a legal one. */
        name: z.string(),
        host: z.string(),
        port: z.number().int(),
        user: z.string(),
        /** The path of the first key that the file names for the host. */
        sshKey: z.string().optional(),
        /** True for a host that is reached through another host or a command, which is not supported. */
        throughOther: z.boolean(),
      }),
    ),
  },
  /**
   * Adds these hosts, named by their aliases, to a context as machines, as far as that is possible. Throws
   * `ssh-host-not-found`.
   */
  'contexts.import': {
    params: z.object({ context: z.string(), hosts: z.array(z.string()).max(1000) }),
    result: z.array(importedHostSchema),
  },
  /** Lists the private keys in ~/.ssh by their paths, the likeliest first. */
  'keys.list': {
    params: empty,
    result: z.array(z.object({ file: z.string(), type: z.string(), encrypted: z.boolean() })),
  },

  /**
   * Tests whether a machine answers, which host key it shows, and, once that key is trusted, whether the login works.
   */
  'machine.test': {
    params: target,
    result: z.object({
      hostKey: z.discriminatedUnion('status', [
        z.object({ status: z.literal('known'), type: z.string(), fingerprint: z.string() }),
        z.object({ status: z.literal('unknown'), type: z.string(), fingerprint: z.string() }),
        z.object({
          status: z.literal('changed'),
          fingerprint: z.string(),
          /** The fingerprint that was known until now. */
          known: z.string(),
          error: wireErrorSchema,
        }),
      ]),
      /** The result of the login, which is tried only with a known host key. */
      login: z
        .discriminatedUnion('ok', [
          z.object({ ok: z.literal(true), milliseconds: z.number() }),
          z.object({ ok: z.literal(false), error: wireErrorSchema }),
        ])
        .optional(),
    }),
  },
  /** Trusts the host key that was shown. Refused when the machine offers another one by now. */
  'machine.trust': { params: z.intersection(target, z.object({ fingerprint: z.string() })), result: done },
  /** Returns the set-up's check-list. Changes nothing. */
  'machine.check': { params: onMachine, result: z.array(checkSchema) },
  /** Starts a set-up unless one is running. Its progress is in the projection (`setup`). */
  'machine.setup': { params: onMachine, result: done },
  'machine.info': { params: onMachine, result: machineInfoSchema },
  /** Tries to connect now, without waiting for the next try. */
  'machine.reconnect': { params: onMachine, result: done },

  /**
   * Reads the newest entries of a machine's journal, the one that began last first: `limit` of them, or those that go on or
   * were over at most `since` milliseconds ago. Throws `agent-older` where the machine keeps no journal yet. When there are
   * new ones, `newest` of the machine's `journal` grows.
   */
  'journal.read': {
    params: onMachine.extend({
      limit: z.number().int().positive().max(JOURNAL_MOST),
      since: z.number().nonnegative().optional(),
    }),
    result: z.object({
      entries: z.array(journalEntrySchema),
      /** True when there may be older ones. */
      older: z.boolean(),
      /** What kept the journal from being whole. */
      notices: z.array(noticeSchema),
    }),
  },
  /** Dismisses what happened on a machine while a person was away, up to a line (`away.upto`). */
  'journal.dismiss': { params: onMachine.extend({ upto: z.number().int().nonnegative() }), result: done },

  /** Returns the whole projection. From then on the window is told what changes. */
  'state.get': {
    params: empty,
    result: z.object({
      context: z.string().optional(),
      machines: z.array(machineStateSchema),
      bulks: z.array(bulkSchema),
      prompts: z.array(promptSchema),
    }),
  },

  /** Returns the preview: the plan that `operation.start` with this digest will run. */
  'operation.plan': {
    params: onMachine.extend({ request: verbRequestSchema }),
    result: z.object({ plan: planSchema, digest: z.string() }),
  },
  /**
   * Starts a verb. Returns the operation's id when the operation holds the repository's lock. A passphrase that is
   * needed and not given is the remembered one. `remember`: keep the passphrase in the system's keychain once it has
   * opened the volume.
   */
  'operation.start': {
    params: onMachine.extend({
      request: verbRequestSchema,
      digest: z.string().optional(),
      passphrase: text.optional(),
      /** The new passphrase, for passphrase-change. It replaces a remembered one. */
      newPassphrase: text.optional(),
      remember: z.boolean().optional(),
    }),
    result: z.object({ operation: z.string() }),
  },
  /** Asks an operation to stop. `ended`: the operation had ended before. */
  'operation.cancel': { params: onOperation, result: z.object({ ended: z.boolean() }) },
  /** Lists running and past operations of every context's machines, the newest first. */
  'operation.list': {
    params: z.object({ limit: z.number().int().positive().optional() }),
    result: z.object({
      operations: z.array(operationEntrySchema),
      /** The operations whose logs their machines cannot read. */
      unreadable: z.array(unreadableOperationSchema.extend({ machine: machineKeySchema })).optional(),
      /** The file to which unreadable lines of the history were moved. */
      keptAside: z.string().optional(),
    }),
  },
  'operation.show': { params: onOperation, result: operationSummarySchema },

  /**
   * Opens a log and returns its number. `log.chunk`, `log.event` and `log.ended` with this number are then sent to this
   * window only.
   */
  'log.open': { params: z.object({ source: logSourceSchema }), result: z.object({ log: z.number().int() }) },
  /** Tells that the window has used so many bytes: as many more may be sent. */
  'log.ack': {
    params: z.object({ log: z.number().int(), bytes: z.number().int().positive() }),
    result: done,
  },
  'log.close': { params: z.object({ log: z.number().int() }), result: done },

  'repository.slots': {
    params: onRepository,
    result: z.object({ networkId: z.number(), services: z.array(serviceSchema) }),
  },
  'repository.validate': { params: onRepository, result: z.array(findingSchema) },
  /** Lists the templates for a new repository. Each has its name and sentence under `templates` in text/. */
  'templates.list': {
    params: empty,
    result: z.array(z.object({ template: z.string(), files: z.array(z.string()) })),
  },
  /**
   * Writes a template's files into the root of a mounted repository. Fails where a file is there with other contents.
   */
  'templates.apply': { params: onRepository.extend({ template: z.string() }), result: done },

  'autostart.list': { params: onMachine, result: autostartListSchema },
  'autostart.verify': { params: onRepository, result: autostartEntrySchema },

  /** Returns what a bulk verb will do, made by the code that does it. Changes nothing. */
  'bulk.plan': {
    params: z.object({ request: bulkApiRequestSchema }),
    result: z.object({
      items: z.array(bulkPlanItemSchema),
      /** The machines that could not be asked for their repositories. */
      failures: bulkSchema.shape.failures,
    }),
  },
  /**
   * Starts a bulk verb. `shown`: the items of the preview that a person agreed to. Only these are done, each as it was
   * shown, or refused as `changed-since-preview`. Passphrases: one that is tried on each repository, or each
   * repository's own, with its item.
   */
  'bulk.start': {
    params: z.object({
      request: bulkApiRequestSchema,
      shown: z
        .array(bulkShownSchema.extend({ passphrase: text.optional() }))
        .max(100_000)
        .optional(),
      passphrase: text.optional(),
    }),
    result: z.object({ bulk: z.string() }),
  },
  /** Asks the running operations to stop, and begins no other. */
  'bulk.cancel': { params: z.object({ bulk: z.string() }), result: done },

  /** Answers a prompt with a password, or with whether to trust. Without both the prompt is declined. */
  'prompt.answer': {
    params: z.object({ prompt: z.string(), password: text.optional(), trust: z.boolean().optional() }),
    result: done,
  },
  /** Lists the GUIDs of a machine's repositories whose passphrase is remembered. */
  /** The repositories of a machine for which a passphrase is kept; one that is withheld is not used. */
  'passphrase.remembered': {
    params: onMachine,
    result: z.array(z.object({ guid: z.string(), withheld: withheldSchema.optional() })),
  },
  'passphrase.forget': { params: onMachine.extend({ guid: z.string() }), result: done },
} as const;

const log = z.object({ log: z.number().int() });

/** The events. Every window gets them, but a log's only the window that opened it. */
export const apiEvents = {
  'settings.changed': settingsSchema,
  'contexts.changed': contexts,
  /**
   * The changes of the projection: for each machine the fields that changed, each with its whole value. A machine that
   * is new comes with all its fields. A change that waits to be sent is merged with newer ones.
   */
  'state.changed': z.object({
    context: z.string().optional(),
    machines: z.array(z.object({ machine: machineKeySchema, change: machineStateSchema.partial() })),
    removed: z.array(machineKeySchema),
  }),
  'bulk.changed': bulkSchema,
  'prompt.asked': promptSchema,
  /** The prompt was answered in another window, or is not needed any more. */
  'prompt.withdrawn': z.object({ prompt: z.string() }),
  /** A request of the tray or a notification that the window shows something. */
  'app.show': z.object({
    machine: machineKeySchema.optional(),
    /** The repository's GUID. */
    repository: z.string().optional(),
    operation: z.string().optional(),
    /** Has the repository's page ask for the passphrase that Up needs and that is not remembered. */
    ask: z.literal('up').optional(),
  }),
  /** Bytes of a log. `offset`: the position of the first one in the log. */
  'log.chunk': log.extend({
    offset: z.number().int(),
    bytes: z.custom<Uint8Array>((value) => value instanceof Uint8Array),
  }),
  /** An event of an operation's log. `event.output`: the position in the output at which it happened. */
  'log.event': log.extend({ event: operationEventSchema }),
  /**
   * The end of a log: everything was delivered (`verdict`, `end`), the operation is gone without a verdict (`lost`), or
   * the log broke (`error`).
   */
  'log.ended': log.extend({
    reason: z.enum(['verdict', 'lost', 'end', 'error']),
    error: wireErrorSchema.optional(),
  }),
  /** The state of the connection while a log is followed across lost connections. */
  'log.connection': log.extend({
    connected: z.boolean(),
    error: wireErrorSchema.optional(),
    retryAt: z.number().optional(),
  }),
} as const;

export type ApiMethod = keyof typeof apiMethods;
export type ApiParams<M extends ApiMethod> = z.input<(typeof apiMethods)[M]['params']>;
export type ApiResult<M extends ApiMethod> = z.output<(typeof apiMethods)[M]['result']>;
export type ApiEvent = keyof typeof apiEvents;
export type ApiPayload<E extends ApiEvent> = z.output<(typeof apiEvents)[E]>;
export type Contexts = ApiResult<'contexts.list'>;
export type AppState = ApiResult<'state.get'>;

/**
 * The link of a window to the program itself. `lost`: it is tried again. `ended`: it was tried in vain for a minute.
 * `refused`: the program does not know this window's secret. `stranger`: whoever answers is not the program that the
 * window belongs to; nothing was told to it.
 */
export type Link = 'open' | 'lost' | 'ended' | 'refused' | 'stranger';

/** The window's side of the API, the same over both transports. */
export interface ApiClient {
  /** Calls a method. Rejects with an AppError. */
  call<M extends ApiMethod>(method: M, params: ApiParams<M>): Promise<ApiResult<M>>;
  /** Adds a listener. The returned function removes it. */
  on<E extends ApiEvent>(event: E, listener: (payload: ApiPayload<E>) => void): () => void;
  /** Listens for changes of the link to the program itself. In Electron it is always open. */
  onLink(listener: (link: Link) => void): () => void;
  /** Tries a link again that has `ended`. */
  reconnect(): void;
}

/** Returns true for the name of a method. */
export function isApiMethod(method: string): method is ApiMethod {
  return Object.hasOwn(apiMethods, method);
}

/** Returns true for the name of an event. */
export function isApiEvent(event: string): event is ApiEvent {
  return Object.hasOwn(apiEvents, event);
}
