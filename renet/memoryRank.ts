import { readFileSync, writeFileSync } from 'node:fs';

/**
 * How soon the kernel ends a program when memory is short, from -1000 (never) to 1000 (first). What reads files of
 * repositories is ended long before whatever else runs: their owners may have made them to take memory.
 */
const READER_RANK = 500;
const USUAL_RANK = 0;

/** Lets the kernel end a process that reads hostile files first. One that has ended already needs nothing. */
export function endFirst(pid: number, proc = '/proc'): void {
  write(pid, READER_RANK, proc);
}

/**
 * Lets the kernel take a process that this one has started as it takes all others: the resident agent is ended late, and
 * what it starts would be, too.
 */
export function endAsOthers(pid: number, proc = '/proc'): void {
  if (Number(readFileSync(`${proc}/self/oom_score_adj`, 'utf8')) < USUAL_RANK) write(pid, USUAL_RANK, proc);
}

function write(pid: number, rank: number, proc: string): void {
  try {
    writeFileSync(`${proc}/${pid}/oom_score_adj`, String(rank));
  } catch {
    // It has ended.
  }
}
