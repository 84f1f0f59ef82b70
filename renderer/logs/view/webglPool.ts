import { WebglAddon } from '@xterm/addon-webgl';
import type { Terminal } from '@xterm/xterm';

/** The most contexts that are in use: Chromium gives a window 16, and takes the oldest back without warning. */
const MOST_CONTEXTS = 6;
let contexts = 0;

/** Returns false where the processor draws WebGL: the DOM renderer is quicker then, and leaves the window more time. */
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
 * Draws a terminal by WebGL while there are contexts left; otherwise, and when the context is lost, the terminal's own
 * DOM renderer draws it. Returns what gives the context back.
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
    // There is no WebGL here: the DOM renderer stays in use.
    release();
  }
  return release;
}
