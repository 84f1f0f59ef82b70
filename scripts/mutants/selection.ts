import { randomOf } from '../random.ts';
import type { Mutant } from './mutations.ts';

/**
 * Draws `count` mutants, or fewer where there are fewer, always the same ones for one seed. Each kind in each file
 * gives one in turn; otherwise most would be strings and numbers, which are the most frequent. They are returned in the
 * order of files and lines.
 */
export function drawSample(mutants: readonly Mutant[], count: number, seed: number): Mutant[] {
  const random = randomOf(seed);
  const groups = new Map<string, Mutant[]>();
  for (const mutant of mutants) {
    const group = `${mutant.file}\n${mutant.kind}`;
    groups.set(group, [...(groups.get(group) ?? []), mutant]);
  }
  let turns = shuffled([...groups.values()], random).map((group) => shuffled(group, random));
  const drawn: Mutant[] = [];
  for (; turns.length > 0 && drawn.length < count; turns = turns.filter(({ length }) => length > 0)) {
    for (const group of turns) {
      const mutant = group.pop();
      if (mutant !== undefined && drawn.length < count) drawn.push(mutant);
    }
  }
  const places = new Map(mutants.map((mutant, place) => [mutant, place]));
  return drawn.sort((a, b) => (places.get(a) ?? 0) - (places.get(b) ?? 0));
}

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  return items
    .map((item) => ({ item, turn: random() }))
    .sort((a, b) => a.turn - b.turn)
    .map(({ item }) => item);
}
