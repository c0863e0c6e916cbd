import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { probe } from '../ffmpeg/probe/probe.ts';
import { makePoster } from '../ffmpeg/stills/poster.ts';
import type { Manifest } from '../model/manifest.ts';
import { movieFromJson } from '../model/movie-json.ts';
import { keys, objectHeaders } from '../plan/keys.ts';
import type { LibraryContext } from './context.ts';
import { writeManifest } from './keep-record.ts';
import type { Film } from './look-at-film.ts';

/** As the segments show it: upright, progressive, SDR. */
const AS_IT_IS = {
  deinterlace: false,
  toneMap: 'none',
  inputMatrix: 'auto',
  frameRounding: 'near',
  keepTimeStamps: true,
} as const;

/**
 * Makes a poster from the film in the store, out of the middle of its best rendition, and records it.
 * False when there is nothing to make it from.
 */
export async function makePosterAgain(film: Film, context: LibraryContext): Promise<boolean> {
  const { store, signal } = context;
  const { manifest } = film.stored;
  if (manifest === undefined) return false;
  const clip = await readMiddle(manifest, context);
  if (clip === undefined) return false;
  const body = await drawPoster(clip, context);
  const key = keys.poster(film.slug);
  const md5 = createHash('md5').update(body).digest('hex');
  const headers = objectHeaders(key);
  await store.put({ key, body, md5, ...headers }, { signal });
  const poster = { key, bytes: body.length, md5, content_type: headers.contentType };
  const objects = [poster, ...manifest.objects.filter((object) => object.key !== key)];
  await writeManifest({ ...manifest, objects }, { store, signal });
  return true;
}

type Clip = Readonly<{ name: string; bytes: Buffer }>;

/** A segment that can be played by itself: behind its map, where the format has one. */
async function readMiddle(
  manifest: Manifest,
  { store, signal }: LibraryContext,
): Promise<Clip | undefined> {
  const { renditions } = movieFromJson(manifest.movie).pipeline;
  const rung = renditions.at(-1)?.name;
  const folder = `${keys.revision(manifest.slug, manifest.revision)}${rung}/`;
  const own = manifest.objects.map(({ key }) => key).filter((key) => key.startsWith(folder));
  const segments = own.filter((key) => /\.(?:ts|m4s)$/.test(key)).toSorted();
  const middle = segments[segments.length >> 1];
  const map = own.find((key) => key.endsWith('.mp4'));
  if (middle === undefined) return undefined;
  const parts = await Promise.all(
    [...(map === undefined ? [] : [map]), middle].map((key) => store.get(key, { signal })),
  );
  const bytes = parts.filter((part) => part !== undefined);
  if (bytes.length !== parts.length) return undefined;
  return { name: map === undefined ? 'clip.ts' : 'clip.mp4', bytes: Buffer.concat(bytes) };
}

async function drawPoster({ name, bytes }: Clip, context: LibraryContext): Promise<Buffer> {
  const { signal } = context;
  const tools = await context.tools();
  const dir = await mkdtemp(join(tmpdir(), 'movie-ingest-poster-'));
  try {
    const path = join(dir, name);
    await writeFile(path, bytes);
    const source = await probe(path, { tools, signal });
    const outPath = join(dir, 'poster.jpg');
    await makePoster({ tools, source, picture: AS_IT_IS, outPath, at: 'auto', signal });
    return await readFile(outPath);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
