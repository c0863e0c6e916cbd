import { openCatalog } from '../catalog/open-catalog.ts';
import { ownVersion } from '../lib/own-version.ts';
import { factsOf } from '../library/check-public.ts';
import { listFilm, listPosters } from '../library/list-films.ts';
import { readFilm } from '../library/read-film.ts';
import { type FaultOfFilm, type FilmVisit, visitFilm } from '../library/visit-film.ts';
import type { Manifest } from '../model/manifest.ts';
import type { Settings } from '../model/settings.ts';
import type { Store } from '../model/store.ts';
import { keys } from '../plan/keys.ts';
import { openStore } from '../store/open-store.ts';
import type { SetupCheck } from './check-setup.ts';

/** How many of the newest are looked at to find one that is published. */
const NEWEST = 20;

/**
 * Fetches the newest published film through the public address, as a page and as an app, and says what
 * viewers meet: a line for each fault, with cause and fix, or one line when all is well. Throws what
 * store and catalogue throw.
 */
export async function checkViewers(
  settings: Settings,
  signal: AbortSignal,
): Promise<readonly SetupCheck[]> {
  const { store: place, origins } = settings;
  if (place.kind === 'folder' && origins['store.publicBaseUrl'] === 'default') return [ONLY_HERE];
  const store = await openStore(place, { concurrency: 1 });
  try {
    const film = await newestFilm(store, settings, signal);
    if (film === undefined) return [NO_FILM];
    const { slug } = film;
    const [poster] = (await listPosters(store, keys.poster(slug), signal)).values();
    const visit = await visitFilm(film, {
      ...settings,
      publicBaseUrl: store.publicBaseUrl,
      poster: poster && (await factsOf(poster, { store, signal })),
      segments: 1,
      signal,
    });
    if (visit.faults.length > 0) return visit.faults.map(checkOf);
    return [{ status: 'ok', name: NAME, detail: describe(visit, slug, store) }];
  } finally {
    await store.close();
  }
}

const NAME = 'viewers';

async function newestFilm(
  store: Store,
  settings: Settings,
  signal: AbortSignal,
): Promise<Manifest | undefined> {
  const catalog = await openCatalog(settings.catalog, { version: await ownVersion(), signal });
  let looked = 0;
  try {
    for await (const { slug, status, revision } of catalog.list()) {
      if (looked === NEWEST) return undefined;
      if (status === 'deleted') continue;
      looked += 1;
      const hint = typeof revision === 'string' ? revision : undefined;
      const film = await readFilm(await listFilm(store, slug, signal), { store, hint, signal });
      if (film.master !== undefined && film.manifest !== undefined) return film.manifest;
    }
    return undefined;
  } finally {
    await catalog.close();
  }
}

function describe({ objects, caching }: FilmVisit, slug: string, store: Store): string {
  const kept = caching === undefined ? '' : `, cache ${caching}`;
  return `${store.publicBaseUrl}: ${objects} objects of ${slug}, as a browser and as a phone${kept}`;
}

function checkOf({ fault, keys: [key, ...more] }: FaultOfFilm): SetupCheck {
  const { isFatal, what, cause, fix } = fault;
  const others = more.length === 0 ? '' : ` and ${more.length} more`;
  const subject = key === undefined ? '' : `${key}${others}: `;
  return {
    status: isFatal ? 'failed' : 'warning',
    name: NAME,
    detail: `${subject}${what}`,
    cause,
    fix,
    ...(isFatal ? { exit: 'drift' as const } : {}),
  };
}

const ONLY_HERE: SetupCheck = {
  status: 'warning',
  name: NAME,
  detail: 'the films are in a folder that nobody but this machine can play',
  fix: 'Configure a bucket (docs/providers.md), or the public URL of your own server: MOVIE_INGEST_PUBLIC_URL',
};

const NO_FILM: SetupCheck = {
  status: 'warning',
  name: NAME,
  detail: 'there is no published film to fetch',
  fix: 'Add one first: movie-ingest add FILM',
};
