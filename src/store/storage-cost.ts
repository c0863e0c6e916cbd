import type { StoreSettings } from '../model/settings.ts';
import { PROVIDERS } from './providers.ts';

export type StorageCost = Readonly<{
  /** US dollars for the upload. */
  onceUsd: number;
  /** US dollars a month for keeping it. */
  monthlyUsd: number;
  /** Month of the price list, `2026-11`, and where it stands. */
  asOf: string;
  source: string;
}>;

/**
 * What a film costs at list price, free allowance not counted: one PUT an object, and its bytes for a
 * month. Undefined where no price is known (a folder, AWS, an own server).
 */
export function storageCost(
  kind: StoreSettings['kind'],
  film: Readonly<{ bytes: number; objects: number }>,
): StorageCost | undefined {
  const prices = kind === 'folder' ? undefined : PROVIDERS[kind].prices;
  if (prices === undefined) return undefined;
  return {
    onceUsd: (film.objects / 1e6) * prices.millionPuts,
    monthlyUsd: (film.bytes / 1e9) * prices.gbMonth,
    asOf: prices.asOf,
    source: prices.source,
  };
}

/** US dollars a month at list price for keeping so many bytes; undefined where no price is known. */
export function monthlyStorageUsd(kind: StoreSettings['kind'], bytes: number): number | undefined {
  return storageCost(kind, { bytes, objects: 0 })?.monthlyUsd;
}
