import * as z from 'zod';
import {
  bulkPlanItemSchema,
  bulkApiRequestSchema,
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
} from './apiModel.ts';
import { wireErrorSchema } from '../errors.ts';
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
} from '../model.ts';
import { logPositionSchema, STREAM_WINDOW } from '../protocol/protocol.ts';
import { verbRequestSchema } from '../verbs.ts';

/** Bytes of a log that may be under way to a window before it has to acknowledge some (`log.ack`). */
export const LOG_WINDOW = STREAM_WINDOW;

const empty = z.object({});
const done = z.object({});
const onMachine = z.object({ machine: machineKeySchema });
const onRepository = onMachine.extend({ repository: z.string() });
const onOperation = onMachine.extend({ operation: z.string() });
const contexts = z.object({ current: z.string().optional(), contexts: z.array(contextSchema) });
const target = z.union([onMachine, z.object({ target: targetSchema })]);
const text = z.string().max(4096);

/** What a log pane shows. */
const logSourceSchema = z.discriminatedUnion('kind', [
  /** An operation's whole log, from a position on; its events come between its bytes. */
  z.object({
    kind: z.literal('operation'),
    machine: machineKeySchema,
    operation: z.string(),
    from: logPositionSchema.optional(),
  }),
  /** The containers' logs of a repository, or of one service; followed. `tail`: lines from the end. */
  z.object({
    kind: z.literal('containers'),
    machine: machineKeySchema,
    repository: z.string(),
    service: z.string().optional(),
    tail: z.number().int().nonnegative().optional(),
  }),
  /** What the running or last set-up of a machine wrote, from its beginning. */
  z.object({ kind: z.literal('setup'), machine: machineKeySchema }),
]);
export type LogSource = z.infer<typeof logSourceSchema>;

