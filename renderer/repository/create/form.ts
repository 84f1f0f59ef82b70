import { AppError, describeError, fill } from '../../../shared/errors.ts';
import { isValidName } from '../../../shared/names.ts';
import { parseSize, SMALLEST_VOLUME } from '../../../shared/size.ts';
import type { Text } from '../../../shared/text/text.ts';
import type { Formats } from '../../format/format.ts';

/** A new repository as a person typed it. */
export interface RepositoryDraft {
  readonly name: string;
  readonly size: string;
  readonly passphrase: string;
  readonly repeat: string;
  readonly remember: boolean;
  /** The id of a template, or '' for none. */
  readonly template: string;
}

/** The facts of the place where the repository will be. */
export interface Room {
  readonly machine: string;
  readonly datastore: string;
  /** The free bytes of the datastore, absent until the machine has told. */
  readonly free?: number | undefined;
  readonly names: readonly string[];
}

/** Returns what is wrong with what was typed, by field. */
export function repositoryProblems(
  draft: RepositoryDraft,
  room: Room,
  text: Text,
  formats: Pick<Formats, 'size'>,
): Partial<Record<keyof RepositoryDraft, string>> {
  const { name, passphrase, repeat } = draft;
  const sentence = (error: AppError): string => Object.values(describeError(error, text)).join(' ');
  const size = sizeProblem(draft.size, room, text, formats);
  return {
    ...(!isValidName(name) && { name: sentence(new AppError('bad-name', { name })) }),
    ...(room.names.includes(name) && { name: fill(text.creation.nameTaken, { machine: room.machine }) }),
    ...(size !== undefined && { size }),
    ...(passphrase === '' && { passphrase: sentence(new AppError('passphrase-empty')) }),
    ...(passphrase !== repeat && { repeat: text.creation.different }),
  };
}

/** Returns why a volume cannot have this size, or undefined when it can. */
function sizeProblem(
  typed: string,
  { free, datastore }: Room,
  text: Text,
  { size }: Pick<Formats, 'size'>,
): string | undefined {
  const bytes = sizeOf(typed);
  if (bytes === undefined) {
    return Object.values(describeError(new AppError('bad-size', { size: typed }), text)).join(' ');
  }
  if (bytes < SMALLEST_VOLUME) return fill(text.creation.tooSmall, { size: size(SMALLEST_VOLUME) });
  if (free === undefined || bytes <= free) return undefined;
  return fill(text.creation.tooLarge, { free: size(free), path: datastore });
}

/** Returns the size in bytes, or undefined when what was typed is no size. */
export function sizeOf(typed: string): number | undefined {
  try {
    return parseSize(typed);
  } catch {
    return undefined;
  }
}
