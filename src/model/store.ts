/** What is put. The body is always a Buffer or a file on disk: streams cannot be sent again. */
export type PutRequest = Readonly<{
  key: string;
  body: Buffer | Readonly<{ path: string; bytes: number }>;
  contentType: string;
  cacheControl: string;
  /** Of the body, as hex, when the caller has it already. The store computes it otherwise. */
  md5?: string;
  /**
   * What of it was sent before somebody was cut off is not sent again, and what is sent now stays for the
   * next. For large objects whose key is of one content alone.
   */
  isGoneOnWith?: boolean;
}>;

/** `md5` as hex when the store knows it (a single PUT's ETag), else undefined. */
export type StoredObject = Readonly<{ key: string; bytes: number; md5: string | undefined }>;

/** As a listing shows it, with when it was last written, by the store's clock. */
export type ListedObject = StoredObject & Readonly<{ modifiedAtMs: number }>;

/** What stands at a key just now. `etag` changes with every write; compare it, read nothing into it. */
export type StandingObject = Readonly<{
  bytes: number;
  md5: string | undefined;
  etag: string;
  modifiedAtMs: number;
}>;

/** Bytes `from` up to, not including, `to` of the object that has this `etag`. */
export type PartRequest = Readonly<{ key: string; etag: string; from: number; to: number }>;

/** For objects that two runs could write, if one of them slept through the end of its lock. */
export type ReplaceRequest = PutRequest &
  Readonly<{
    /** What was seen at the key while the lock was held for certain; undefined for nothing. */
    seen: string | undefined;
    /** Asked when all is ready, as the last thing before the switch. Throws when the lock is lost. */
    demandHeld: () => Promise<void>;
  }>;

export type CopyRequest = Readonly<{ from: string; key: string; bytes: number; md5: string }>;

/** What an object is served with. */
export type ObjectHeaders = Readonly<{ contentType: string; cacheControl: string }>;

/** An upload in parts that was begun and neither completed nor aborted: its parts are paid for. */
export type OpenUpload = Readonly<{ key: string; id: string; startedAtMs: number }>;

/**
 * Where films are published. No policy inside: no patience, no concurrency, no naming of keys; those
 * are `retry.ts`, `upload.ts` and `plan/keys.ts`. Every method may throw an IngestError (`store` or
 * `credentials`) with cause and fix, and stops soon after `signal` fires. Safe to call concurrently.
 */
export interface Store {
  /** For people: `R2 movies`, `folder ~/Movies/movie-ingest/media`. Never a secret. */
  readonly name: string;
  readonly kind: 'folder' | 'r2' | 'b2' | 's3';
  /** Bucket name, or undefined for a folder. */
  readonly bucket: string | undefined;
  /** Without a slash at the end: `https://media.example.com`. */
  readonly publicBaseUrl: string;

  /**
   * Stores one object and answers only when the store has all of it, unharmed (MD5 compared).
   * Replaces atomically: a reader sees the old object or the new one, never a part.
   */
  put(request: PutRequest, options: StoreOptions): Promise<StoredObject>;

  /** The whole object, or undefined when there is none. Meant for playlists and manifests. */
  get(key: string, options: StoreOptions): Promise<Buffer | undefined>;

  /**
   * As `put`, but only over what the caller has seen there. Undefined, and nothing was written, when
   * something else stands there now: another run's, or the caller's own after a lost answer. Where the
   * service knows no conditional writes (B2) it is looked at just before.
   */
  replace(request: ReplaceRequest, options: StoreOptions): Promise<StoredObject | undefined>;

  /** Undefined when there is nothing. The key may be of others, and one that we would never write. */
  look(key: string, options: StoreOptions): Promise<StandingObject | undefined>;

  /** Undefined when the object is another by now, or gone. The key may be of others. */
  readPart(request: PartRequest, options: StoreOptions): Promise<Buffer | undefined>;

  /**
   * The same bytes under another key, headers included, without sending them. Undefined, and nothing was
   * written, when there is no object at `from` any more or it is not `md5`.
   */
  copy(request: CopyRequest, options: StoreOptions): Promise<StoredObject | undefined>;

  /** In key order (UTF-8 bytes). A prefix that matches nothing yields nothing. */
  list(prefix: string, options: ListOptions): AsyncIterable<ListedObject>;

  /** Removing an absent key is not an error. */
  remove(keys: readonly string[], options: StoreOptions): Promise<void>;

  /** Undefined when there is no such object, or when the store keeps no headers (a folder). */
  headers(key: string, options: StoreOptions): Promise<Partial<ObjectHeaders> | undefined>;

  /** Serves an object with other headers from now on; its bytes stay. Nothing where none are kept. */
  relabel(key: string, headers: ObjectHeaders, options: StoreOptions): Promise<void>;

  /** Below `prefix`, in no order. A folder has none. */
  openUploads(prefix: string, options: StoreOptions): AsyncIterable<OpenUpload>;

  /** One that is gone already is not an error. */
  abortUpload(upload: OpenUpload, options: StoreOptions): Promise<void>;

  /** True when trying the same again cannot help (wrong key, no bucket); only the adapter can tell. */
  isPermanent(error: unknown): boolean;

  close(): Promise<void>;
}

export type StoreOptions = Readonly<{ signal?: AbortSignal | undefined }>;

/** `after`: only what stands behind this key, for a listing that goes on where one broke off. */
export type ListOptions = StoreOptions & Readonly<{ after?: string | undefined }>;

/** `https://media.example.com` + `videos/x/master.m3u8`. Keys are `[a-z0-9-._/]`: nothing to encode. */
export function publicUrl(store: Pick<Store, 'publicBaseUrl'>, key: string): string {
  return `${store.publicBaseUrl}/${key}`;
}
