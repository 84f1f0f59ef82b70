import { describeError, fill, toAppError } from '../shared/errors.ts';
import type { Notice, Step } from '../shared/model.ts';
import type { Text } from '../shared/text/text.ts';
import { plain } from './plain.ts';

/** A step in words, such as "up of api/Rediaccfile". */
export function stepLabel(step: Step, text: Text): string {
  return plain(fill(text.steps[step.kind], { file: step.file ?? '', function: step.function ?? '' }));
}

/** A notice's sentence; of a code this version does not know, the code. */
export function noticeText({ code, details }: Notice, text: Text): string {
  const template = Object.entries(text.notices).find(([known]) => known === code)?.[1];
  return plain(template === undefined ? code : fill(template, details));
}

/** What went wrong, in one sentence. */
export function errorText(error: unknown, text: Text): string {
  return plain(describeError(toAppError(error), text).message);
}