/** The methods that the window calls, each with its parameters and its answer. Any may reject with an AppError. */
export const apiMethods = {
  'app.info': {
    params: empty,
    result: z.object({
      version: z.string(),
      mode: z.enum(['electron', 'browser']),
      platform: z.string(),
      /** The system's language as a BCP 47 tag; in browser mode the browser knows it better. */
      locale: z.string(),
      keychain: keychainSchema,
    }),
  },
  'settings.get': { params: empty, result: settingsSchema },
  /** Changes what is given and answers all; every window hears `settings.changed`. */
  'settings.set': { params: z.object({ change: settingsChangeSchema }), result: settingsSchema },

  'contexts.list': { params: empty, result: contexts },
  'contexts.create': { params: z.object({ name: z.string(), sshKey: text }), result: contexts },
  /** Makes it the current one; the projection then shows its machines. */
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
  /** Forgets the machine on this computer; nothing happens on it. */
  'contexts.removeMachine': { params: onMachine, result: contexts },
  /** The hosts that ~/.ssh/config names one by one, in its order; empty without the file. */
  'contexts.importable': {
    params: empty,
    result: z.array(
      z.object({
        alias: z.string(),
        /** The machine's name that it would get; may be none that is legal. */
        name: z.string(),
        host: z.string(),
        port: z.number().int(),
        user: z.string(),
        /** Path of the first key that is named for it. */
        sshKey: z.string().optional(),
        /** It is reached through another host or a command of its own, which is not supported. */
        throughOther: z.boolean(),
      }),
    ),
  },
  /** Makes machines of the context of these hosts, by alias, as far as they can be. Throws `ssh-host-not-found`. */
  'contexts.import': {
    params: z.object({ context: z.string(), hosts: z.array(z.string()).max(1000) }),
    result: z.array(importedHostSchema),
  },
  /** Private keys found in ~/.ssh, by path, the likeliest first. */
  'keys.list': {
    params: empty,
    result: z.array(z.object({ file: z.string(), type: z.string(), encrypted: z.boolean() })),
  },

  /** Whether a machine answers, who it says it is, and, once its key is trusted, whether it lets us in. */
  'machine.test': {
    params: target,
    result: z.object({
      hostKey: z.discriminatedUnion('status', [
        z.object({ status: z.literal('known'), type: z.string(), fingerprint: z.string() }),
        z.object({ status: z.literal('unknown'), type: z.string(), fingerprint: z.string() }),
        z.object({
          status: z.literal('changed'),
          fingerprint: z.string(),
          /** The fingerprint that is known, and the file that knows it. */
          known: z.string(),
          file: z.string(),
        }),
      ]),
      /** Tried only with a known host key. */
      login: z
        .discriminatedUnion('ok', [
          z.object({ ok: z.literal(true), milliseconds: z.number() }),
          z.object({ ok: z.literal(false), error: wireErrorSchema }),
        ])
        .optional(),
    }),
  },
  /** Trusts the host key that was shown; refused when the machine offers another one by now. */
  'machine.trust': { params: z.intersection(target, z.object({ fingerprint: z.string() })), result: done },
  /** The set-up's check-list; changes nothing. */
  'machine.check': { params: onMachine, result: z.array(checkSchema) },
  /** Starts the set-up, or joins the one that runs; how it goes stands in the projection (`setup`). */
  'machine.setup': { params: onMachine, result: done },
  'machine.info': { params: onMachine, result: machineInfoSchema },
  /** Tries to connect now, whatever the countdown says. */
  'machine.reconnect': { params: onMachine, result: done },

  /** The whole projection; from then on the window hears what changes. */
  'state.get': {
    params: empty,
    result: z.object({
      context: z.string().optional(),
      machines: z.array(machineStateSchema),
      bulks: z.array(bulkSchema),
      prompts: z.array(promptSchema),
    }),
  },

  /** The preview: the plan that `operation.start` with this digest will run. */
  'operation.plan': {
    params: onMachine.extend({ request: verbRequestSchema }),
    result: z.object({ plan: planSchema, digest: z.string() }),
  },
  /**
   * Starts a verb; answers its id when it holds the repository's lock. A passphrase that is needed and not given is
   * the remembered one. `remember`: keep it in the system's keychain once it has opened the volume.
   */
  'operation.start': {
    params: onMachine.extend({
      request: verbRequestSchema,
      digest: z.string().optional(),
      passphrase: text.optional(),
      /** passphrase-change: the new one; it takes the place of a remembered one. */
      newPassphrase: text.optional(),
      remember: z.boolean().optional(),
    }),
    result: z.object({ operation: z.string() }),
  },
  /** Asks an operation to stop. `ended`: it had ended before. */
  'operation.cancel': { params: onOperation, result: z.object({ ended: z.boolean() }) },
  /** Running and past operations of every context's machines, newest first. */
  'operation.list': {
    params: z.object({ limit: z.number().int().positive().optional() }),
    result: z.object({
      operations: z.array(operationEntrySchema),
      /** Where lines of the history that cannot be read were put. */
      keptAside: z.string().optional(),
    }),
  },
  'operation.show': { params: onOperation, result: operationSummarySchema },

  /** Opens a log; `log.chunk`, `log.event` and `log.ended` with this number follow, to this window alone. */
  'log.open': { params: z.object({ source: logSourceSchema }), result: z.object({ log: z.number().int() }) },
  /** The window has done with so many bytes: as many more may come. */
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
  /** Templates to begin a repository with; each has its name and sentence under `templates` in text/. */
  'templates.list': {
    params: empty,
    result: z.array(z.object({ template: z.string(), files: z.array(z.string()) })),
  },
  /** Writes a template's files into the root of a mounted repository that holds none of them yet. */
  'templates.apply': { params: onRepository.extend({ template: z.string() }), result: done },

  'autostart.list': { params: onMachine, result: autostartListSchema },
  'autostart.verify': { params: onRepository, result: autostartEntrySchema },

  /** What a bulk verb will do, from the code that does it; changes nothing. */
  'bulk.plan': {
    params: z.object({ request: bulkApiRequestSchema }),
    result: z.object({
      items: z.array(bulkPlanItemSchema),
      /** Machines that could not be asked for their repositories. */
      failures: bulkSchema.shape.failures,
    }),
  },
  /**
   * Starts it. `shown`: the items of the preview that a person agreed to; only these are done, each as it was shown or
   * refused as `changed-since-preview`. Passphrases: one that is tried on each, or each repository's by its GUID.
   */
  'bulk.start': {
    params: z.object({
      request: bulkApiRequestSchema,
      shown: z.array(bulkShownSchema).max(100_000).optional(),
      passphrase: text.optional(),
      passphrases: z.record(z.string(), text).optional(),
    }),
    result: z.object({ bulk: z.string() }),
  },
  /** Asks what runs to stop, and begins no other. */
  'bulk.cancel': { params: z.object({ bulk: z.string() }), result: done },

  /** Answers a prompt: a password, or whether to trust; without either it is declined. */
  'prompt.answer': {
    params: z.object({ prompt: z.string(), password: text.optional(), trust: z.boolean().optional() }),
    result: done,
  },
  /** GUIDs of a machine's repositories whose passphrase is remembered. */
  'passphrase.remembered': { params: onMachine, result: z.array(z.string()) },
  'passphrase.forget': { params: onMachine.extend({ guid: z.string() }), result: done },
} as const;

