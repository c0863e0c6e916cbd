import { expect, test } from 'vitest';
import { inOrder } from '../../../src/library/in-order.ts';
import { deferred, settle } from '../store/stand-in-store.ts';

test('results come in the order of the items, and no more are taken than are at work', async () => {
  let taken = 0;
  const gates = Array.from({ length: 6 }, () => deferred<number>());
  async function* items() {
    for (const gate of gates) {
      taken += 1;
      yield gate;
    }
  }
  const got: number[] = [];
  const all = (async () => {
    for await (const result of inOrder(items(), 3, ({ promise }) => promise)) got.push(result);
  })();
  await settle();
  expect(taken).toBe(3);
  gates[2]?.resolve(2);
  gates[1]?.resolve(1);
  await settle();
  expect([got, taken]).toEqual([[], 3]);
  for (const [index, gate] of gates.entries()) gate.resolve(index);
  await all;
  expect(got).toEqual([0, 1, 2, 3, 4, 5]);
});

test('the first failure ends it, after what is under way has ended', async () => {
  const slow = deferred();
  let hasEnded = false;
  async function* items() {
    yield* ['fails', 'slow'];
  }
  const run = (async () => {
    for await (const _ of inOrder(items(), 2, async (item) => {
      if (item === 'fails') throw new Error('no');
      await slow.promise;
      hasEnded = true;
    }));
  })();
  await settle();
  slow.resolve();
  await expect(run).rejects.toThrow('no');
  expect(hasEnded).toBe(true);
});
