import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { givingWay, type Manner } from '../../../src/lib/giving-way.ts';

/** Work that never ends by itself in the background. */
function starving(seen: boolean[]) {
  return async ({ isBackground, signal }: Manner) => {
    seen.push(isBackground);
    if (isBackground) await wait(1e9, undefined, { signal }).catch(() => signal?.throwIfAborted());
    return 'done';
  };
}

test('what is done in time was done in the background', async () => {
  const seen: boolean[] = [];
  const work = async ({ isBackground }: Manner) => seen.push(isBackground);
  await givingWay({ until: new AbortController().signal }, work);
  expect(seen).toEqual([true]);
});

test('what is not done when its turn comes is begun anew at normal priority', async () => {
  const turn = new AbortController();
  const seen: boolean[] = [];
  const done = givingWay({ until: turn.signal }, starving(seen));
  turn.abort(new Error('the encoder has ended'));
  expect(await done).toBe('done');
  expect(seen).toEqual([true, false]);
});

test('from then on nothing is done in the background', async () => {
  const seen: boolean[] = [];
  await givingWay({ until: AbortSignal.abort() }, starving(seen));
  expect(seen).toEqual([false]);
});

test('a stop ends it for good, also when its turn comes in the same moment', async () => {
  const [turn, stop] = [new AbortController(), new AbortController()];
  const seen: boolean[] = [];
  const done = givingWay({ until: turn.signal, signal: stop.signal }, starving(seen));
  stop.abort(new Error('stopped'));
  turn.abort(new Error('the encoder has ended'));
  await expect(done).rejects.toThrow('stopped');
  expect(seen).toEqual([true]);
});

test('what it finds in the background is thrown as it is', async () => {
  const turn = new AbortController();
  const done = givingWay({ until: turn.signal }, async () => {
    turn.abort();
    throw new Error('damaged');
  });
  await expect(done).rejects.toThrow('damaged');
});
