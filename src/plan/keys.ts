import type { ObjectHeaders } from '../model/store.ts';

/**
 * Where everything stands in the store (DESIGN §4). All keys are `[a-z0-9-._/]`, so that percent
 * encoding never comes up. What stands below a revision is never written again and cached for ever, but
 * for its manifest, which no viewer reads; the master and the poster are short-lived.
 */
export const keys = {
  master: (slug: string) => `videos/${slug}/master.m3u8`,
  /** Everything of one revision stands below this prefix. */
  revision: (slug: string, revision: string) => `videos/${slug}/${revision}/`,
  manifest: (slug: string, revision: string) => `videos/${slug}/${revision}/manifest.json`,
  /** Stands below a revision that another run may yet write into, and nobody else begins or reads. */
  takenOver: (slug: string, revision: string) => `videos/${slug}/${revision}/taken-over.json`,
  poster: (slug: string) => `posters/${slug}.jpg`,
} as const;

const FOR_EVER = 'public, max-age=31536000, immutable';
const A_DAY = 'public, max-age=86400';
const A_MINUTE = 'public, max-age=60, s-maxage=60';

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  m3u8: 'application/vnd.apple.mpegurl',
  ts: 'video/mp2t',
  m4s: 'video/iso.segment',
  mp4: 'video/mp4',
  vtt: 'text/vtt; charset=utf-8',
  jpg: 'image/jpeg',
  json: 'application/json',
};

/** The headers that an object is stored with, from its key alone (storage-delivery.md §2.4). */
export function objectHeaders(key: string): ObjectHeaders {
  const contentType = CONTENT_TYPES[key.slice(key.lastIndexOf('.') + 1)];
  if (contentType === undefined) throw new Error(`no content type is known for ${key}`);
  if (key.startsWith('posters/')) return { contentType, cacheControl: A_DAY };
  if (key.endsWith('/manifest.json')) return { contentType, cacheControl: 'no-cache' };
  const isMaster = /^videos\/[^/]+\/master\.m3u8$/.test(key);
  return { contentType, cacheControl: isMaster ? A_MINUTE : FOR_EVER };
}
