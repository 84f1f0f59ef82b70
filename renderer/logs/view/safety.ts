import type { ITerminalOptions, Terminal } from '@xterm/xterm';

/** The part of a terminal that takes hooks; a terminal in a window has it, and so has one without a window. */
type Parsed = Pick<Terminal, 'parser'>;

/** The CSI sequences that a terminal would answer: requests for device attributes, status, modes and version. */
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
/** The OSC sequences for titles, the palette's colours (set or asked for) and the clipboard. */
const STRINGS = [0, 1, 2, 4, 10, 11, 12, 52, 104, 110, 111, 112] as const;

/**
 * Makes a terminal only show: it swallows the sequences that would make it answer, name the window or reach the
 * clipboard (docs/decisions/terminals-only-show.md).
 */
export function makeDeaf({ parser }: Parsed): void {
  const swallow = (): boolean => true;
  for (const question of QUESTIONS) parser.registerCsiHandler(question, swallow);
  for (const identifier of STRINGS) parser.registerOscHandler(identifier, swallow);
  parser.registerDcsHandler({ intermediates: '$', final: 'q' }, swallow);
}

/** Returns the address behind a link; undefined unless it is one of http or https. */
export function safeLink(target: string): string | undefined {
  try {
    const url = new URL(target);
    return ['http:', 'https:'].includes(url.protocol) ? url.href : undefined;
  } catch {
    return undefined;
  }
}

/** Returns what a terminal does with a clicked link: it calls `ask` with a safe address, and opens nothing itself. */
export function linkHandler(ask: (href: string) => void): NonNullable<ITerminalOptions['linkHandler']> {
  return {
    allowNonHttpProtocols: false,
    activate: (_, target) => {
      const href = safeLink(target);
      if (href !== undefined) ask(href);
    },
  };
}
