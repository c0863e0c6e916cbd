import { setTimeout as delay } from 'node:timers/promises';
import { type Collection, type Document, MongoClient, ObjectId, type WithId } from 'mongodb';
import { IngestError } from '../errors.ts';
import { cleanText } from '../lib/clean-text.ts';
import { isSlug } from '../lib/make-slug.ts';
import { readProcStartTime } from '../lib/process-identity.ts';
import type {
  Catalog,
  CatalogDocument,
  DocumentChange,
  UpsertOptions,
  UpsertOutcome,
} from '../model/catalog.ts';
import type { Movie } from '../model/movie.ts';
import type { CatalogSettings } from '../model/settings.ts';
import { duplicateFilm } from './duplicate-film.ts';
import { explainMongoError } from './explain-mongo-error.ts';
import { checkMongoUri, explainMongoUri } from './explain-mongo-uri.ts';
import { mergeMovie, versionOf } from './merge-movie.ts';
import { type MongoContext, readMongoFailure } from './mongo-failure.ts';
import { ensureIndexes } from './mongo-indexes.ts';
import { type LeaseCollection, MongoLeases } from './mongo-leases.ts';
import type { CatalogOptions } from './open-catalog.ts';
import { retryTransient } from './retry-transient.ts';

type MongoSettings = Extract<CatalogSettings, { kind: 'mongo' }>;

export type MongoOptions = CatalogOptions &
  Readonly<{
    /** Pauses between the tries of a write. */
    delaysMs?: readonly number[];
    /** How long to look for a server, at each try. */
    selectionMs?: number;
    /** After how long `check` and the searches give up on a server that hangs. */
    checkMs?: number;
    /** The same for a write, with all its tries. */
    writeMs?: number;
    /** How long a lease outlives its last renewal. */
    leaseMs?: number;
  }>;

/**
 * What comes before an encode answers within 8 s. More than the search for a server takes, so that one
 * that is not there is told with its cause.
 */
const CHECK_MS = 7_000;
const SELECTION_MS = 5_000;

/**
 * An election of 20 s is outlasted, whether the server says that it is no primary or cannot be found,
 * and one that is not there, or hangs, is given up after half a minute.
 */
const WRITE_MS = 30_000;
const DELAYS_MS = [1_000, 3_000, 8_000, 6_000, 9_000];

/**
 * One document per movie in a MongoDB collection. Connects at the first call; an idle connection is
 * given up after a minute, so that the write after hours of encoding gets a fresh one.
 */
export class MongoCatalog implements Catalog {
  readonly name: string;
  readonly leases: MongoLeases;
  readonly #client: MongoClient;
  readonly #movies: Collection;
  readonly #context: MongoContext;
  readonly #options: MongoOptions;

