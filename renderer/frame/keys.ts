import { useEffect, useEffectEvent } from 'react';
import { isApple } from '../ui/platform.ts';

/** Actions by the keys that start them: `Mod+K`, `Mod+Shift+P`, `F1`. */
type KeyBindings = Readonly<Record<string, () => void>>;

type Pressed = Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey'>;

/**
 * Returns the keys that were pressed, written as in `KeyBindings`. Mod is Ctrl; on a Mac it is the command key, because
 * Ctrl belongs to the shell there. A digit is recognised by its key on the row of digits, because French keyboards have
 * other signs there.
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

/** Binds keys for the whole window, ahead of anything in it (a terminal) that would take them. */
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
