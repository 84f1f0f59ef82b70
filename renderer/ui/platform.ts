/** Returns true on macOS, where the command key takes the place of Ctrl. */
export function isApple(): boolean {
  return /mac/i.test(navigator.userAgent);
}
