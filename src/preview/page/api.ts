import { type Film, readFilm } from './film.ts';
import type { Problem } from './problem.ts';

export type Loaded<T> = Readonly<{ value: T }> | Readonly<{ problem: Problem }>;

/** Every film of the catalogue, newest first. */
export async function loadFilms(): Promise<Loaded<readonly Film[]>> {
  const loaded = await load('/api/movies');
  if ('problem' in loaded) return loaded;
  return { value: Array.isArray(loaded.value) ? loaded.value.map(readFilm) : [] };
}

export async function loadFilm(slug: string): Promise<Loaded<Film>> {
  const loaded = await load(`/api/movies/${encodeURIComponent(slug)}`);
  return 'problem' in loaded ? loaded : { value: readFilm(loaded.value) };
}

async function load(url: string): Promise<Loaded<unknown>> {
  const response = await fetch(url).catch(() => undefined);
  if (response === undefined) return { problem: SERVER_GONE };
  const body: unknown = await response.json().catch(() => undefined);
  if (response.ok) return { value: body };
  if (response.status === 404) return { problem: NO_SUCH_FILM };
  const { what, why, fix } = (body ?? {}) as { what?: string; why?: string; fix?: string };
  return {
    problem: {
      what: what ?? `The catalogue could not be read (HTTP ${response.status})`,
      why,
      fix: fix === undefined ? CHECK : { text: fix },
    },
  };
}

export const SERVER_GONE: Problem = {
  what: 'The preview server does not answer',
  why: 'It was stopped, or this page is older than it.',
  fix: { text: 'Start it again and reload this page:', command: 'movie-ingest preview' },
};

const NO_SUCH_FILM: Problem = {
  what: 'The catalogue has no such film',
  why: 'It was removed, or the address is not right.',
  fix: { text: 'See what there is:', command: 'movie-ingest list' },
};

const CHECK = { text: 'Check the set-up:', command: 'movie-ingest doctor' };
