import { describeError, toAppError } from '../../shared/errors.ts';
import type { Step } from '../../shared/model.ts';
import type { WireNotice } from '../../shared/notices.ts';
import { noticeText } from '../../shared/text/noticeText.ts';
import { stepText } from '../../shared/text/stepText.ts';
import type { Text } from '../../shared/text/text.ts';
import { plain } from '../../shared/plain.ts';

/** Returns a step in words, such as "up of api/Rediaccfile", without control characters. */
export function stepLabel(step: Step, text: Text): string {
  return plain(stepText(step, text));
}

/** Returns a notice's sentence without control characters, for a terminal. */
export function noticeLine(notice: WireNotice, text: Text): string {
  return plain(noticeText(notice, text));
}

/** Says what went wrong in one sentence, without the next step and without control characters. */
export function errorText(error: unknown, text: Text): string {
  return plain(describeError(toAppError(error), text).message);
}
