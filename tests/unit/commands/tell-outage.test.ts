import { expect, test } from 'vitest';
import { tellOutage } from '../../../src/commands/tell-outage.ts';
import type { Event } from '../../../src/model/event.ts';
import { failure } from '../store/stand-in-store.ts';

test('an outage is told once it lasts, every few seconds, and when it is over', () => {
  const told: Event[] = [];
  let ms = 100_000;
  const { onWaiting } = tellOutage({
    store: 'R2 films',
    maxOutageMs: 900_000,
    report: (event) => told.push(event),
    now: () => ms,
  });
  /** Fails so long after the first failure. */
  const fail = (failingMs: number) => {
    ms = 100_000 + failingMs;
    onWaiting?.({
      number: 1,
      delayMs: 1,
      failingMs,
      isBusy: false,
      error: failure('passing', 'R2 cannot be reached'),
    });
  };
  for (const failingMs of [0, 1_999, 2_500, 3_000, 4_400, 4_500, 5_000]) fail(failingMs);
  ms += 2_000;
  onWaiting?.(undefined);
  fail(1_000); // a hiccup
  onWaiting?.(undefined);
  const outage = { type: 'outage', store: 'R2 films', giveUpAfterMs: 900_000 };
  const cause = 'R2 cannot be reached';
  expect(told).toEqual([
    { ...outage, forMs: 2_500, isOver: false, cause },
    { ...outage, forMs: 4_500, isOver: false, cause },
    { ...outage, forMs: 7_000, isOver: true },
  ]);
});
