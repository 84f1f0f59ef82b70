import * as z from 'zod';

/**
 * The notices, each with the details that its sentence needs. A notice is worth knowing and is not an error; its
 * sentence is under its code in text/, in each language.
 */
export const NOTICE_DETAILS = {
  'already-mounted': ['name'],
  'already-closed': ['name'],
  'nothing-running': ['name'],
  'nothing-to-stop': ['name'],
  'two-rediaccfiles': ['folder', 'first', 'second'],
  'down-not-readable': ['path', 'reason'],
  'addresses-unknown': ['reason'],
  'service-in-two-folders': ['service', 'first', 'second'],
  'no-variable': ['service'],
  'services-assigned': ['services'],
  'left-running': ['file', 'processes'],
  'waiting-for-input': ['file', 'function'],
  'image-pull-failed': [],
  'log-truncated': ['bytes'],
  'event-unreadable': ['line'],
  'state-newer': ['name', 'state'],
  'link-skipped': ['path'],
  'sudo-docker': ['file', 'line'],
  'writable-by-others': ['file', 'who'],
  'service-without-address': ['service', 'name'],
  'ports-ignored': ['file', 'line', 'service', 'variable'],
  'replicas-share-address': ['file', 'line', 'service', 'setting', 'count'],
  'scaled-share-address': ['service', 'count'],
  'two-folders-one-project': ['file', 'line', 'first', 'second', 'project'],
  'listener-without-service': ['address', 'port'],
  'listens-elsewhere': ['service', 'found', 'address'],
  'service-left': ['name', 'service', 'container'],
  'volume-deleted': ['name', 'path'],
  'crash-loop': ['service', 'restarts', 'exitCode'],
  'key-renewed': ['name'],
  'holders-ended': ['name', 'holders'],
  'network-id-taken': ['name', 'networkId', 'other', 'datastore'],
  'addresses-changed': ['name', 'from', 'to'],
  'neighbour-allowed': ['name', 'other'],
  'neighbour-revoked': ['name', 'other'],
  'neighbours-open': ['name'],
  'neighbours-open-older': ['name'],
  'command-unbounded': ['name', 'reason'],
  'slot-released': ['slot', 'service'],
  'space-overcommitted': ['promised', 'available'],
  'datastore-nearly-full': ['percent', 'promised'],
  'other-key-slots': ['name', 'slots'],
  'passphrase-elsewhere': ['name', 'slots', 'file'],
  'slot-one-taken': ['name', 'file'],
  'rolled-back': [],
  'not-removed': ['name', 'reason'],
  'unfinished-kept': ['reason'],
  'handed-over': ['name'],
  'private-folder-kept-out': ['name', 'reason'],
  'strangers-removed': ['name', 'containers'],
  'volumes-left': ['name', 'volumes'],
  'key-not-removed': ['name', 'reason'],
  'key-not-noted': ['name', 'reason'],
  'not-closed': ['name', 'reason'],
  'journal-spoiled': ['lines'],
  'journal-in-memory': ['folder'],
  'journal-unwatched': [],
  'agent-alone': [],
  'agent-failing': ['restarts', 'result'],
} as const satisfies Record<string, readonly string[]>;

export type NoticeCode = keyof typeof NOTICE_DETAILS;

/** A notice that this version makes: its code, with the details that belong to it. */
export type Notice = {
  [Code in NoticeCode]: {
    code: Code;
    details: Record<(typeof NOTICE_DETAILS)[Code][number], string | number>;
  };
}[NoticeCode];
export type NoticeOf<Code extends NoticeCode> = Extract<Notice, { code: Code }>;

/** A notice as data, for SSH, IPC or a log file. Another version may send a code that this one does not know. */
export const noticeSchema = z.object({
  code: z.string(),
  details: z.record(z.string(), z.union([z.string(), z.number()])),
});
export type WireNotice = z.infer<typeof noticeSchema>;

/** Returns true for a notice that this version knows, with the details that belong to it. */
export function isNotice(notice: WireNotice): notice is Notice {
  const names: Readonly<Record<string, readonly string[]>> = NOTICE_DETAILS;
  const wanted = Object.hasOwn(names, notice.code) ? names[notice.code] : undefined;
  return wanted?.every((name) => Object.hasOwn(notice.details, name)) ?? false;
}
