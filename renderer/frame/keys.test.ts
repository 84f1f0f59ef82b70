import { expect, it } from 'vitest';
import { keysOf } from './keys.ts';

const none = { ctrlKey: false, metaKey: false, shiftKey: false, altKey: false };

it.each([
  ['Ctrl K', { key: 'k', code: 'KeyK', ctrlKey: true }, false, 'Mod+K'],
  ['command K', { key: 'k', code: 'KeyK', metaKey: true }, true, 'Mod+K'],
  ['Ctrl K on a Mac, which is the shell’s', { key: 'k', code: 'KeyK', ctrlKey: true }, true, 'Other+K'],
  ['Ctrl Shift P', { key: 'P', code: 'KeyP', ctrlKey: true, shiftKey: true }, false, 'Mod+Shift+P'],
  ['F1', { key: 'F1', code: 'F1' }, false, 'F1'],
  ['a digit where & is printed', { key: '&', code: 'Digit1', ctrlKey: true }, false, 'Mod+1'],
  ['a comma', { key: ',', code: 'Comma', ctrlKey: true }, false, 'Mod+,'],
  ['AltGr, which writes signs', { key: '#', code: 'KeyB', ctrlKey: true, altKey: true }, false, 'Mod+Alt+#'],
] as const)('%s', (_name, pressed, apple, words) => {
  expect(keysOf({ ...none, ...pressed }, apple)).toBe(words);
});
