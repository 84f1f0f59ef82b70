import * as z from 'zod';
import { formatSize } from './formatSize.ts';
import type { SizeStyle } from './formatSize.ts';
import { en } from './text/en/en.ts';
import type { Text } from './text/text.ts';

/** The exit codes of `rdc` and `renet` (docs/decisions/verdicts.md). */
export const EXIT = {
  succeeded: 0,
  failed: 1,
  badArguments: 2,
  authentication: 3,
  notPermitted: 4,
  notFound: 5,
  network: 6,
  busy: 7,
  lost: 8,
  precondition: 9,
  warnings: 10,
  healthError: 11,
  healthCritical: 12,
  cancelled: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/**
 * The code of every error that a person can meet, with the exit code that it gives a command. Its sentence and next
 * step are under the same code in text/en/errors.ts and in every other language.
 */
export const ERROR_EXIT = {
  internal: EXIT.failed,
  'protocol-violation': EXIT.failed,
  'command-failed': EXIT.failed,

  'bad-arguments': EXIT.badArguments,
  'bad-renet-arguments': EXIT.badArguments,
  'bad-name': EXIT.badArguments,
  'bad-size': EXIT.badArguments,
  'machine-not-named': EXIT.badArguments,
  'passphrase-missing': EXIT.badArguments,
  'new-passphrase-missing': EXIT.badArguments,
  'terminal-needed': EXIT.badArguments,
  'bad-port': EXIT.badArguments,
  'port-needed': EXIT.badArguments,
  'passphrase-empty': EXIT.badArguments,
  'passphrase-not-text': EXIT.badArguments,
  'passphrases-file-line': EXIT.badArguments,

  'wrong-passphrase': EXIT.authentication,
  'key-refused': EXIT.authentication,
  'key-unreadable': EXIT.authentication,
  'key-not-private': EXIT.authentication,
  'host-key-unknown': EXIT.authentication,
  'host-key-changed': EXIT.authentication,
  'host-key-other-type': EXIT.authentication,
  'host-key-revoked': EXIT.authentication,
  'host-key-unexpected': EXIT.authentication,
  'ssh-too-old': EXIT.authentication,
  'sudo-password-needed': EXIT.authentication,
  'sudo-password-refused': EXIT.authentication,

  'not-permitted': EXIT.notPermitted,
  'passphrases-file-exposed': EXIT.notPermitted,
  'sudo-not-allowed': EXIT.notPermitted,
  'forwarding-not-allowed': EXIT.notPermitted,
  'root-needed': EXIT.notPermitted,

  'context-not-found': EXIT.notFound,
  'no-context': EXIT.notFound,
  'machine-not-found': EXIT.notFound,
  'repository-not-found': EXIT.notFound,
  'repository-ambiguous': EXIT.failed,
  'operation-not-found': EXIT.notFound,
  'service-not-found': EXIT.notFound,
  'ssh-config-includes': EXIT.failed,
  'ssh-config-too-large': EXIT.failed,
  'ssh-config-invalid': EXIT.failed,
  'ssh-host-not-found': EXIT.notFound,
  'file-not-found': EXIT.notFound,
  'not-in-repository': EXIT.notFound,
  'no-compose-file': EXIT.notFound,

  'machine-unreachable': EXIT.network,
  'connection-lost': EXIT.network,

  'repository-busy': EXIT.busy,
  'machine-busy': EXIT.busy,
  'configuration-busy': EXIT.busy,

  'operation-lost': EXIT.lost,
  'operation-not-begun': EXIT.failed,

  'name-taken': EXIT.precondition,
  'context-exists': EXIT.precondition,
  'machine-exists': EXIT.precondition,
  'not-mounted': EXIT.precondition,
  'still-mounted': EXIT.precondition,
  'services-running': EXIT.precondition,
  'machine-not-set-up': EXIT.precondition,
  'machine-unsupported': EXIT.precondition,
  'datastore-differs': EXIT.precondition,
  'nothing-to-start': EXIT.precondition,
  'nothing-to-adopt': EXIT.precondition,
  'changed-since-preview': EXIT.precondition,
  'disk-too-small': EXIT.precondition,
  'repository-damaged': EXIT.precondition,
  'volume-deleted': EXIT.precondition,
  'stale-unfinished': EXIT.precondition,
  'private-folder-unsafe': EXIT.precondition,
  'private-folder-moved': EXIT.precondition,
  'volume-open-elsewhere': EXIT.precondition,
  'agent-older': EXIT.precondition,
  'agent-newer': EXIT.precondition,
  'configuration-damaged': EXIT.precondition,
  'agent-configuration-damaged': EXIT.precondition,
  'network-ids-exhausted': EXIT.precondition,
  'network-id-taken': EXIT.precondition,
  'daemon-of-another': EXIT.precondition,
  'confirmation-needed': EXIT.precondition,
  'keychain-absent': EXIT.precondition,
  'debugging-refused': EXIT.precondition,
  'daemon-not-running': EXIT.precondition,
  'datastore-silent': EXIT.precondition,
  'autostart-not-enabled': EXIT.precondition,
  'autostart-order': EXIT.precondition,
  'autostart-slot-needed': EXIT.precondition,
  'autostart-slot-taken': EXIT.precondition,
  'key-slots-full': EXIT.precondition,
  'passphrase-unproven': EXIT.precondition,
  'slot-in-use': EXIT.precondition,
  'cannot-shrink': EXIT.precondition,
  'fork-needs-closed': EXIT.precondition,
  'service-silent': EXIT.precondition,
  'port-in-use': EXIT.precondition,
  'file-exists': EXIT.precondition,
  'not-a-header': EXIT.precondition,
  'header-of-another': EXIT.precondition,

  'disk-full': EXIT.failed,
  'disk-read-only': EXIT.failed,
  'mount-busy': EXIT.failed,
  'not-a-repository-volume': EXIT.failed,
  'daemon-not-started': EXIT.failed,
  'daemon-silent': EXIT.failed,
  'containers-unknown': EXIT.failed,
  'still-running': EXIT.failed,
  'remains-unknown': EXIT.failed,
  'log-refused': EXIT.failed,
  'operation-log-damaged': EXIT.failed,
  'compose-invalid': EXIT.failed,
  'compose-network': EXIT.failed,
  'slots-file-invalid': EXIT.failed,
  'too-many-services': EXIT.failed,
  'colliding-names': EXIT.failed,
  'two-rediaccfiles': EXIT.failed,
  'rediaccfile-syntax': EXIT.failed,
  'rediaccfile-unchecked': EXIT.failed,
  'file-too-large': EXIT.failed,
  'file-too-complex': EXIT.failed,
  'unsafe-path': EXIT.failed,
  'function-failed': EXIT.failed,
  'rediaccfile-ended': EXIT.failed,
  'rediaccfile-ended-at': EXIT.failed,
  'rediaccfile-encoding': EXIT.failed,
  'function-timed-out': EXIT.failed,
  'autostart-key-missing': EXIT.failed,
  'autostart-key-refused': EXIT.failed,
  'autostart-key-exposed': EXIT.failed,
  'autostart-slot-empty': EXIT.failed,
  'autostart-half-done': EXIT.failed,
  'autostart-unit': EXIT.failed,
  'step-failed': EXIT.failed,
  'header-incomplete': EXIT.failed,
  'nothing-listens': EXIT.failed,
  'secret-not-delivered': EXIT.failed,
  'resident-silent': EXIT.failed,
  'setup-failed': EXIT.failed,
  'agent-checksum': EXIT.failed,

  cancelled: EXIT.cancelled,
  'operation-left': EXIT.cancelled,
  'start-left': EXIT.cancelled,
} as const satisfies Record<string, ExitCode>;

export type ErrorCode = keyof typeof ERROR_EXIT;

/** One of our own reasons, as the detail `reason` carries it. Its words are under it in text/en/reasons.ts. */
export type Reason = keyof Text['reasons'];

/** The values that fill the `{placeholders}` of a sentence. Programs read them too. */
export type ErrorDetails = Record<string, string | number>;

/** An error as data, for SSH, IPC or a log file; it is rebuilt on the other side. */
export const wireErrorSchema = z.object({
  code: z.string(),
  details: z.record(z.string(), z.union([z.string(), z.number()])),
  /** The English sentence, so that a reader who does not know the code still has something to show. */
  message: z.string(),
});
export type WireError = z.infer<typeof wireErrorSchema>;

/** The only type of error that people meet: a code, with the details that its sentence needs. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, details: ErrorDetails = {}, options?: { cause?: unknown }) {
    super(fill(en.errors[code].message, spoken(details, en)), options);
    this.name = 'AppError';
    this.code = code;
    this.details = details;
  }

  /** The exit code of a command that this error ends. */
  get exitCode(): ExitCode {
    return ERROR_EXIT[this.code];
  }
}