  constructor(settings: MongoSettings, options: MongoOptions) {
    this.#options = options;
    this.#client = makeClient(settings.uri, options);
    this.#movies = this.#client
      .db(settings.db)
      // As numbers, sizes would be compared and shown as what they are not stored as.
      .collection(settings.collection, { promoteLongs: false });
    const { hosts, srvHost, credentials } = this.#client.options;
    const [first, ...more] = hosts.map(String);
    this.#context = {
      host: srvHost ?? `${first}${more.length > 0 ? ` and ${more.length} more` : ''}`,
      namespace: this.#movies.namespace,
      user: cleanText(credentials?.username ?? '', { maxLength: 60 }),
    };
    this.name = `MongoDB ${this.#context.namespace} at ${this.#context.host}`;
    const { readStartTime = readProcStartTime, onWarning = () => {}, leaseMs } = options;
    this.leases = new MongoLeases({
      collection: this.#client
        .db(settings.db)
        .collection(`${settings.collection}_leases`) as LeaseCollection,
      readStartTime,
      explained: (work) => this.#soon(work),
      onWarning,
      ...(leaseMs === undefined ? {} : { leaseMs }),
    });
  }

  async check(): Promise<void> {
    await this.#soon(() => this.#checkNow());
  }

  /** The collection's UUID, which every way to the server leads to; it is there after `check`. */
  async identity(): Promise<string | undefined> {
    const { dbName, collectionName: name } = this.#movies;
    const [found] = await this.#soon(() =>
      this.#client
        .db(dbName)
        .listCollections({ name }, { nameOnly: false })
        .toArray()
        .catch((error: unknown) => {
          if (readMongoFailure(error)?.serverCode === 13) return []; // this user may not ask
          throw error;
        }),
    );
    return found?.info?.uuid?.toString();
  }

  async #checkNow(): Promise<void> {
    // A ping succeeds without a login (test-servers.md §2.3): the collection itself must be touched.
    await this.#movies.findOne({}, { projection: { _id: 1 } });
    // The right to write is looked at before the filter, which matches nothing.
    await this.#movies.updateOne({ _id: new ObjectId() }, { $set: { slug: '' } });
    await ensureIndexes(this.#movies, this.#options.onWarning ?? (() => {}));
    await this.leases.prepare();
  }

  async upsert(movie: Movie, { demandHeld }: UpsertOptions = {}): Promise<UpsertOutcome> {
    if (!isSlug(movie.slug)) throw new Error(`not a slug: ${movie.slug}`);
    return this.#persist(() => this.#upsertOrRaceAgain(movie, demandHeld));
  }

  async change({ read, fields }: DocumentChange): Promise<'changed' | 'conflict'> {
    const given = Object.entries(fields);
    const set = given.filter(([, value]) => value !== undefined);
    const gone = given.filter(([, value]) => value === undefined).map(([field]) => field);
    const result = await this.#persist(() =>
      this.#movies.updateOne(asRead(read, Object.keys(fields)), {
        $set: {
          ...Object.fromEntries(set),
          updated_at: new Date(),
          version: (versionOf(read) ?? 0) + 1,
        },
        ...(gone.length > 0 && { $unset: pathsToUnset(gone) }),
      }),
    );
    return result.matchedCount === 1 ? 'changed' : 'conflict';
  }

  async remove(slug: string): Promise<boolean> {
    const result = await this.#persist(() => this.#movies.deleteOne({ slug, status: 'deleted' }));
    return result.deletedCount === 1;
  }

  /** Writes that bear being repeated. */
  async #persist<T>(work: () => Promise<T>): Promise<T> {
    const { delaysMs = DELAYS_MS, writeMs = WRITE_MS } = this.#options;
    return this.#explained(() =>
      this.#within(writeMs, (signal) =>
        retryTransient(() => this.#connected(work), { delaysMs, limitMs: writeMs, signal }),
      ),
    );
  }

  /**
   * A lost race (11000: for a new slug, or for a document that is not as it was read) is settled by
   * another look: the document is there now.
   */
  async #upsertOrRaceAgain(
    movie: Movie,
    demandHeld: UpsertOptions['demandHeld'],
  ): Promise<UpsertOutcome> {
    try {
      return await this.#upsertOnce(movie, demandHeld);
    } catch (error) {
      const failure = readMongoFailure(error);
      if (failure?.serverCode !== 11_000) throw error;
      const { fingerprint } = movie.pipeline.source;
      const twin =
        fingerprint === undefined
          ? null
          : await this.#movies.findOne({ 'source.fingerprint': fingerprint });
      if (twin !== null && twin['slug'] !== movie.slug) {
        throw duplicateFilm(movie.slug, toCatalogDocument(twin).slug, error);
      }
      return await this.#upsertOnce(movie, demandHeld);
    }
  }

  async #upsertOnce(movie: Movie, demandHeld: UpsertOptions['demandHeld']): Promise<UpsertOutcome> {
    const { slug } = movie;
    const existing = await this.#findStored(slug);
    const change = mergeMovie({
      existing: existing ?? undefined,
      movie,
      now: new Date(),
      newId: new ObjectId(),
    });
    if (change.outcome === 'unchanged') return 'unchanged';
    if (existing !== null && existing['slug'] === undefined) {
      await this.#movies.updateOne({ _id: existing._id }, { $set: { slug } });
    }
    if (demandHeld !== undefined && existing !== null) {
      await demandHeld();
      const asRead = { _id: existing._id, version: existing['version'] ?? null };
      const { set, unset } = change;
      const update = { $set: set, ...(unset.length > 0 && { $unset: pathsToUnset(unset) }) };
      const { matchedCount } = await this.#movies.updateOne(asRead, update);
      return matchedCount === 1 ? 'updated' : this.#upsertOnce(movie, demandHeld);
    }
    await demandHeld?.();
    const { _id, ...setOnInsert } = change.setOnInsert;
    const result = await this.#movies.findOneAndUpdate(
      // Exactly the unique key: then a server settles races for it by itself. Under a lock it must be
      // this very document: where another has come since, the unique key refuses a second one.
      demandHeld === undefined ? { slug } : { slug, _id: _id as ObjectId },
      {
        $set: change.set,
        $setOnInsert: demandHeld === undefined ? { _id, ...setOnInsert } : setOnInsert,
        ...(change.unset.length > 0 && { $unset: pathsToUnset(change.unset) }),
      },
      { upsert: true, includeResultMetadata: true, projection: { _id: 1 } },
    );
    return result.lastErrorObject?.['updatedExisting'] === true ? 'updated' : 'created';
  }

  async findBySlug(slug: string): Promise<CatalogDocument | undefined> {
    if (!isSlug(slug)) return undefined;
    return this.#soon(async () => optional(await this.#findStored(slug)));
  }

  async findByFingerprint(fingerprint: string): Promise<CatalogDocument | undefined> {
    return this.#soon(async () =>
      optional(await this.#movies.findOne({ 'source.fingerprint': fingerprint })),
    );
  }

  async *list(): AsyncIterable<CatalogDocument> {
    const cursor = this.#movies.find({}, { sort: { created_at: -1 } });
    try {
      for await (const document of cursor) yield toCatalogDocument(document);
    } catch (error) {
      throw explainMongoError(error, this.#context);
    } finally {
      await cursor.close();
    }
  }

  async close(): Promise<void> {
    await this.#client.close();
  }

  /**
   * By slug; else a document made by hand before this tool, which has none but plays the same address.
   * The next upsert gives it its slug: a second document would show the film twice.
   */
  async #findStored(slug: string): Promise<WithId<Document> | null> {
    return (
      (await this.#movies.findOne({ slug })) ??
      (await this.#movies.findOne({
        slug: { $exists: false },
        hls_url: { $regex: `/${slug}/master\\.m3u8$` },
      }))
    );
  }

  async #explained<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw explainMongoError(error, this.#context);
    }
  }

  async #soon<T>(work: () => Promise<T>): Promise<T> {
    const { checkMs = CHECK_MS } = this.#options;
    return this.#explained(() => this.#within(checkMs, () => this.#connected(work)));
  }

  /** After a first connection that failed the driver refuses everything ("Topology is closed") but this. */
  async #connected<T>(work: () => Promise<T>): Promise<T> {
    await this.#client.connect();
    return work();
  }

  /**
   * A server that accepts connections but hangs would otherwise be waited for at each step anew, for as
   * long as the socket's own time-out. `work` is told when it is too late: it begins nothing more then.
   */
  async #within<T>(limitMs: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const over = new AbortController();
    const signal = AbortSignal.any([
      over.signal,
      ...(this.#options.signal ? [this.#options.signal] : []),
    ]);
    const timer = delay(limitMs, undefined, { signal });
    const tooLate = timer.then(() => {
      over.abort();
      throw this.#hangs(limitMs);
    });
    try {
      return await Promise.race([work(signal), tooLate]);
    } finally {
      over.abort();
    }
  }

  #hangs(limitMs: number): IngestError {
    return new IngestError('catalog', {
      what: `${this.#context.host} did not answer within ${limitMs / 1_000} s`,
      why: 'It accepts connections but is too busy, or hangs.',
      fix: 'Look at the server, then run the same command again.',
    });
  }
}

