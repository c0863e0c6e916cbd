import type { Found } from './layer.ts';
import { type SettingName, variableOf } from './setting-table.ts';

/** A setting and where it stands, never its value: `R2_BUCKET (.env line 3)`, `flag --store`. */
export function nameSource(name: SettingName, found: Found): string {
  const variable = variableOf(name);
  if (found.place.startsWith(variable) || found.place.startsWith('flag ')) return found.place;
  return `${variable} (${found.place})`;
}