/**
 * Fills the `{name}` placeholders of a sentence. A placeholder without a value is left out. `{name:bytes}` is a number
 * of bytes in readable form; `{name:octets}` is the same in French.
 */
export function fill(template: string, details: ErrorDetails): string {
  return template.replace(/\{(\w+)(?::(bytes|octets))?\}/g, (_, key: string, style?: SizeStyle) => {
    const value = details[key];
    if (value === undefined) return '';
    return style !== undefined && typeof value === 'number' ? formatSize(value, style) : String(value);
  });
}

/** Returns the sentence and the next step of an error, in the language of `text`. */
export function describeError(error: AppError, text: Text): { message: string; next: string } {
  const entry = text.errors[error.code];
  const details = spoken(error.details, text);
  return { message: fill(entry.message, details), next: fill(entry.next, details) };
}

/** Returns details in which a reason of our own is put into words. Other reasons stay as they are. */
export function spoken(details: ErrorDetails, text: Text): ErrorDetails {
  const reasons: Readonly<Record<string, string>> = text.reasons;
  const { reason = '' } = details;
  const words = Object.hasOwn(reasons, reason) ? reasons[reason] : undefined;
  return words === undefined ? details : { ...details, reason: fill(words, details) };
}

/**
 * Turns any thrown value into an AppError: a full disk becomes `disk-full`, everything else `internal` with its message
 * kept.
 */
