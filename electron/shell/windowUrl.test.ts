import { expect, it } from 'vitest';
import { isWebLink, isWindowUrl, WINDOW_URL } from './windowUrl.ts';

it.each([WINDOW_URL, 'rediacc://window/index.html', 'rediacc://window/assets/a.js?b#c'])('owns %s', (url) =>
  expect(isWindowUrl(url)).toBe(true),
);

it.each([
  '',
  'about:blank',
  'file:///etc/passwd',
  'https://window/',
  'rediacc://elsewhere/',
  'rediacc://window.example/',
  'rediacc://window@example/',
  'rediacc://example@window/',
  'rediacc:window',
  'rediacc://window:80/',
])('does not own %s', (url) => expect(isWindowUrl(url)).toBe(false));

it.each([
  ['https://example.org/a', true],
  ['http://127.0.11.2:8080/', true],
  ['file:///etc/passwd', false],
  ['javascript:alert(1)', false],
  ['smb://host/share', false],
  ['ms-msdt:/id', false],
  [WINDOW_URL, false],
  ['example.org', false],
])('would open %s in a browser: %s', (url, web) => expect(isWebLink(url)).toBe(web));
