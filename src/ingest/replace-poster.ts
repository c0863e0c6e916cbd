import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeManifest } from '../library/keep-record.ts';
import { keys, objectHeaders } from '../plan/keys.ts';
import { openFence, replaceObject } from '../publish/replace-object.ts';
import type { FilmContext, IngestRequest } from './context.ts';
import { type FilmIdentity, withoutBody } from './identify-film.ts';
import { planFilm } from './plan-film.ts';
import type { Published } from './published.ts';
import { takePoster } from './take-poster.ts';
import { withLocalFilm } from './with-local-film.ts';

export type ReplacePosterOptions = Readonly<{
  request: IngestRequest;
  film: FilmIdentity;
  context: FilmContext;
}>;

/**
 * Gives a film that is in the poster that was asked for, without encoding it. Answers with the film as it
 * was handed in, and nothing was written, when no poster was asked for or it has this very one.
 */
export async function replacePoster(
  standing: Published,
  { request, film, context }: ReplacePosterOptions,
): Promise<Published> {
  if (request.poster === undefined) return standing;
  const key = keys.poster(film.slug);
  const { manifest } = standing;
  const { store, report, signal } = context;
  const fence = await openFence(store, [key], context);
  const body = await withLocalFilm({ request, film, context }, (local) =>
    drawPoster(local, film, context),
  );
  const md5 = createHash('md5').update(body).digest('hex');
  if (manifest.objects.some((object) => object.key === key && object.md5 === md5)) return standing;
  report({ type: 'step', step: 'publish' });
  const headers = objectHeaders(key);
  await replaceObject(store, { key, body, md5, ...headers }, { fence, signal });
  const poster = { key, bytes: body.length, md5, content_type: headers.contentType };
  const objects = [poster, ...manifest.objects.filter((object) => object.key !== key)];
  await context.demandLock();
  return {
    ...standing,
    manifest: await writeManifest({ ...manifest, objects }, { store, signal }),
  };
}

async function drawPoster(
  request: IngestRequest,
  { slug, subtitleFiles }: FilmIdentity,
  context: FilmContext,
): Promise<Buffer> {
  const wishes = { slug, subtitleFiles: subtitleFiles.map(withoutBody) };
  const plan = await planFilm({ path: request.path, ...wishes }, context);
  const dir = await mkdtemp(join(tmpdir(), 'movie-ingest-poster-'));
  try {
    return await takePoster({ request, plan, dir, context });
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
