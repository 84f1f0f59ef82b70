import { WebglAddon } from '@xterm/addon-webgl';
import type { Terminal } from '@xterm/xterm';

/** Chromium gives a window 16 contexts and takes the oldest back without a word: we stay far below. */
const MOST_CONTEXTS = 6;
let contexts = 0;

/** False where WebGL is drawn by the processor: the DOM renderer is quicker then, and leaves the window its time. */
function hasGraphicsCard(): boolean {
  const context = document
    .createElement('canvas')
    .getContext('webgl2', { failIfMajorPerformanceCaveat: true });
  if (context === null) return false;
  const names = context.getExtension('WEBGL_debug_renderer_info');
  const renderer: unknown = names === null ? '' : context.getParameter(names.UNMASKED_RENDERER_WEBGL);
  context.getExtension('WEBGL_lose_context')?.loseContext();
  return !/swiftshader|llvmpipe|software/i.test(String(renderer));
}

/**
 * Draws a terminal by WebGL while there are contexts left; else, and when its context is lost, the terminal's own DOM
 * renderer does. The returned function gives the context back.
 */
export function paintFast(terminal: Terminal): () => void {
  if (contexts >= MOST_CONTEXTS || !hasGraphicsCard()) return () => undefined;
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
