import { expect, it } from 'vitest';
import { monthlyStorageUsd, storageCost } from '../../../src/store/storage-cost.ts';

const FILM = { bytes: 8.3e9, objects: 3_606 }; // two hours in three rungs (storage-delivery.md §1.4)

it('a film of two hours on R2: 1.6 cents once, 12.4 cents a month', () => {
  const cost = storageCost('r2', FILM);
  expect(cost?.onceUsd).toBeCloseTo(0.0162, 4);
  expect(cost?.monthlyUsd).toBeCloseTo(0.1245, 4);
  expect(cost?.source).toMatch(/^https:/);
});

it('uploads to B2 are free', () => {
  expect(storageCost('b2', FILM)).toMatchObject({
    onceUsd: 0,
    monthlyUsd: expect.closeTo(0.0498, 4),
  });
});

it('where no price is known none is made up', () => {
  expect(storageCost('s3', FILM)).toBeUndefined();
  expect(storageCost('folder', FILM)).toBeUndefined();
  expect(monthlyStorageUsd('folder', 1)).toBeUndefined();
});
