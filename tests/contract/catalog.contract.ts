import { EJSON, Long, ObjectId } from 'bson';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { stampMovie } from '../../src/catalog/stamp-movie.ts';
import type { Catalog, CatalogDocument } from '../../src/model/catalog.ts';
import { EXAMPLE_OF_THE_DESIGN, makeMovie, NOON } from './catalog-movie.ts';

type Fields = Readonly<Record<string, unknown>>;

/** What a suite does behind the catalogue's back, as the API, an editor or a hand would. */
export type CatalogHarness = Readonly<{
  catalog: Catalog;
  /** A second one on the same documents, as another process would have it. */
  openAnother(): Promise<Catalog>;
  /** Removes all documents. */
  empty(): Promise<void>;
  /** Stores a document as it is, under no slug but that of its own or of its address. */
  putAsIs(document: Fields): Promise<void>;
  /** Sets fields (paths with dots) of one document. */
  edit(slug: string, fields: Fields): Promise<void>;
  /** As stored, as canonical Extended JSON: `{ $numberLong: '5' }`. */
  readStored(slug: string): Promise<Fields | undefined>;
  close(): Promise<void>;
}>;

/** Holds for every Catalog (`model/catalog.ts`); run by one test file per implementation. */
export function catalogContract(name: string, start: () => Promise<CatalogHarness>): void {
  describe(`${name} keeps the contract of a catalogue`, () => {
    let harness: CatalogHarness;
    let catalog: Catalog;

    beforeAll(async () => {
      harness = await start();
      catalog = harness.catalog;
      await catalog.check();
    });
    beforeEach(() => harness.empty());
    afterAll(() => harness?.close());

    const stored = async (slug = 'phim-01') => {
      const document = await harness.readStored(slug);
      if (document === undefined) throw new Error(`${slug} is not stored`);
      return document;
    };

    const read1 = async () => {
      const document = await catalog.findBySlug('phim-01');
      if (document === undefined) throw new Error('phim-01 is not stored');
      return document;
    };

    test('check passes again and again and leaves no document', async () => {
      await catalog.check();
      await catalog.check();
      expect(await slugs(catalog)).toStrictEqual([]);
    });

    test('the first upsert creates, the same again is unchanged and writes nothing', async () => {
      expect(await catalog.upsert(makeMovie())).toBe('created');
      const first = await stored();
      const later = makeMovie({ ingestedAt: new Date(NOON.getTime() + 1_000) });
      expect(await catalog.upsert(later)).toBe('unchanged');
      expect(await stored()).toStrictEqual(first);
    });

    test('another revision updates, and only what is ours', async () => {
      await catalog.upsert(makeMovie());
      const before = await stored();
      const later = new Date(NOON.getTime() + 60_000);
      const again = makeMovie({ ingestedAt: later, pipeline: { revision: 'r-new' } });
      expect(await catalog.upsert(again)).toBe('updated');
      const after = await stored();
      expect(after['revision']).toBe('r-new');
      expect(after['ingested_at']).toStrictEqual(date(later));
      const touched = ['revision', 'updated_at', 'ingested_at', 'version'];
      expect(without(after, touched)).toStrictEqual(without(before, touched));
    });

    test('promise 5: fields of others, an edited title and created_at survive a new ingest', async () => {
      await catalog.upsert(makeMovie());
      const others = {
        _class: 'com.example.Movie',
        views: 12,
        title: 'Sửa tay',
        'metadata.imdb_rating': 8.5,
        'storage.tier': 'hot',
        genres: ['Drama'],
      };
      await harness.edit('phim-01', others);
      const before = await stored();
      const again = makeMovie({ pipeline: { revision: 'r-new' }, editorial: { title: 'Guessed' } });
      expect(await catalog.upsert(again)).toBe('updated');
      const after = await stored();
      const touched = ['revision', 'updated_at', 'version'];
      expect(without(after, touched)).toStrictEqual(without(before, touched));
      expect(after).toMatchObject({ title: 'Sửa tay', genres: ['Drama'] });
      expect(after['metadata']).toMatchObject({ duration: '01:45:20' });
      expect(after['storage']).toMatchObject({ tier: 'hot', bucket: 'movies' });
      expect(await catalog.upsert(again)).toBe('unchanged');
    });

    test('an explicit title wins over an edited one; a guessed description does not', async () => {
      await catalog.upsert(makeMovie());
      await harness.edit('phim-01', { title: 'Sửa tay', description: 'Sửa tay' });
      const named = makeMovie({
        editorial: { title: 'Said', description: '' },
        explicit: ['title'],
      });
      expect(await catalog.upsert(named)).toBe('updated');
      expect(await stored()).toMatchObject({ title: 'Said', description: 'Sửa tay' });
      expect(await catalog.upsert(named)).toBe('unchanged');
    });

    test('a locked thumbnail and a newer schema_version are left alone', async () => {
      await catalog.upsert(makeMovie());
      const fields = {
        thumbnail_locked: true,
        thumbnail_url: 'https://x/y.jpg',
        schema_version: 2,
      };
      await harness.edit('phim-01', fields);
      expect(await catalog.upsert(makeMovie())).toBe('unchanged');
      expect(await catalog.upsert(makeMovie({ pipeline: { revision: 'r-new' } }))).toBe('updated');
      const after = await catalog.findBySlug('phim-01');
      expect(after).toMatchObject(fields);
    });

    test('members of ours that this ingest has not are taken away', async () => {
      await catalog.upsert(makeMovie());
      const { source, storage, metadata } = makeMovie().pipeline;
      const { fingerprint: _, ...unknown } = source;
      const { bucket: __, ...folder } = storage;
      const { audio_codec: ___, ...silent } = metadata;
      const changed = makeMovie({
        pipeline: {
          source: { ...unknown, duplicate_of: 'other' },
          storage: folder,
          metadata: silent,
        },
      });
      expect(await catalog.upsert(changed)).toBe('updated');
      const after = await stored();
      expect(after['source']).toMatchObject({ duplicate_of: 'other' });
      expect(after['source']).not.toHaveProperty('fingerprint');
      expect(after['storage']).not.toHaveProperty('bucket');
      expect(after['metadata']).not.toHaveProperty('audio_codec');
      expect(await catalog.upsert(changed)).toBe('unchanged');
    });

    describe('a lock that is lost between the read of a document and its write', () => {
      const next = (revision: string) => makeMovie({ pipeline: { revision } });
      const lost = new Error('this run has lost its lock');

      test('lets nothing be written over the document of the next one, whether there was one or not', async () => {
        const another = await harness.openAnother();
        for (const revision of ['r-first', 'r-second']) {
          let asked = 0;
          const demandHeld = async () => {
            asked += 1;
            if (asked > 1) throw lost;
            await another.upsert(next(`${revision}-of-the-next`));
          };
          await catalog.upsert(next(revision), { demandHeld }).catch((error: unknown) => {
            expect(String(error)).toContain(lost.message);
          });
          expect(await read1()).toMatchObject({ revision: `${revision}-of-the-next` });
          expect(await slugs(catalog)).toEqual(['phim-01']);
        }
        await another.close();
      });

      test('is asked for, and the document read, again where it is held all the same', async () => {
        await catalog.upsert(next('r-first'));
        const another = await harness.openAnother();
        let asked = 0;
        const demandHeld = async () => {
          asked += 1;
          if (asked === 1) await another.upsert(next('r-of-somebody'));
        };
        expect(await catalog.upsert(next('r-second'), { demandHeld })).toBe('updated');
        expect({ asked, ...(await read1()) }).toMatchObject({ asked: 2, revision: 'r-second' });
        await another.close();
      });
    });

    test('50 concurrent upserts of one new slug leave one document', async () => {
      const outcomes = await Promise.all(
        Array.from({ length: 50 }, () => catalog.upsert(makeMovie())),
      );
      expect(outcomes.filter((outcome) => outcome === 'created')).toHaveLength(1);
      expect(await slugs(catalog)).toStrictEqual(['phim-01']);
    });

    test('the same film under another slug is refused and the other slug named', async () => {
      await catalog.upsert(makeMovie({ slug: 'phim-01', fingerprint: 'q1:same' }));
      const twin = makeMovie({ slug: 'phim-02', fingerprint: 'q1:same' });
      await expect(catalog.upsert(twin)).rejects.toMatchObject({
        name: 'IngestError',
        exit: 'catalog',
        message: 'This film is already in the catalogue as phim-01',
      });
      expect(await slugs(catalog)).toStrictEqual(['phim-01']);
    });

    test('the same film twice on purpose carries no fingerprint and is taken', async () => {
      await catalog.upsert(makeMovie({ slug: 'phim-01', fingerprint: 'q1:same' }));
      const { fingerprint: _, ...source } = makeMovie().pipeline.source;
      for (const slug of ['phim-02', 'phim-03']) {
        const pipeline = { source: { ...source, duplicate_of: 'phim-01' } };
        expect(await catalog.upsert(makeMovie({ slug, pipeline }))).toBe('created');
      }
    });

    test('ids, dates and sizes have their BSON types, and nothing is null', async () => {
      await catalog.upsert(makeMovie());
      const document = await catalog.findBySlug('phim-01');
      const { metadata, renditions, storage, source } = document as unknown as Documents;
      // By tag, not by class: the driver brings its own copy of bson.
      const tag = (value: unknown) => (value as { _bsontype?: string })._bsontype;
      expect(tag(document?.['_id'])).toBe('ObjectId');
      expect(ObjectId.isValid(String(document?.['_id']))).toBe(true);
      for (const field of ['created_at', 'updated_at', 'ingested_at']) {
        expect(document?.[field]).toBeInstanceOf(Date);
      }
      expect(document?.['created_at']).toStrictEqual(NOON);
      expect(source['mtime']).toBeInstanceOf(Date);
      const sizes = [
        metadata['size_bytes'],
        renditions[0]?.['size_bytes'],
        storage['bytes'],
        source['size'],
      ];
      expect(sizes.map(tag)).toStrictEqual(['Long', 'Long', 'Long', 'Long']);
      expect(sizes.map(String)).toStrictEqual(['5368709120', '4096', '5368709999', '8589934592']);
      expect(storage['objects']).toBe(4_231);
      expect(JSON.stringify(document)).not.toContain('null');
    });

    test('texts of every script come back as they were', async () => {
      const title = 'Đất Rừng 🦄 七人の侍 "quotes" \\ $dollar .dot';
      await catalog.upsert(makeMovie({ editorial: { title, ids: { tmdb: 680 } } }));
      expect(await catalog.findBySlug('phim-01')).toMatchObject({ title, ids: { tmdb: 680 } });
    });

    test('promise 6: a stamped movie is inserted as the very document that it was stamped for', async () => {
      const movie = stampMovie(makeMovie(), {
        standing: undefined,
        now: new Date(NOON.getTime() + 7_000),
        newId: new ObjectId(),
      });
      expect(await catalog.upsert(movie)).toBe('created');
      const first = await stored();
      expect(first).toMatchObject({ version: { $numberInt: '1' }, ...movie.stamp });
      await harness.empty();
      expect(await catalog.upsert(movie)).toBe('created');
      expect(await stored()).toStrictEqual(first);
    });

    test('single fields are changed, and the version and the date go on', async () => {
      await catalog.upsert(makeMovie());
      await harness.edit('phim-01', { views: 7, year: 2020 });
      const read = await read1();
      const fields = { title: 'Tên mới', year: undefined };
      expect(await catalog.change({ read, fields })).toBe('changed');
      const after = await read1();
      expect(after).toMatchObject({ title: 'Tên mới', version: 2, views: 7 });
      expect(after).not.toHaveProperty('year');
      expect(Number(after['updated_at'])).toBeGreaterThan(Number(read['updated_at']));
      const touched = ['title', 'year', 'updated_at', 'version'];
      expect(without(canonical(after), touched)).toStrictEqual(without(canonical(read), touched));
    });

    test('promise 5: a change is refused when somebody else has changed that field, or the version', async () => {
      await catalog.upsert(makeMovie());
      const read = await read1();
      await harness.edit('phim-01', { title: 'Của người khác' }); // by a hand that knows no version
      expect(await catalog.change({ read, fields: { title: 'Mine' } })).toBe('conflict');
      expect(await catalog.change({ read, fields: { tagline: 'Mine' } })).toBe('changed');
      expect(await catalog.change({ read, fields: { tagline: 'Late' } })).toBe('conflict');
      expect(await read1()).toMatchObject({ title: 'Của người khác', tagline: 'Mine' });
    });

    test('of 20 that change one document at once from the same state one succeeds', async () => {
      await catalog.upsert(makeMovie());
      const read = await read1();
      const outcomes = await Promise.all(
        Array.from({ length: 20 }, (_, n) => catalog.change({ read, fields: { tagline: `${n}` } })),
      );
      expect(outcomes.filter((outcome) => outcome === 'changed')).toHaveLength(1);
      expect((await read1())['tagline']).toBe(String(outcomes.indexOf('changed')));
    });

    test('a change of a document that is gone is a conflict', async () => {
      await catalog.upsert(makeMovie());
      const read = await read1();
      await harness.empty();
      expect(await catalog.change({ read, fields: { title: 'x' } })).toBe('conflict');
      expect(await slugs(catalog)).toStrictEqual([]);
    });

    test('only a document whose status is deleted is removed for good', async () => {
      await catalog.upsert(makeMovie({ slug: 'phim-01' }));
      await catalog.upsert(makeMovie({ slug: 'phim-02' }));
      expect(await catalog.remove('phim-01')).toBe(false);
      await harness.edit('phim-01', { status: 'deleted' });
      expect(await catalog.remove('phim-01')).toBe(true);
      expect(await catalog.remove('phim-01')).toBe(false);
      expect(await slugs(catalog)).toStrictEqual(['phim-02']);
    });

    test('a film that is in again has no tombstone left', async () => {
      await catalog.upsert(makeMovie());
      await harness.edit('phim-01', { status: 'deleted', deleted_at: NOON, views: 3 });
      expect(await catalog.upsert(makeMovie())).toBe('updated');
      const after = await read1();
      expect(after).toMatchObject({ status: 'ready', views: 3 });
      expect(after).not.toHaveProperty('deleted_at');
    });

    test('documents are found by slug and by fingerprint, and by nothing else', async () => {
      await catalog.upsert(makeMovie({ slug: 'phim-01' }));
      await catalog.upsert(makeMovie({ slug: 'phim-02' }));
      expect((await catalog.findBySlug('phim-02'))?.slug).toBe('phim-02');
      expect((await catalog.findByFingerprint('q1:phim-02'))?.slug).toBe('phim-02');
      expect(await catalog.findByFingerprint('q1:phim')).toBeUndefined();
      for (const slug of ['phim', 'phim-03', '', '.', '../phim-01', 'PHIM-01', 'phim.01']) {
        expect(await catalog.findBySlug(slug)).toBeUndefined();
      }
    });

    test('the newest is listed first', async () => {
      for (const [slug, hour] of [
        ['b', 2],
        ['c', 3],
        ['a', 1],
      ] as const) {
        await catalog.upsert(makeMovie({ slug, ingestedAt: new Date(Date.UTC(2026, 0, 1, hour)) }));
      }
      expect(await slugs(catalog)).toStrictEqual(['c', 'b', 'a']);
    });

    test('a list that is not read to its end does no harm', async () => {
      for (const slug of ['a', 'b', 'c']) await catalog.upsert(makeMovie({ slug }));
      for await (const { slug } of catalog.list()) {
        expect(slug).toMatch(/^[abc]$/);
        break;
      }
      expect(await slugs(catalog)).toHaveLength(3);
    });

    test('the example document of DESIGN §5 is read as it stands', async () => {
      await harness.putAsIs(EXAMPLE_OF_THE_DESIGN);
      await catalog.check();
      const found = await catalog.findBySlug('phim-01');
      expect(found).toMatchObject({
        slug: 'phim-01',
        title: 'Phim 01',
        hls_url: EXAMPLE_OF_THE_DESIGN.hls_url,
        metadata: EXAMPLE_OF_THE_DESIGN.metadata,
        created_at: new Date(1_600_000_000_000),
      });
      expect(String(found?.['_id'])).toBe('507f1f77bcf86cd799439011');
      expect(await slugs(catalog)).toStrictEqual(['phim-01']);
    });

    test('and a film that it describes takes it over instead of standing beside it', async () => {
      await harness.putAsIs(EXAMPLE_OF_THE_DESIGN);
      expect(await catalog.upsert(makeMovie({ editorial: { title: 'Guessed' } }))).toBe('updated');
      expect(await slugs(catalog)).toStrictEqual(['phim-01']);
      const after = await stored();
      expect(after).toMatchObject({
        _id: EXAMPLE_OF_THE_DESIGN._id,
        slug: 'phim-01',
        title: 'Phim 01',
        description: 'Viết tay',
        created_at: EXAMPLE_OF_THE_DESIGN.created_at,
        revision: 'r-0123456789',
      });
      expect(await catalog.upsert(makeMovie())).toBe('unchanged');
    });

    test('what one process wrote another sees', async () => {
      const another = await harness.openAnother();
      try {
        await catalog.upsert(makeMovie());
        expect((await another.findBySlug('phim-01'))?.slug).toBe('phim-01');
        expect(await another.upsert(makeMovie())).toBe('unchanged');
      } finally {
        await another.close();
      }
    });
  });
}

type Documents = Readonly<{
  metadata: Fields;
  renditions: readonly Fields[];
  storage: Fields;
  source: Fields;
}>;

/** For harnesses: whichever copy of bson made the document. */
export function canonical(document: CatalogDocument | Fields): Fields {
  return EJSON.serialize(document, { relaxed: false }) as Fields;
}

export const fromCanonical = (fields: Fields): Fields =>
  EJSON.deserialize(fields, { relaxed: false });

function date(value: Date) {
  return { $date: { $numberLong: Long.fromNumber(value.getTime()).toString() } };
}

function without(document: Fields, keys: readonly string[]): Fields {
  return Object.fromEntries(Object.entries(document).filter(([key]) => !keys.includes(key)));
}

async function slugs(catalog: Catalog): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const { slug } of catalog.list()) found.push(slug);
  return found;
}
