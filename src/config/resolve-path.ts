import path from 'node:path';
import type { HomeFolders } from '../lib/home-folders.ts';
import type { Found } from './layer.ts';

/** The absolute path that a setting means. Shells expand `~/`, files do not. */
export function resolvePath(
  { value, baseDir }: Pick<Found, 'value' | 'baseDir'>,
  { home }: Pick<HomeFolders, 'home'>,
): string {
  const inHome = /^~(?:\/|$)/.test(value) && home !== undefined;
  return inHome ? path.join(home, value.slice(1)) : path.resolve(baseDir, value);
}
