import type { ITerminalOptions, Terminal } from '@xterm/xterm';

/** The parts of a terminal that its parser's hooks need; the same in the window and in tests without one. */
type Parsed = Pick<Terminal, 'parser'>;

/** CSI sequences to which a terminal would answer: device attributes, status, mode and version requests. */
const QUESTIONS = [
  { final: 'c' },
  { prefix: '>', final: 'c' },
  { prefix: '=', final: 'c' },
  { final: 'n' },
  { prefix: '?', final: 'n' },
  { intermediates: '$', final: 'p' },
  { prefix: '?', intermediates: '$', final: 'p' },
  { prefix: '>', final: 'q' },
  { final: 't' },
  { final: 'x' },
] as const;
/** Titles, colours of the palette (also asked for), the clipboard. */
const STRINGS = [0, 1, 2, 4, 10, 11, 12, 52, 104, 110, 111, 112] as const;

/**
 * Makes a terminal that only shows: what would answer, name the window or reach the clipboard is swallowed
 * (docs/decisions/terminals-only-show.md).
 */
export function makeDeaf({ parser }: Parsed): void {
  const swallow = (): boolean => true;
  for (const question of QUESTIONS) parser.registerCsiHandler(question, swallow);
  for (const identifier of STRINGS) parser.registerOscHandler(identifier, swallow);
  parser.registerDcsHandler({ intermediates: '$', final: 'q' }, swallow);
}

/** The address behind a link, or undefined for one that nobody may be led to. */
export function safeLink(target: string): string | undefined {
  try {
    const url = new URL(target);
    return ['http:', 'https:'].includes(url.protocol) ? url.href : undefined;
  } catch {
    return undefined;
  }
}

/** Links in a log: a click shows where they lead; whoever is asked decides. */
export function linkHandler(ask: (href: string) => void): NonNullable<ITerminalOptions['linkHandler']> {
  return {
    allowNonHttpProtocols: false,
    activate: (_, target) => {
      const href = safeLink(target);
      if (href !== undefined) ask(href);
    },
  };
}
