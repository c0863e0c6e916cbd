import type { Found } from './layer.ts';
import { SETTINGS, type SettingName, type SettingRow, waysOf } from './setting-table.ts';

/** What a config file is to say of a setting; undefined: nothing. */
export type NewValue = Pick<Found, 'value' | 'via'> | undefined;

export type ConfigChange = Readonly<{
  /** As the file names it: `r2.secretAccessKeyCommand`. */
  name: string;
  kind: 'new' | 'changed' | 'removed';
}>;

export type ChangedConfig = Readonly<{
  config: Readonly<Record<string, unknown>>;
  /** In the order of the table; empty when the file says all of it already. */
  changes: readonly ConfigChange[];
}>;

type Section = Record<string, unknown>;

/**
 * A config file with these settings in it. All else that it says stays, in its order; of a secret only
 * the one way to give it stays that is written (two are a mistake). `config` is not changed.
 */
export function changeConfig(
  config: Readonly<Record<string, unknown>>,
  news: ReadonlyMap<SettingName, NewValue>,
): ChangedConfig {
  const next = structuredClone(config) as Section;
  const changes = (SETTINGS as readonly SettingRow[])
    .filter((row) => news.has(row.name))
    .flatMap((row) => {
      const wanted = news.get(row.name);
      return waysOf(row).flatMap((way) =>
        setAt(next, way.name, wanted?.via === way.via ? wanted?.value : undefined),
      );
    });
  return { config: next, changes };
}

/** Answers with the change, if it is one. */
function setAt(config: Section, name: string, value: string | undefined): readonly ConfigChange[] {
  const before = valueAt(config, name);
  if (before === value) return [];
  assign(config, name, value);
  if (before === undefined) return [{ name, kind: 'new' }];
  return [{ name, kind: value === undefined ? 'removed' : 'changed' }];
}

function valueAt(config: Section, name: string): unknown {
  const [section = '', member] = name.split('.');
  const value = config[section];
  return member === undefined ? value : (value as Section | undefined)?.[member];
}

/** A section that becomes empty goes: an empty one counts for nothing. */
function assign(config: Section, name: string, value: unknown): void {
  const [section = '', member] = name.split('.');
  const into = member === undefined ? config : ((config[section] ?? {}) as Section);
  const key = member ?? section;
  if (value === undefined) delete into[key];
  else into[key] = value;
  if (member === undefined) return;
  if (Object.keys(into).length === 0) delete config[section];
  else config[section] = into;
}
