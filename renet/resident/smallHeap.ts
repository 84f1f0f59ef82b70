import { setFlagsFromString } from 'node:v8';

/**
 * Keeps the memory of a process small that stays for months and does little. V8's space for new objects stays at its first
 * size, 1 MiB: it grows to 32 MiB with the first reading of a machine otherwise, and is not given back for hours. Code is
 * compiled to be small rather than fast, and never once more for speed, which takes 5 MiB. Measured by `npm run measure:agent`
 * (docs/agent-cost.md).
 */
export function keepHeapSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString('--optimize-for-size');
  setFlagsFromString('--no-opt');
}
