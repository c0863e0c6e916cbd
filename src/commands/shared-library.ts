import { createHash } from 'node:crypto';
import { IngestError } from '../errors.ts';
import type { IngestContext } from '../ingest/context.ts';
import { markFolder, readFolderMark } from '../lib/folder-mark.ts';
import type { FilmJob } from '../model/film-job.ts';

type Library = Pick<IngestContext, 'settings' | 'store' | 'catalog'>;

/**
 * Where films go, as it is called on every machine that works for the same library: by what is there and
 * not by the way to it. A folder, or a database on localhost, is another one on each machine, whatever
 * its name: a folder gets a mark (with `isMarked`), and MongoDB's collection has an id of its own.
 */
export async function sharedLibrary(
  library: Library,
  { isMarked }: Readonly<{ isMarked: boolean }>,
): Promise<FilmJob['storage']> {
  const { store, catalog, settings } = library;
  const mark = isMarked ? markFolder : readFolderMark;
  const parts = [
    settings.store.kind === 'folder'
      ? await mark(settings.store.dir).catch(explainMark)
      : [new URL(settings.store.endpoint).host, settings.store.bucket],
    settings.catalog.kind === 'folder'
      ? await mark(settings.catalog.dir).catch(explainMark)
      : ((await catalog.identity?.()) ?? catalog.name),
    store.publicBaseUrl,
  ];
  const profile = createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 12);
  const { publicBaseUrl: url } = store;
  return { profile, store: store.name, catalog: catalog.name, url };
}

/** Keys are a worker's own: it must not put a film where nobody wants it. */
export async function demandSameLibrary({ storage }: FilmJob, library: Library): Promise<void> {
  const here = await sharedLibrary(library, { isMarked: false });
  if (here.profile === storage.profile) return;
  throw new IngestError('usage', { ...difference(here, storage), isOfThisMachine: true });
}

type Difference = Readonly<{ what: string; why: string; fix: string }>;

function difference(here: FilmJob['storage'], wanted: FilmJob['storage']): Difference {
  const places = `${here.store} and ${here.catalog}`;
  if (here.store !== wanted.store || here.catalog !== wanted.catalog) {
    return {
      what: `this worker writes to ${places}, the film goes to ${wanted.store} and ${wanted.catalog}`,
      why: 'A worker needs the settings of the one who hands films in.',
      fix: 'Give this machine the same store and catalogue, or a queue of its own',
    };
  }
  if (here.url !== wanted.url) {
    return {
      what: `this worker's films are played from ${here.url}, this one is to be played from ${wanted.url}`,
      why: 'The address stands in the document.',
      fix: 'Give this machine the same public address',
    };
  }
  return {
    what: `this worker writes to ${places}, which are others than those of the same name that the film goes to`,
    why: 'A folder, and a server on localhost, are other ones on each machine.',
    fix: 'Mount the very folder on this machine, and name a server that all reach; or configure a bucket and MongoDB',
  };
}

function explainMark(error: unknown): never {
  const { message } = error as Error;
  throw new IngestError('store', {
    what: 'the folder of the library cannot be told from those of other machines',
    why: message,
    fix: 'A queue marks it with a small hidden file: make it writable for you',
    cause: error,
  });
}
