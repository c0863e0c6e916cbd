import type { Origin } from '../model/settings.ts';
import type { Problem } from './problem.ts';
import type { SettingName } from './setting-table.ts';

/** A value as one source gives it: trimmed, not empty, not yet checked. */
export type Found = Readonly<{
  value: string;
  /** Short, for `doctor`: `config.json: r2.bucket`. */
  origin: Origin;
  /** For errors, with the line where there is one: `~/.config/…/config.json line 4: r2.bucket`. */
  place: string;
  /** Where a relative path starts. */
  baseDir: string;
  /** What is wrong with it, if it is this one that counts. */
  problem?: Problem;
}>;

/** What one source says, or, merged, what all of them say. */
export type Layer = ReadonlyMap<SettingName, Found>;

/** The first layer that has a value wins, setting by setting. */
export function mergeLayers(strongestFirst: readonly Layer[]): Layer {
  return new Map(strongestFirst.toReversed().flatMap((layer) => [...layer]));
}
