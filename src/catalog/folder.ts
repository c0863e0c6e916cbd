import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EJSON, ObjectId } from 'bson';
import { IngestError } from '../errors.ts';
import { cleanText } from '../lib/clean-text.ts';
import { isSlug } from '../lib/make-slug.ts';
import type {
  Catalog,
  CatalogDocument,
  DocumentChange,
  UpsertOptions,
  UpsertOutcome,
} from '../model/catalog.ts';
import type { Movie } from '../model/movie.ts';
import { applyChange } from './apply-change.ts';
import { duplicateFilm } from './duplicate-film.ts';
import { codeOf, explainFolder } from './explain-folder.ts';
import { isEqual, mergeMovie, versionOf } from './merge-movie.ts';
import type { CatalogOptions } from './open-catalog.ts';
import { toDocument } from './to-document.ts';
import { writeDurably } from './write-durably.ts';

/** Files read side by side when all are looked through. */
const AT_ONCE = 32;

/**
 * One relaxed Extended-JSON file per movie, `<dir>/<slug>.json`: readable, greppable, editable by
 * hand, and what `mongoimport` takes. The file's name is the slug, whatever stands inside. Writes are
 * whole and durable when `upsert` answers (temp file, fsync, rename, fsync of the folder). Calls of
 * this process for one slug take turns; between processes the caller's lock on the film does it.
 */
export class FolderCatalog implements Catalog {
  readonly name: string;
  readonly #dir: string;
  readonly #options: CatalogOptions;
  readonly #turns = new Map<string, Promise<unknown>>();

  constructor(dir: string, options: CatalogOptions) {
    this.name = `folder ${dir}`;
    this.#dir = dir;
    this.#options = options;
  }

  async check(): Promise<void> {
    const probe = join(this.#dir, `.check-${process.pid}`);
    try {
      await mkdir(this.#dir, { recursive: true });
      await writeFile(probe, '');
      await rm(probe);
    } catch (error) {
      throw this.#explain(error, this.#dir);
    }
    await this.#slugs();
  }

  async upsert(movie: Movie, { demandHeld }: UpsertOptions = {}): Promise<UpsertOutcome> {
    return this.#inTurn(movie.slug, () => this.#upsertNow(movie, demandHeld));
  }

  async change(change: DocumentChange): Promise<'changed' | 'conflict'> {
    return this.#inTurn(change.read.slug, () => this.#changeNow(change));
  }

  async remove(slug: string): Promise<boolean> {
    return this.#inTurn(slug, async () => {
      this.#options.signal?.throwIfAborted();
      const document = await this.findBySlug(slug);
      if (document?.['status'] !== 'deleted') return false;
      try {
        await rm(this.#file(slug), { force: true });
      } catch (error) {
        throw this.#explain(error, this.#file(slug));
      }
      return true;
    });
  }

  async #inTurn<T>(slug: string, work: () => Promise<T>): Promise<T> {
    if (!isSlug(slug)) throw new Error(`not a slug: ${slug}`);
    const turn = (this.#turns.get(slug) ?? Promise.resolve()).then(work);
    const settled = turn.catch(() => {});
    this.#turns.set(slug, settled);
    try {
      return await turn;
    } finally {
      if (this.#turns.get(slug) === settled) this.#turns.delete(slug);
    }
  }

  async #upsertNow(movie: Movie, demandHeld: UpsertOptions['demandHeld']): Promise<UpsertOutcome> {
    this.#options.signal?.throwIfAborted();
    const existing = await this.findBySlug(movie.slug);
    const change = mergeMovie({ existing, movie, now: new Date(), newId: new ObjectId() });
    if (change.outcome === 'unchanged') return 'unchanged';
    const { fingerprint } = movie.pipeline.source;
    const twin = fingerprint === undefined ? undefined : await this.findByFingerprint(fingerprint);
    if (twin !== undefined && twin.slug !== movie.slug) throw duplicateFilm(movie.slug, twin.slug);
    const document = applyChange(existing, change);
    if (demandHeld !== undefined) {
      await demandHeld();
      const now = await this.findBySlug(movie.slug);
      if (!isEqual(now, existing)) return this.#upsertNow(movie, demandHeld);
    }
    await this.#write(movie.slug, { ...pick(document, '_id'), slug: movie.slug, ...document });
    return change.outcome;
  }

  async #changeNow({ read, fields }: DocumentChange): Promise<'changed' | 'conflict'> {
    this.#options.signal?.throwIfAborted();
    const now = await this.findBySlug(read.slug);
    if (now === undefined || versionOf(now) !== versionOf(read)) return 'conflict';
    const watched = Object.keys(fields);
    if (!watched.every((field) => isEqual(now[field], read[field]))) return 'conflict';
    const version = (versionOf(now) ?? 0) + 1;
    await this.#write(read.slug, { ...now, ...fields, updated_at: new Date(), version });
    return 'changed';
  }

