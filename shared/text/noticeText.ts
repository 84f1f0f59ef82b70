import { fill } from '../errors.ts';
import type { WireNotice } from '../notices.ts';
import type { Text } from './text.ts';

/** Returns a notice's sentence in the language of `text`; the code itself when this version does not know it. */
export function noticeText({ code, details }: WireNotice, text: Text): string {
  const sentences: Readonly<Record<string, string>> = text.notices;
  return Object.hasOwn(sentences, code) ? fill(sentences[code] ?? code, details) : code;
}