/** catalog-sync-scale.md §1.2; `timeoutMS` has no effect any more in 7.9. */
function makeClient(
  uri: string,
  { version, selectionMs = SELECTION_MS }: MongoOptions,
): MongoClient {
  checkMongoUri(uri);
  try {
    return new MongoClient(uri, {
      appName: `movie-ingest/${version}`,
      serverSelectionTimeoutMS: selectionMs,
      connectTimeoutMS: selectionMs,
      socketTimeoutMS: 30_000,
      maxPoolSize: 4, // Atlas M0 has 500 connections for everybody
      maxIdleTimeMS: 60_000,
      ignoreUndefined: true,
      readPreference: 'primary', // what a secondary does not show yet would be written again
      // On a single server too: without it 56 of 769 acknowledged writes were gone after a SIGKILL
      // (test-servers.md §2.3).
      writeConcern: { w: 'majority' },
    });
  } catch (error) {
    throw explainMongoUri(error);
  }
}

/** The document, as long as its version and these fields are what they were when it was read. */
function asRead(read: CatalogDocument, fields: readonly string[]): Document {
  const watched = ['version', ...fields].map((field) => {
    const value = read[field];
    return [field, value === undefined ? { $exists: false } : { $eq: value }];
  });
  return { _id: read['_id'], ...Object.fromEntries(watched) };
}

function pathsToUnset(paths: readonly string[]): Record<string, ''> {
  return Object.fromEntries(paths.map((path) => [path, '']));
}

function optional(document: WithId<Document> | null): CatalogDocument | undefined {
  return document === null ? undefined : toCatalogDocument(document);
}

/** A document made by hand may have no slug: the address that it plays holds one. */
function toCatalogDocument(document: Document): CatalogDocument {
  const inUrl = /\/([^/]+)\/master\.m3u8$/.exec(String(document['hls_url']))?.[1];
  return { ...document, slug: String(document['slug'] ?? inUrl ?? '') };
}
