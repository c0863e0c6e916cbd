import { expect, test } from 'vitest';
import { Feed } from '../../../src/lib/feed.ts';

async function take<Item>(feed: Feed<Item>): Promise<Item[]> {
  const taken: Item[] = [];
  for await (const item of feed) taken.push(item);
  return taken;
}

test('everything comes out in order, whether it was there or is waited for', async () => {
  const feed = new Feed<number>();
  feed.add(1);
  feed.add(2);
  const taken = take(feed);
  await Promise.resolve();
  feed.add(3);
  await Promise.resolve();
  feed.end();
  feed.end();
  expect(await taken).toEqual([1, 2, 3]);
});

test('what was given before the end still comes out after it', async () => {
  const feed = new Feed<string>();
  feed.add('last');
  feed.end();
  expect(await take(feed)).toEqual(['last']);
});
