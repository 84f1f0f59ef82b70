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

/** The reader of standard output: `people`, or a program that wants one JSON `document` or JSON `lines`. */
export type Audience = 'people' | 'document' | 'lines';

/** Returns who reads standard output. `--events` wins over `--output json`: its lines end with the document. */
export function audienceOf({ output, events }: Globals): Audience {
  if (events) return 'lines';
  return output === 'json' ? 'document' : 'people';
}

/**
 * Reads the global options from words that may not parse, as far as that is possible, so that even the error about
 * these words has the form and the language that were asked for. Words after `--` belong to another program.
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
