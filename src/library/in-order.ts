/**
 * Does `work` for each item, so many at once, and gives the results in the order of the items. Takes no
 * more items from the source than are at work, so that a long listing is never held as a whole. The first
 * failure ends it, after what is under way has ended.
 */
export async function* inOrder<Item, Result>(
  items: AsyncIterable<Item>,
  atOnce: number,
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<Result> {
  const underWay: Promise<Result>[] = [];
  try {
    for await (const item of items) {
      const result = work(item);
      result.catch(() => {}); // it is looked at when its turn comes
      underWay.push(result);
      if (underWay.length < atOnce) continue;
      const first = underWay.shift();
      if (first !== undefined) yield await first;
    }
    for (let next = underWay.shift(); next !== undefined; next = underWay.shift()) yield await next;
  } finally {
    await Promise.allSettled(underWay);
  }
}
