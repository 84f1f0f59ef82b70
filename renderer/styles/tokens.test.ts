import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const css = readFileSync(new URL('tokens.css', import.meta.url), 'utf8');

function tokensOf(selector: string): Map<string, string> {
  const block = css.slice(css.indexOf(selector)).split('}')[0] ?? '';
  return new Map(
    [...block.matchAll(/--([\w-]+): (#\w+);/g)].map(([, name = '', value = '']) => [name, value]),
  );
}

type Rgb = readonly [number, number, number];

/** Lays a colour over an opaque one; the last two digits of `colour`, where it has eight, are its opacity. */
function over(colour: string, below: Rgb): Rgb {
  const channel = (at: number): number => Number.parseInt(colour.slice(1 + 2 * at, 3 + 2 * at) || 'ff', 16);
  const alpha = channel(3) / 255;
  return [0, 1, 2].map((at) => channel(at) * alpha + (below[at] ?? 0) * (1 - alpha)) as unknown as Rgb;
}

function luminance(rgb: Rgb): number {
  const [r, g, b] = rgb.map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as unknown as Rgb;
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(text: Rgb, surface: Rgb): number {
  const [a, b] = [luminance(text), luminance(surface)].sort((x, y) => y - x) as [number, number];
  return (a + 0.05) / (b + 0.05);
}

const TEXTS = ['text', 'muted', 'faint', 'accent', 'ok', 'warn', 'fail', 'idle', 'stale'];
const SURFACES = ['app', 'panel', 'raised', 'terminal'];
const SOFT = ['accent-soft', 'ok-soft', 'warn-soft', 'fail-soft'];

describe.each(["[data-theme='dark']", "[data-theme='light']"])('%s', (selector) => {
  const tokens = tokensOf(selector);
  const opaque = (name: string): Rgb => over(tokens.get(name) ?? '', [0, 0, 0]);

  it('lets every text be read on every surface', () => {
    const surfaces = SURFACES.map((name) => [name, opaque(name)] as const);
    const selected = SOFT.map((name) => [name, over(tokens.get(name) ?? '', opaque('panel'))] as const);
    const poor = [...surfaces, ...selected].flatMap(([surface, colour]) =>
      TEXTS.filter((text) => contrast(opaque(text), colour) < 4.5).map((text) => `${text} on ${surface}`),
    );
    expect(poor).toEqual([]);
  });

  it.each([
    ['on-accent', 'accent-solid'],
    ['on-fail', 'fail-solid'],
  ])('lets %s be read on %s', (text, surface) => {
    expect(contrast(opaque(text), opaque(surface))).toBeGreaterThanOrEqual(4.5);
  });
});