const log = z.object({ log: z.number().int() });

/** What every window hears, or, of a log, the window that opened it. */
export const apiEvents = {
  'settings.changed': settingsSchema,
  'contexts.changed': contexts,
  /**
   * What is new in the projection: of each machine, the fields that changed, each whole. A machine that is not known
   * yet comes with all its fields. What waits to be sent is overtaken by what is newer.
   */
  'state.changed': z.object({
    context: z.string().optional(),
    machines: z.array(z.object({ machine: machineKeySchema, change: machineStateSchema.partial() })),
    removed: z.array(machineKeySchema),
  }),
  'bulk.changed': bulkSchema,
  'prompt.asked': promptSchema,
  /** Answered elsewhere, or not needed any more. */
  'prompt.withdrawn': z.object({ prompt: z.string() }),
  /** The tray or a notification wants the window to show something. */
  'app.show': z.object({
    machine: machineKeySchema.optional(),
    /** GUID. */
    repository: z.string().optional(),
    operation: z.string().optional(),
    /** The repository's page asks what Up needs: a passphrase that is not remembered. */
    ask: z.literal('up').optional(),
  }),
  /** `offset`: of the first byte in the log. */
  'log.chunk': log.extend({
    offset: z.number().int(),
    bytes: z.custom<Uint8Array>((value) => value instanceof Uint8Array),
  }),
  /** An event of an operation's log; `event.output` tells between which bytes it happened. */
  'log.event': log.extend({ event: operationEventSchema }),
  /** All was delivered (`verdict`, `end`), the operation is gone without a verdict, or the log broke. */
  'log.ended': log.extend({
    reason: z.enum(['verdict', 'lost', 'end', 'error']),
    error: wireErrorSchema.optional(),
  }),
  /** What becomes of the connection while a log is followed across it. */
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

/** What the window gets, whatever carries it. */
export interface ApiClient {
  /** Rejects with an AppError. */
  call<M extends ApiMethod>(method: M, params: ApiParams<M>): Promise<ApiResult<M>>;
  /** The returned function takes the listener back. */
  on<E extends ApiEvent>(event: E, listener: (payload: ApiPayload<E>) => void): () => void;
  /** What becomes of the way to the program itself; in Electron it is always there. */
  onLink(listener: (link: 'open' | 'lost' | 'refused') => void): () => void;
}

/** Returns true for a method of the table. */
export function isApiMethod(method: string): method is ApiMethod {
  return Object.hasOwn(apiMethods, method);
}

/** Returns true for an event of the table. */
export function isApiEvent(event: string): event is ApiEvent {
  return Object.hasOwn(apiEvents, event);
}