export function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const known: SystemError = error instanceof Error ? error : {};
  const { message: reason = String(error), code, syscall, path = reason } = known;
  // A file watch has the same error code when the kernel allows no more watches.
  if ((code === 'ENOSPC' || code === 'EDQUOT') && syscall !== 'watch')
    return new AppError('disk-full', { path }, { cause: error });
  if (code === 'EROFS') return new AppError('disk-read-only', { path }, { cause: error });
  return new AppError('internal', { reason }, { cause: error });
}

/** The fields of Node's errors of the file system beside the message. */
type SystemError = Partial<Error> & { code?: string; syscall?: string; path?: string };

/** Returns an error as data for the wire. */
export function toWire(error: unknown): WireError {
  const known = toAppError(error);
  return { code: known.code, details: known.details, message: known.message };
}

/**
 * Returns the error that came over a wire. One whose code this version does not know becomes `internal` with its
 * sentence.
 */
export function fromWire(wire: WireError): AppError {
  if (isErrorCode(wire.code)) return new AppError(wire.code, wire.details);
  return new AppError('internal', { reason: wire.message });
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERROR_EXIT, code);
}

/** Throws for a value that no case of a switch handles. A new member of the union then fails to compile there. */
export function assertNever(value: never): never {
  throw new AppError('internal', { reason: `unexpected value ${JSON.stringify(value)}` });
}
