import { isLanguage } from '../shared/text/languages.ts';
import type { Language } from '../shared/text/languages.ts';

/** The options that every command takes. */
export interface Globals {
  readonly context?: string;
  readonly output?: 'table' | 'json';
  readonly events?: boolean;
  readonly lang?: Language;
  readonly sudoPasswordFile?: string;
}

/** Whom standard output is for: `people`, a program that wants one `document`, or one that wants JSON `lines`. */
export type Audience = 'people' | 'document' | 'lines';

/** `--events` wins: its lines end with the document. */
export function audienceOf({ output, events }: Globals): Audience {
  if (events) return 'lines';
  return output === 'json' ? 'document' : 'people';
}

/**
 * The global options as far as they can be told from words that may not parse: even the error about them should be
 * in the right form and language. What follows `--` belongs to another program.
 */
export function guessGlobals(words: readonly string[]): Globals {
  const end = words.indexOf('--');
  const own = end === -1 ? words : words.slice(0, end);
  const valueOf = (name: string): string | undefined => {
    const at = own.indexOf(name);
    return at === -1 ? own.find((word) => word.startsWith(`${name}=`))?.slice(name.length + 1) : own[at + 1];
  };
  const lang = valueOf('--lang');
  return {
    ...(valueOf('--output') === 'json' && { output: 'json' }),
    ...(own.includes('--events') && { events: true }),
    ...(isLanguage(lang) && { lang }),
  };
}
