import { ObjectId } from 'bson';
import { stampMovie, standingOf } from '../catalog/stamp-movie.ts';
import { IngestError } from '../errors.ts';
import { cleanText } from '../lib/clean-text.ts';
import type { Manifest } from '../model/manifest.ts';
import { movieFromJson, movieToJson } from '../model/movie-json.ts';
import type { Revision } from '../model/revision.ts';
import { keys, objectHeaders } from '../plan/keys.ts';
import { republish } from '../publish/publish.ts';
import { readManifest } from '../publish/read-published.ts';
import { openFence } from '../publish/replace-object.ts';
import type { LibraryContext } from './context.ts';
import { keepRecord, writeManifest } from './keep-record.ts';
import { listRevisions } from './list-revisions.ts';
import type { Film } from './look-at-film.ts';

export type RolledBack = Readonly<{ from: string | undefined; to: string }>;

/**
 * Switches viewers to another revision that is whole in the store: to `revision`, or to the one that was
 * published before the present one. The switch is one small PUT; before it the revision's manifest
 * learns what became of the document since, after it the document tells of the revision. A call that was
 * cut off in between is gone on with by the same call. Undefined when it is the present one already. Throws `usage` when there is no such revision, `store` when it is not
 * whole.
 */
export async function rollBack(
  film: Film,
  revision: string | undefined,
  context: LibraryContext,
): Promise<RolledBack | undefined> {
  const { slug, stored } = film;
  const target = await choose(film, revision, context);
  const told = film.document?.['revision'];
  const from =
    target.isCurrent && typeof told === 'string' ? told : stored.master && stored.revision;
  if (from === target.revision || (target.isCurrent && told === undefined)) return undefined;
  const { store, catalog, signal } = context;
  const manifestKey = keys.manifest(slug, target.revision);
  const found = await readManifest(store, manifestKey, signal);
  if (found === undefined) throw noSuch(film, target.revision, context);
  const masterKey = keys.master(slug);
  const demandLock = async () => signal.throwIfAborted(); // the store asks by itself (`fenced`)
  const fence = await openFence(store, [masterKey], { demandLock, signal });
  const manifest = await writeManifest(withDocumentOf(film, found), { store, signal });
  await republish(
    {
      store,
      prefix: keys.revision(slug, target.revision),
      masterKey,
      manifestKey,
      headersFor: objectHeaders,
      fence,
      signal,
    },
    manifest,
  );
  await catalog.upsert({ ...movieFromJson(manifest.movie), explicit: [] });
  await keepRecord(manifest, context, { exactly: true });
  return { from, to: target.revision };
}

async function choose(
  film: Film,
  wanted: string | undefined,
  context: LibraryContext,
): Promise<Revision> {
  const revisions = await listRevisions(film, context);
  const current = revisions.findIndex(({ isCurrent }) => isCurrent);
  // A document of a later revision than viewers have: a call before this one was cut off.
  const told = revisions.findIndex(({ revision: name }) => name === film.document?.['revision']);
  const isCutOff = told !== -1 && told < current;
  const target =
    wanted === undefined
      ? revisions[isCutOff ? current : current + 1]
      : revisions.find(({ revision }) => revision === wanted);
  if (target === undefined) throw noSuch(film, wanted, context);
  return target;
}

/** The poster has one place for all revisions: what stands there now belongs to this one too. */
function withDocumentOf({ slug, stored, document, recorded }: Film, target: Manifest): Manifest {
  const movie = movieFromJson(target.movie);
  const standing =
    document === undefined
      ? recorded
      : standingOf(document, recorded?.editorial ?? movie.editorial);
  const stamped = stampMovie(
    { ...movie, explicit: [] },
    { standing, now: new Date(), newId: new ObjectId() },
  );
  const isPoster = ({ key }: Manifest['objects'][number]) => key === keys.poster(slug);
  const poster = stored.manifest?.objects.filter(isPoster) ?? [];
  const { deleted_at: _, ...manifest } = target;
  const objects =
    poster.length === 0
      ? target.objects
      : [...poster, ...target.objects.filter((object) => !isPoster(object))];
  return { ...manifest, movie: movieToJson(stamped), objects };
}

function noSuch({ slug }: Film, wanted: string | undefined, context: LibraryContext): IngestError {
  return new IngestError('usage', {
    what:
      wanted === undefined
        ? `${slug} has no revision before the present one`
        : `${slug} has no revision called ${cleanText(wanted, { maxLength: 100 })}`,
    why: 'Revisions are kept until gc or sync --prune removes them.',
    fix: `See what there is: ${context.commandHere('revisions', slug)}`,
  });
}