  async findBySlug(slug: string): Promise<CatalogDocument | undefined> {
    if (!isSlug(slug)) return undefined; // a path is none
    const text = await this.#read(slug);
    return text === undefined ? undefined : parse(this.#file(slug), slug, text);
  }

  async findByFingerprint(fingerprint: string): Promise<CatalogDocument | undefined> {
    const slugs = await this.#slugs();
    for (let at = 0; at < slugs.length; at += AT_ONCE) {
      const found = await Promise.all(
        slugs.slice(at, at + AT_ONCE).map((slug) => this.#ifFingerprint(slug, fingerprint)),
      );
      const document = found.find((it) => it !== undefined);
      if (document !== undefined) return document;
    }
    return undefined;
  }

  async #ifFingerprint(slug: string, fingerprint: string): Promise<CatalogDocument | undefined> {
    const text = await this.#read(slug);
    if (text?.includes(fingerprint) !== true) return undefined; // spares parsing a thousand files
    const document = parse(this.#file(slug), slug, text);
    const source = document['source'] as { fingerprint?: unknown } | undefined;
    return source?.fingerprint === fingerprint ? document : undefined;
  }

  /** Files that cannot be read are named by the error that comes after all the others. */
  async *list(): AsyncIterable<CatalogDocument> {
    const { documents, broken } = await this.#readAll();
    yield* documents.toSorted((a, b) => createdMs(b) - createdMs(a));
    const [first, ...more] = broken;
    if (first === undefined) return;
    if (more.length === 0) throw first;
    throw new IngestError('catalog', {
      what: `${broken.length} documents in ${this.#dir} cannot be read`,
      why: broken.map((error) => error.message).join('; '),
      fix: 'Repair the JSON of each, or move it away and ingest the film again.',
      cause: first,
    });
  }

  async close(): Promise<void> {
    await Promise.all(this.#turns.values());
  }

  async #readAll(): Promise<{ documents: CatalogDocument[]; broken: IngestError[] }> {
    const documents: CatalogDocument[] = [];
    const broken: IngestError[] = [];
    for (const slug of await this.#slugs()) {
      try {
        const document = await this.findBySlug(slug);
        if (document !== undefined) documents.push(document);
      } catch (error) {
        if (!(error instanceof IngestError)) throw error;
        broken.push(error);
      }
    }
    return { documents, broken };
  }

  /** In order of their names. Files of others (`README.txt`, a temp file of a crash) are passed over. */
  async #slugs(): Promise<readonly string[]> {
    try {
      const names = await readdir(this.#dir);
      return names
        .filter((name) => name.endsWith('.json'))
        .map((name) => name.slice(0, -'.json'.length))
        .filter(isSlug)
        .toSorted();
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return [];
      throw this.#explain(error, this.#dir);
    }
  }

  async #read(slug: string): Promise<string | undefined> {
    try {
      return await readFile(this.#file(slug), 'utf8');
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return undefined;
      throw this.#explain(error, this.#file(slug));
    }
  }

  async #write(slug: string, document: object): Promise<void> {
    const text = EJSON.stringify(toDocument(document), undefined, 2, { relaxed: true });
    try {
      await writeDurably(this.#file(slug), `${text}\n`);
    } catch (error) {
      throw this.#explain(error, this.#file(slug));
    }
  }

  #explain(error: unknown, path: string): unknown {
    return explainFolder(error, { what: 'The catalogue', path });
  }

  #file(slug: string): string {
    return join(this.#dir, `${slug}.json`);
  }
}

/** Relaxed Extended JSON has no Long; our sizes become such again. */
function parse(file: string, slug: string, text: string): CatalogDocument {
  try {
    const value: unknown = EJSON.parse(text, { relaxed: true });
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new SyntaxError('it is not a JSON object');
    }
    return { ...toDocument(value), slug };
  } catch (error) {
    throw new IngestError('catalog', {
      what: `${file} cannot be read as a document`,
      why: cleanText(error instanceof Error ? error.message : String(error), { maxLength: 200 }),
      fix: 'Repair its JSON, or move it away and ingest the film again.',
      cause: error,
    });
  }
}

function pick(document: Readonly<Record<string, unknown>>, key: string): object {
  return key in document ? { [key]: document[key] } : {};
}

function createdMs(document: CatalogDocument): number {
  const created = document['created_at'];
  return created instanceof Date ? created.getTime() : Number.NEGATIVE_INFINITY;
}
