import type { Origin } from '../model/settings.ts';
import type { Problem } from './problem.ts';
import { type SettingName, type SettingRow, type Way, waysOf } from './setting-table.ts';

/** A value as one source gives it: trimmed, not empty, not yet checked. */
export type Found = Readonly<{
  value: string;
  /** Short, for `doctor`: `config.json: r2.bucket`. */
  origin: Origin;
  /** For errors, with the line where there is one: `~/.config/…/config.json line 4: r2.bucket`. */
  place: string;
  /** The value is not the secret itself but where it is to be had (`resolve-secrets.ts`). */
  via?: Way['via'];
  /** Where a relative path starts. */
  baseDir: string;
  /** What is wrong with it, if it is this one that counts. */
  problem?: Problem;
}>;

/** What one source says, or, merged, what all of them say. */
export type Layer = ReadonlyMap<SettingName, Found>;

/**
 * What one source says of a setting, however it says it. Several ways in one source are a mistake:
 * whoever changes the one that does not count would never know.
 */
export function findAnyWay(
  row: SettingRow,
  look: (way: Way) => Found | undefined,
): Found | undefined {
  const found = waysOf(row).flatMap((way) => {
    const value = look(way);
    return value === undefined ? [] : [{ way, value }];
  });
  const [first, ...others] = found;
  if (first === undefined) return undefined;
  const { via } = first.way;
  const value = via === undefined ? first.value : { ...first.value, via };
  if (others.length === 0) return value;
  const names = found.map(({ way }) => way.variable);
  return {
    ...value,
    problem: {
      what: `${names.join(' and ')} are both set (${found.map(({ value: { place } }) => place).join(', ')})`,
      fix: `Keep one of them`,
    },
  };
}

/** The first layer that has a value wins, setting by setting. */
export function mergeLayers(strongestFirst: readonly Layer[]): Layer {
  return new Map(strongestFirst.toReversed().flatMap((layer) => [...layer]));
}
