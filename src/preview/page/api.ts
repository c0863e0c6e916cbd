import { type Film, readFilm } from './film.ts';
import { texts } from './language.ts';
import type { Problem } from './problem.ts';

export type Loaded<T> = Readonly<{ value: T }> | Readonly<{ problem: Problem }>;

/** What is shown: a library, the films of a folder, or one address; and where its films may be. */
export type Shown = Readonly<{
  kind: 'library' | 'folder' | 'url';
  /** The origin of the store, where the films do not come from this server. */
  mediaOrigin: string | undefined;
}>;

/** Every film of the catalogue, newest first, those too that viewers do not get. */
export async function loadFilms(): Promise<Loaded<readonly Film[]>> {
  const loaded = await load('/api/movies?status=any');
  if ('problem' in loaded) return loaded;
  return { value: Array.isArray(loaded.value) ? loaded.value.map(readFilm) : [] };
}

export async function loadFilm(slug: string): Promise<Loaded<Film>> {
  const loaded = await load(`/api/movies/${encodeURIComponent(slug)}?status=any`);
  return 'problem' in loaded ? loaded : { value: readFilm(loaded.value) };
}

export async function loadShown(): Promise<Loaded<Shown>> {
  const loaded = await load('/preview.json');
  return 'problem' in loaded ? loaded : { value: loaded.value as Shown };
}

async function load(url: string): Promise<Loaded<unknown>> {
  const response = await fetch(url).catch(() => undefined);
  if (response === undefined) return { problem: serverGone() };
  const body: unknown = await response.json().catch(() => undefined);
  if (response.ok) return { value: body };
  if (response.status === 404) return { problem: noSuchFilm() };
  const { detail, why, fix } = (body ?? {}) as { detail?: string; why?: string; fix?: string };
  const check = { text: texts.fixes.checkSetUp, command: 'movie-ingest doctor' };
  return {
    problem: {
      what: detail ?? texts.problems.catalogue(response.status),
      why,
      fix: fix === undefined ? check : { text: fix },
    },
  };
}

export function serverGone(): Problem {
  return {
    what: texts.problems.serverGone,
    why: texts.problems.serverGoneWhy,
    fix: { text: texts.fixes.startAgain, command: 'movie-ingest preview' },
  };
}

function noSuchFilm(): Problem {
  return {
    what: texts.problems.noFilm,
    why: texts.problems.noFilmWhy,
    fix: { text: texts.fixes.seeWhatThereIs, command: 'movie-ingest list' },
  };
}
