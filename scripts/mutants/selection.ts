import { randomOf } from '../random.ts';
import type { Mutant } from './mutations.ts';

/**
 * Draws `count` mutants, or fewer where there are fewer, always the same ones for one seed. Each kind in each file
 * gives one in turn; otherwise most would be strings and numbers, which are the most frequent. They are returned in the
 * order of files and lines.
 */
export function drawSample(mutants: readonly Mutant[], count: number, seed: number): Mutant[] {
  return drawEvenly(mutants, ({ file, kind }) => `${file}\n${kind}`, count, seed);
}

/**
 * Draws `count` items, or fewer where there are fewer, always the same ones for one seed: each group gives one in turn.
 * They are returned in their own order.
 */
export function drawEvenly<Item>(
  items: readonly Item[],
  groupOf: (item: Item) => string,
  count: number,
  seed: number,
): Item[] {
  const random = randomOf(seed);
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const group = groupOf(item);
    groups.set(group, [...(groups.get(group) ?? []), item]);
  }
  let turns = shuffled([...groups.values()], random).map((group) => shuffled(group, random));
  const drawn: Item[] = [];
  for (; turns.length > 0 && drawn.length < count; turns = turns.filter(({ length }) => length > 0)) {
    for (const group of turns) {
      const item = group.pop();
      if (item !== undefined && drawn.length < count) drawn.push(item);
    }
  }
  const places = new Map(items.map((item, place) => [item, place]));
  return drawn.sort((a, b) => (places.get(a) ?? 0) - (places.get(b) ?? 0));
}

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  return items
    .map((item) => ({ item, turn: random() }))
    .sort((a, b) => a.turn - b.turn)
    .map(({ item }) => item);
}
