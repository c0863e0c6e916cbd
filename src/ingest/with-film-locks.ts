import { basename } from 'node:path';
import { cleanText } from '../lib/clean-text.ts';
import type { Lock } from '../model/lock.ts';
import type { FilmContext, IngestContext, IngestRequest } from './context.ts';
import { type FilmIdentity, identifyFilm } from './identify-film.ts';
import { readContent } from './read-film.ts';

/**
 * Runs `work` as the only one that is at this film, by its content and by its slug: two names of one
 * file, or one file under two slugs, would be two documents of a film. Content first, slug second, and
 * nobody asks in another order, so that no two can wait for one another. The film is identified when
 * its content is ours: what another run has just published is known then. Work whose lock is lost
 * meanwhile is stopped. Throws `locked` while another is at it, after `waitMs`.
 */
export async function withFilmLocks<Result>(
  request: IngestRequest,
  context: IngestContext,
  work: (film: FilmIdentity, context: FilmContext) => Promise<Result>,
): Promise<Result> {
  const content = await readContent(request, context);
  const startedAt = performance.now();
  const acquire = (name: string, what: string) =>
    context.locks.acquire({
      name,
      what: `ingesting ${what}`,
      waitMs: Math.max(0, request.waitMs - (performance.now() - startedAt)),
      signal: context.signal,
    });
  const shownName = cleanText(basename(request.path), { maxLength: 200 });
  const ofContent = await acquire(contentLock(content.fingerprint), shownName);
  try {
    const film = await identifyFilm(request, content, context);
    const ofSlug = await acquire(film.slug, film.slug);
    try {
      return await underLocks([ofContent, ofSlug], context, (locked) => work(film, locked));
    } finally {
      await ofSlug.release();
    }
  } finally {
    await ofContent.release();
  }
}

async function underLocks<Result>(
  locks: readonly Lock[],
  context: IngestContext,
  work: (context: FilmContext) => Promise<Result>,
): Promise<Result> {
  const lost = AbortSignal.any(locks.map((lock) => lock.lost));
  const demandLock = async () => {
    await Promise.all(locks.map((lock) => lock.demandHeld()));
  };
  const wasTakenOver = locks.some((lock) => lock.wasTakenOver);
  const signal = AbortSignal.any([context.signal, lost]);
  try {
    return await work({ ...context, signal, demandLock, wasTakenOver });
  } catch (error) {
    // Whatever broke because of the stop is not news.
    if (lost.aborted && !context.signal.aborted) throw lost.reason;
    throw error;
  }
}

/** As a part of a file name. Of 64 hex digits half are enough, and can be read in a listing. */
function contentLock(fingerprint: string): string {
  return `film:${fingerprint.replace(/^q1:/, '').slice(0, 32)}`;
}
