import type { ITheme } from '@xterm/xterm';

/** Returns the terminal's colours in the window's theme, read from the style sheet so that they are written once. */
export function terminalTheme(): ITheme {
  const style = getComputedStyle(document.documentElement);
  const token = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  const [ok, warn, fail, accent, text, faint] = ['ok', 'warn', 'fail', 'accent', 'text', 'faint'].map(token);
  const background = token('terminal');
  return {
    background,
    foreground: text,
    cursor: text,
    selectionBackground: `${token('accent-solid')}59`,
    black: faint,
    red: fail,
    green: ok,
    yellow: warn,
    blue: accent,
    magenta: accent,
    cyan: accent,
    white: text,
    brightBlack: faint,
    brightRed: fail,
    brightGreen: ok,
    brightYellow: warn,
    brightBlue: accent,
    brightMagenta: accent,
    brightCyan: accent,
    brightWhite: text,
  } as ITheme;
}
