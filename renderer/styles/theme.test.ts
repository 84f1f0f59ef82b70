// @vitest-environment happy-dom
import { afterEach, expect, it, vi } from 'vitest';
import { followTheme } from './theme.ts';

/** The system's wish for light or dark, as the page is told of it. */
function systemTheme() {
  const listeners = new Set<() => void>();
  const query = {
    matches: false,
    addEventListener: (_: string, listener: () => void) => listeners.add(listener),
    removeEventListener: (_: string, listener: () => void) => listeners.delete(listener),
  };
  vi.stubGlobal('matchMedia', (media: string) => {
    expect(media).toBe('(prefers-color-scheme: light)');
    return query;
  });
  return (light: boolean): void => {
    query.matches = light;
    for (const listener of listeners) listener();
  };
}

const shown = () => document.documentElement.getAttribute('data-theme');

afterEach(() => vi.unstubAllGlobals());

it('shows the theme of the system, and follows it, until another is chosen', () => {
  const change = systemTheme();
  followTheme('system');
  expect(shown()).toBe('dark');
  change(true);
  expect(shown()).toBe('light');
  followTheme('dark');
  expect(shown()).toBe('dark');
  change(false);
  change(true);
  expect(shown()).toBe('dark');
  followTheme('light');
  expect(shown()).toBe('light');
});
