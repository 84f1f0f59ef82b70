import { stripVTControlCharacters } from 'node:util';
import type { Step } from '../../../shared/model.ts';
import type { OperationLog } from './operationLog.ts';

const TAIL_BYTES = 8 * 1024;
const LAST_LINES = 10;

/** An operation's log that knows which step's output is written to it. */
export interface StepLog extends OperationLog {
  /** Logs that the step begins; output that is written from now on belongs to it. */
  begin(step: Step): void;
  /** Returns the last lines of the step's output as plain text, ten at most. */
  lastLinesOf(step: Step): string[];
}

/** Makes a log that also keeps the end of each step's output in memory. */
export function keepLastLines(log: OperationLog): StepLog {
  const tails = new Map<number, Buffer>();
  let current = -1;
  return {
    ...log,
    begin: (step) => {
      current = step.index;
      log.event({ type: 'step-started', step });
    },
    output: (bytes) => {
      log.output(bytes);
      const joined = Buffer.concat([tails.get(current) ?? Buffer.alloc(0), bytes]);
      tails.set(current, joined.subarray(Math.max(0, joined.length - TAIL_BYTES)));
    },
    lastLinesOf: ({ index }) => {
      const tail = tails.get(index);
      return tail === undefined ? [] : lastLines(tail);
    },
  };
}

/** Returns the last lines of a terminal's output as plain text, without what a carriage return overwrote. */
export function lastLines(tail: Uint8Array): string[] {
  const text = stripVTControlCharacters(Buffer.from(tail).toString('utf8'));
  return text
    .split('\n')
    .map((line) => line.replace(/\r+$/, ''))
    .map((line) => line.slice(line.lastIndexOf('\r') + 1))
    .filter((line) => line.trim() !== '')
    .slice(-LAST_LINES);
}
