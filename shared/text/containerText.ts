import { fill } from '../errors.ts';
import type { Container } from '../model.ts';
import type { Text } from './text.ts';

/** Returns what Docker says of a container, and that it is in a crash loop. */
export function containerText({ state, status, crashLoop }: Container, text: Text): string {
  const shown = status || state;
  if (crashLoop === undefined) return shown;
  const { restarts, exitCode: code = '?' } = crashLoop;
  return fill(text.app.crashLoop, { status: shown, restarts, code });
}
