import { stripVTControlCharacters } from 'node:util';
import type { Ended } from './admin.ts';

/** Returns what a person was told by a command: its exit code, and its last verdict or error with the advice. */
export function toldBy({ code, stdout, stderr }: Ended): string {
  const lines = stripVTControlCharacters(`${stdout}\n${stderr}`)
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
  const document = lines.filter((line) => line.startsWith('{')).map(sentenceOf);
  const verdict = [...document, ...lines.filter((line) => /^[✓✗!] /.test(line))].filter(Boolean).at(-1);
  const advice = lines.filter((line) => line.startsWith('→ ')).at(-1);
  return `exit ${String(code)}: ${withoutIds([verdict ?? lines.at(-1), advice].filter(Boolean).join(' '))}`;
}

/** Returns the verdict or the error in a line of JSON; empty when it has neither. */
function sentenceOf(line: string): string {
  const { verdict, error } = JSON.parse(line) as {
    verdict?: { kind: string; error?: { message: string } };
    error?: { message: string };
  };
  return error?.message ?? [verdict?.kind, verdict?.error?.message].filter(Boolean).join(': ');
}

function withoutIds(words: string): string {
  return words
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'ID')
    .replace(/ after \d+ s/, '')
    .replace(/127\.0\.0\.1:\d+/g, 'HOST');
}

interface Line {
  readonly n?: number;
  readonly type: string;
  readonly position?: number;
  readonly text?: string;
  readonly base64?: string;
}

/**
 * Compares what `rdc --events` printed of one operation with the log that the machine keeps of it. Lists what is
 * missing, double or different.
 */
export function streamFaults(printed: string, log: { events: string; output: Buffer }): string[] {
  const lines = printed
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Line);
  const events = lines.filter(({ n }) => n !== undefined);
  const wanted = log.events
    .split('\n')
    .filter(Boolean)
    .map((line) => (JSON.parse(line) as Line).type);
  const faults: string[] = [];
  if (events.some(({ n }, at) => n !== at) || events.map(({ type }) => type).join() !== wanted.join())
    faults.push(`events ${events.map(({ n }) => n).join(' ')} instead of 0 to ${wanted.length - 1}`);
  const pieces = lines
    .filter(({ type }) => type === 'output')
    .map(({ position = 0, text, base64 }) => ({
      position,
      bytes: base64 === undefined ? Buffer.from(text ?? '') : Buffer.from(base64, 'base64'),
    }));
  let next = 0;
  for (const { position, bytes } of pieces) {
    if (position !== next) faults.push(`output goes on at byte ${position} instead of ${next}`);
    next = position + bytes.length;
  }
  if (!Buffer.concat(pieces.map(({ bytes }) => bytes)).equals(log.output))
    faults.push('the output is another one');
  return faults;
}
