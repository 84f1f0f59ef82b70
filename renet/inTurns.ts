/**
 * Does `work` for each item, `most` at the same time, and returns the results in the items' order. Rejects with the first
 * failure, once nothing more of it is under way.
 */
export async function inTurns<Item, Result>(
  items: readonly Item[],
  most: number,
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const left = items.entries();
  let isOver = false;
  const lane = async (): Promise<void> => {
    for (const [index, item] of left) {
      if (isOver) return;
      try {
        results[index] = await work(item);
      } finally {
        isOver ||= !(index in results);
      }
    }
  };
  const lanes = await Promise.allSettled(Array.from({ length: Math.min(most, items.length) }, lane));
  const failed = lanes.find((one) => one.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  return results;
}
