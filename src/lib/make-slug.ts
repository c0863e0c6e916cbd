import slugify from '@sindresorhus/slugify';
import { cleanText } from './clean-text.ts';
import { stripFilmExtension } from './strip-film-extension.ts';

const MAX_LENGTH = 80;

/**
 * The name of a film in keys and URLs, from its file name or title: lower-case ASCII words joined by
 * single hyphens, at most 80 characters. `Đất Rừng Phương Nam (2023).mp4` → `dat-rung-phuong-nam-2023`.
 * The same for a name in NFC and in NFD (Macs hand over both), so that a film keeps its slug. Never a
 * path: dots and slashes are hyphens like all else. '' when nothing is left (`七人の侍.mkv`, `...`): the
 * caller then falls back to a name of its own.
 */
export function makeSlug(name: string): string {
  const text = stripFilmExtension(cleanText(name, { maxLength: 1_000 }));
  // Not decamelized: `GX010123` would become `gx-010123`, `McCabe` `mc-cabe`.
  const slug = slugify(text, { decamelize: false });
  if (slug.length <= MAX_LENGTH) return slug;
  const lastHyphen = slug.lastIndexOf('-', MAX_LENGTH);
  return slug.slice(0, lastHyphen > 0 ? lastHyphen : MAX_LENGTH);
}

/** Whether `makeSlug` could have made it: what comes from outside as a slug is checked with this. */
export function isSlug(text: string): boolean {
  return text.length <= MAX_LENGTH && /^[a-z0-9]+(-[a-z0-9]+)*$/.test(text);
}
