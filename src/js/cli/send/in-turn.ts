/**
 * Works on some items at once, and takes the results in the order of the items, each as soon as all before it are there. What anything of
 * it throws ends it.
 */
export async function inTurn<Item, Result>(
  items: AsyncIterable<Item>,
  atOnce: number,
  work: (item: Item) => Promise<Result>,
  take: (result: Result) => Promise<void>,
): Promise<void> {
  const underWay = new Set<Promise<void>>();
  let failed = false;
  let taken = Promise.resolve();
  for await (const item of items) {
    const result = work(item);
    taken = taken.then(async () => take(await result));
    taken.catch(() => {
      failed = true;
    });
    const done: Promise<void> = result.then(
      () => void underWay.delete(done),
      () => {
        failed = true;
      },
    );
    underWay.add(done);
    // With one at a time, the next one is not asked for before this one's result is out.
    if (underWay.size >= atOnce) await (atOnce === 1 ? taken : Promise.race(underWay));
    if (failed) break;
  }
  await taken;
}
