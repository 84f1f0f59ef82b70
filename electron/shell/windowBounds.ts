/** A rectangle on the desktop, in the desktop's own pixels. */
export interface Bounds {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The smallest size at which the window's lists fit. */
export const SMALLEST_WINDOW = { width: 800, height: 560 } as const;
const FIRST_SIZE = { width: 1280, height: 840 };
/** The part of a window that has to be visible so that the pointer can take hold of it. */
const CATCHABLE = { width: 160, height: 40 };

/**
 * Returns where the window opens: at its saved place, or in the middle of the first display when the saved one is gone
 * or too small by now. `workAreas`: the displays' areas without panels and docks, the first display first.
 */
export function placeWindow(saved: Bounds | undefined, workAreas: readonly Bounds[]): Bounds {
  const [first = { x: 0, y: 0, ...FIRST_SIZE }] = workAreas;
  const home = saved && workAreas.find((area) => isCatchable(saved, area));
  const size = sizeWithin(saved ?? FIRST_SIZE, home ?? first);
  if (!saved || !home) {
    return {
      x: first.x + Math.round((first.width - size.width) / 2),
      y: first.y + Math.round((first.height - size.height) / 2),
      ...size,
    };
  }
  return {
    x: between(home.x, saved.x, home.x + home.width - size.width),
    y: between(home.y, saved.y, home.y + home.height - size.height),
    ...size,
  };
}

function isCatchable(window: Bounds, area: Bounds): boolean {
  const width = Math.min(window.x + window.width, area.x + area.width) - Math.max(window.x, area.x);
  const titleBar = Math.min(window.y + CATCHABLE.height, area.y + area.height) - Math.max(window.y, area.y);
  return width >= CATCHABLE.width && titleBar >= CATCHABLE.height / 2;
}

function sizeWithin(
  { width, height }: Pick<Bounds, 'width' | 'height'>,
  area: Bounds,
): Pick<Bounds, 'width' | 'height'> {
  return {
    width: Math.min(Math.max(width, SMALLEST_WINDOW.width), area.width),
    height: Math.min(Math.max(height, SMALLEST_WINDOW.height), area.height),
  };
}

function between(least: number, value: number, most: number): number {
  return Math.max(least, Math.min(value, most));
}
