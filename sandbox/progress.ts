/** Tells the person at the terminal what happens, on standard error, as standard output is for results. */
export function say(sentence: string): void {
  console.error(sentence);
}

/** Says what is being done, does it, and says how long it took. */
export async function step<Result>(what: string, work: () => Promise<Result>): Promise<Result> {
  say(`${what} ...`);
  const start = performance.now();
  const result = await work();
  say(`  done in ${((performance.now() - start) / 1000).toFixed(1)} s`);
  return result;
}
