import { readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { isSlug } from '../lib/make-slug.ts';
import type { Movie } from '../model/movie.ts';
import { movieFromJson, movieToJson } from '../model/movie-json.ts';
import { explainFolder } from './explain-folder.ts';
import { writeDurably } from './write-durably.ts';

/**
 * Documents that the catalogue did not take, on disk until it does: the film behind each is published.
 * A file per slug, `<dir>/<slug>.json`; a later document of a slug replaces the earlier. What is kept is
 * the Movie and not its document, because who owns which field is decided when it is delivered.
 */
export interface Outbox {
  /** Durable when it answers. Throws `catalog` or `space`. */
  put(movie: Movie): Promise<void>;
  /** In order of their slugs. A file that cannot be read is set aside as `<slug>.json.broken`. */
  slugs(): Promise<readonly string[]>;
  get(slug: string): Promise<Movie | undefined>;
  /** One that is not there is not an error. */
  remove(slug: string): Promise<void>;
}

/** The version is for a reader of another time: it must know what it does not know. */
const Entry = z.object({
  outbox_version: z.literal(1),
  movie: z.looseObject({
    slug: z.string().refine(isSlug),
    pipeline: z.looseObject({ source: z.looseObject({ mtime: z.iso.datetime() }) }),
    editorial: z.looseObject({ title: z.string() }),
    explicit: z.array(z.string()),
    ingestedAt: z.iso.datetime(),
  }),
});

/** Touches nothing until something is put. */
export function openOutbox(dir: string): Outbox {
  const file = (slug: string) => join(dir, `${slug}.json`);
  return {
    put: async (movie) => {
      const entry = { outbox_version: 1, movie: movieToJson(movie) };
      await explained(file(movie.slug), () =>
        writeDurably(file(movie.slug), `${JSON.stringify(entry, undefined, 1)}\n`),
      );
    },
    slugs: async () => {
      const names = await explained(dir, () => readdir(dir).catch(unlessAbsent([])));
      return names
        .filter((name) => name.endsWith('.json'))
        .map((name) => name.slice(0, -'.json'.length))
        .filter(isSlug)
        .toSorted();
    },
    get: async (slug) => {
      const text = await explained(file(slug), () =>
        readFile(file(slug), 'utf8').catch(unlessAbsent(undefined)),
      );
      if (text === undefined) return undefined;
      try {
        return movieFromJson(Entry.parse(JSON.parse(text)).movie);
      } catch {
        // Nothing is lost by it: the manifest in the store has the document as well.
        await rename(file(slug), `${file(slug)}.broken`).catch(() => {});
        return undefined;
      }
    },
    remove: (slug) => explained(file(slug), () => rm(file(slug), { force: true })),
  };
}

async function explained<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw explainFolder(error, { what: 'The outbox', path });
  }
}

function unlessAbsent<T>(instead: T): (error: NodeJS.ErrnoException) => T {
  return (error) => {
    if (error.code === 'ENOENT') return instead;
    throw error;
  };
}
