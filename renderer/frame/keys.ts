import { useEffect, useEffectEvent } from 'react';
import { isApple } from '../ui/platform.ts';

/** What keys do, by their words: `Mod+K`, `Mod+Shift+P`, `F1`. */
type KeyBindings = Readonly<Record<string, () => void>>;

type Pressed = Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey'>;

/**
 * The words of what was pressed. Mod is Ctrl, and the command key on a Mac, where Ctrl belongs to the shell. A digit is
 * its key on the row of digits, as French keyboards have other signs there.
 */
export function keysOf({ key, code, ctrlKey, metaKey, shiftKey, altKey }: Pressed, apple: boolean): string {
  const digit = /^Digit(\d)$/.exec(code)?.[1];
  const words = [
    ...((apple ? metaKey : ctrlKey) ? ['Mod'] : []),
    ...((apple ? ctrlKey : metaKey) ? ['Other'] : []),
    ...(altKey ? ['Alt'] : []),
    ...(shiftKey ? ['Shift'] : []),
    digit ?? (key.length === 1 ? key.toUpperCase() : key),
  ];
  return words.join('+');
}

/** Binds keys for the whole window, before anything in it (a terminal) takes them. */
export function useKeys(bindings: KeyBindings): void {
  const press = useEffectEvent((event: KeyboardEvent) => {
    const act = bindings[keysOf(event, isApple())];
    if (act === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent): void => press(event);
    window.addEventListener('keydown', listener, { capture: true });
    return () => window.removeEventListener('keydown', listener, { capture: true });
  }, []);
}
