import { scanSegment } from '../../src/library/scan-segment.ts';
import type { Store } from '../../src/model/store.ts';

/** A film as it stands in a store, without what two encodes of it never have in common. */
export type FilmInStore = Readonly<{
  keys: readonly string[];
  /** Pictures and places of each video segment, MD5s of the sound, texts of the playlists. */
  content: readonly (readonly [key: string, content: unknown])[];
}>;

/** Everything below `videos/<slug>/`; segments are MPEG-TS. */
export async function filmInStore(store: Store, slug: string): Promise<FilmInStore> {
  const signal = AbortSignal.timeout(60_000);
  const keys: string[] = [];
  for await (const { key } of store.list(`videos/${slug}/`, { signal })) keys.push(key);
  const content: [string, unknown][] = [];
  for (const key of keys) {
    const body = await store.get(key, { signal });
    if (body === undefined) throw new Error(`${key} is listed, but not there`);
    content.push([key, contentOf(key, body)]);
  }
  return { keys, content };
}

function contentOf(key: string, body: Buffer): unknown {
  if (key.endsWith('.m3u8')) return withoutSizes(body.toString());
  if (key.endsWith('.vtt')) return body.toString();
  if (!key.endsWith('.ts')) return body.length > 0;
  if (/\/audio-/.test(key)) return body.toString('base64');
  const { kind, frames, firstPts, lastPts, keyFrames, sps, problems } = scanSegment(body);
  const keyPts = keyFrames.map(({ pts, isIdr }) => [pts, isIdr]);
  return { kind, frames, firstPts, lastPts, keyPts, sps, problems };
}

/** Rates and byte ranges follow the bytes. */
function withoutSizes(playlist: string): string {
  return playlist.replaceAll(/(BANDWIDTH=|BYTERANGE:)[\d@]+/g, '$1');
}

/** A document without its times, and what follows the bytes of the picture. */
export function lastingPart(document: unknown): unknown {
  if (Array.isArray(document)) return document.map(lastingPart);
  if (typeof document !== 'object' || document === null) return document;
  return Object.fromEntries(
    Object.entries(document)
      .filter(([key]) => !/^_id$|_at$|bytes$|bandwidth$|^bucket$/.test(key))
      .map(([key, value]) => [key, lastingPart(value)]),
  );
}
