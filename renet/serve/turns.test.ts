import { expect, it } from 'vitest';
import { createTurns, LANES } from './turns.ts';
import type { Line, Turn } from './turns.ts';

/** Asks for turns in a method's lane. Returns those that are had once what is due has happened. */
async function had(line: Line, method: keyof typeof LANES, count: number): Promise<Turn[]> {
  const turns: Turn[] = [];
  const lane = LANES[method];
  if (lane === undefined) throw new Error(`${method} takes no turns`);
  for (let asked = 0; asked < count; asked += 1)
    void line.turn(lane).then((turn) => {
      if (turn !== undefined) turns.push(turn);
    });
  await new Promise((resolve) => setImmediate(resolve));
  return turns;
}

it('lets checks that take minutes keep nobody’s reads and plans waiting, of whoever asks', async () => {
  const turns = createTurns();
  const lines = Array.from({ length: 8 }, () => turns.join());
  const checks = await Promise.all(lines.map((line) => had(line, 'repository.validate', 3)));
  expect(checks.flat()).toHaveLength(2);
  const [first = turns.join()] = lines;
  expect(await had(first, 'repository.status', 5)).toHaveLength(3);
  expect(await had(turns.join(), 'repository.status', 5)).toHaveLength(3);
});

it('lets a connection’s long reads, and all connections’, keep nobody’s plans waiting', async () => {
  const turns = createTurns();
  const lines = Array.from({ length: 3 }, () => turns.join());
  const reads = await Promise.all(lines.map((line) => had(line, 'machine.info', 3)));
  expect(reads.flat()).toHaveLength(8);
  const [first = turns.join()] = lines;
  expect(await had(first, 'operation.plan', 1)).toHaveLength(1);
  expect(await had(first, 'operation.list', 1)).toHaveLength(1);
});

it('gives a place to the next when the work is done, and none to one who has left', async () => {
  const turns = createTurns();
  const [one, left, other] = [turns.join(), turns.join(), turns.join()];
  const [check] = await had(one, 'repository.validate', 1);
  await had(turns.join(), 'repository.validate', 1);
  expect(await had(left, 'repository.validate', 1)).toEqual([]);
  left.leave();
  const waiting = had(other, 'repository.validate', 1);
  check?.worked();
  expect(await waiting).toHaveLength(1);
});
