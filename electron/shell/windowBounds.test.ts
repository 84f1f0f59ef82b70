import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { placeWindow } from './windowBounds.ts';

const laptop = { x: 0, y: 25, width: 1440, height: 875 };
const second = { x: 1440, y: 0, width: 1920, height: 1080 };
const small = { x: 0, y: 0, width: 1024, height: 700 };

it('opens in the middle of the first display, no larger than it', () => {
  expect(placeWindow(undefined, [laptop, second])).toEqual({ x: 80, y: 43, width: 1280, height: 840 });
  expect(placeWindow(undefined, [small])).toEqual({ x: 0, y: 0, width: 1024, height: 700 });
});

it('comes back where it was, on whichever display that is', () => {
  const saved = { x: 1500, y: 100, width: 1600, height: 900 };
  expect(placeWindow(saved, [laptop, second])).toEqual(saved);
});

it('comes to the first display when its own was taken away', () => {
  const saved = { x: 1500, y: 100, width: 1600, height: 900 };
  expect(placeWindow(saved, [laptop])).toEqual({ x: 0, y: 25, width: 1440, height: 875 });
});

it('is pushed back in where it hung over the edge', () => {
  const saved = { x: 1000, y: 300, width: 1000, height: 800 };
  expect(placeWindow(saved, [laptop])).toEqual({ x: 440, y: 100, width: 1000, height: 800 });
});

it('is where it can be seen, whatever was saved', () => {
  const pixel = fc.integer({ min: -100_000, max: 100_000 });
  const length = fc.integer({ min: 0, max: 100_000 });
  const anywhere = fc.record({ x: pixel, y: pixel, width: length, height: length });
  fc.assert(
    fc.property(anywhere, (saved) => {
      const placed = placeWindow(saved, [laptop, second]);
      const inside = [laptop, second].some(
        (area) =>
          placed.x >= area.x &&
          placed.y >= area.y &&
          placed.x + placed.width <= area.x + area.width &&
          placed.y + placed.height <= area.y + area.height,
      );
      expect(inside && placed.width > 0 && placed.height > 0).toBe(true);
    }),
  );
});
