import type { Locks } from './lock.ts';
import type { Movie } from './movie.ts';

export type UpsertOutcome = 'created' | 'updated' | 'unchanged';

/**
 * The documents that the Spring Boot API and the Flutter app read (DESIGN §5: names, places and types
 * are their contract). Methods throw IngestError (`catalog` or `credentials`) with cause and fix.
 */
export interface Catalog {
  /** For people: `MongoDB movies.movies at cluster0.abc.mongodb.net`. Never a secret. */
  readonly name: string;

  /**
   * Tells this catalogue from another one of the same name, as on another machine's localhost. Undefined
   * where it cannot be asked for. Of a folder the caller finds it himself.
   */
  identity?(): Promise<string | undefined>;

  /** Among all machines that share the catalogue; undefined where one machine alone has it. */
  readonly leases?: Locks;

  /** Proves, within seconds, that documents can be read and written, and that the indexes stand. */
  check(): Promise<void>;

  /**
   * Inserts or updates by `slug`. Fields that the pipeline owns are set; editorial fields are set
   * when `movie.explicit` names them, else only on insert; `_id`, `created_at` and fields that others
   * own are never touched. Repeating it changes nothing (`unchanged`, and no write). Concurrent calls
   * for one slug leave one document. With `demandHeld`, which is asked after the last read, nothing is
   * written over what another has written since: the document is read, and the lock asked for, again.
   */
  upsert(movie: Movie, options?: UpsertOptions): Promise<UpsertOutcome>;

  /**
   * Changes single fields of the document that was read as `change.read`, and counts its `version` up.
   * `conflict`, and nothing is written, when its version or one of these very fields is another now, or
   * when it is gone: read again, and decide again. After a lost answer a change that was made is a
   * conflict too.
   */
  change(change: DocumentChange): Promise<'changed' | 'conflict'>;

  /** Removes for good a document whose `status` is `deleted`. False when there is none such. */
  remove(slug: string): Promise<boolean>;

  findBySlug(slug: string): Promise<CatalogDocument | undefined>;
  findByFingerprint(fingerprint: string): Promise<CatalogDocument | undefined>;

  /** Newest `created_at` first. */
  list(): AsyncIterable<CatalogDocument>;

  close(): Promise<void>;
}

export type UpsertOptions = Readonly<{
  /** Throws when the lock under which the movie was made is lost. */
  demandHeld?: () => Promise<void>;
}>;

export type DocumentChange = Readonly<{
  read: CatalogDocument;
  /** By name, at the top of the document; `undefined` takes a field away. `updated_at` is set beside. */
  fields: Readonly<Record<string, unknown>>;
}>;

/**
 * A document as it is stored, fields of others included, BSON types kept (ObjectId, Date, Long).
 * Only what every reader needs is typed; the rest is unknown.
 */
export type CatalogDocument = Readonly<
  Record<string, unknown> & { slug: string; title?: unknown; hls_url?: unknown }
>;
