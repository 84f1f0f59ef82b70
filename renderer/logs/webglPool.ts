import { WebglAddon } from '@xterm/addon-webgl';
import type { Terminal } from '@xterm/xterm';

/** Chromium gives a window 16 contexts and takes the oldest back without a word: we stay far below. */
const MOST_CONTEXTS = 6;
let contexts = 0;

/**
 * Draws a terminal by WebGL while there are contexts left; else, and when its context is lost, the terminal's own DOM
 * renderer does. The returned function gives the context back.
 */
export function paintFast(terminal: Terminal): () => void {
  if (contexts >= MOST_CONTEXTS) return () => undefined;
  const addon = new WebglAddon();
  let held = true;
  contexts += 1;
  const release = (): void => {
    if (!held) return;
    held = false;
    contexts -= 1;
    addon.dispose();
  };
  addon.onContextLoss(release);
  try {
    terminal.loadAddon(addon);
  } catch {
    // No WebGL here: the DOM renderer it is.
    release();
  }
  return release;
}
