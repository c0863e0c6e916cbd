import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { Long, ObjectId } from 'bson';
import { describe, expect, onTestFinished, test } from 'vitest';
import { IngestError } from '../../src/errors.ts';
import type { CatalogDocument } from '../../src/model/catalog.ts';
import { serveLibrary } from '../../src/preview/serve-library.ts';
import { documentCatalog } from '../e2e/document-catalog.ts';
import { makeTempDir } from '../helpers/temp-dir.ts';
import { ask, startPreview } from './preview-server.ts';

const FILM: CatalogDocument = {
  _id: new ObjectId('0123456789abcdef01234567'),
  slug: 'phim-01',
  title: 'Phim 01',
  hls_url: 'http://127.0.0.1:4680/videos/phim-01/master.m3u8',
  thumbnail_url: 'http://127.0.0.1:46800/posters/phim-01.jpg',
  metadata: { size_bytes: Long.fromNumber(5_368_709_120) },
  created_at: new Date('2024-05-01T10:00:00Z'),
};
const catalog = documentCatalog([FILM, { slug: 'phim-02' }]);
const json = (body: Buffer): unknown => JSON.parse(body.toString());

describe('/api/movies', () => {
  test('answers all documents in the order of the catalogue, for nobody to keep', async () => {
    const { server } = await startPreview({ catalog });
    const { status, headers, body } = await ask(server, '/api/movies');
    expect([status, headers['content-type'], headers['cache-control']]).toEqual([
      200,
      'application/json; charset=utf-8',
      'no-store',
    ]);
    expect(json(body)).toMatchObject([{ slug: 'phim-01' }, { slug: 'phim-02' }]);
  });

  test('answers one by slug, in the shape of the API, with media addresses that this server answers', async () => {
    const { server } = await startPreview({ catalog });
    const host = `localhost:${server.port}`;
    const { status, body } = await ask(server, '/api/movies/phim-01', { headers: { host } });
    expect(status).toBe(200);
    expect(json(body)).toEqual({
      _id: '0123456789abcdef01234567',
      slug: 'phim-01',
      title: 'Phim 01',
      hls_url: `http://${host}/videos/phim-01/master.m3u8`,
      thumbnail_url: 'http://127.0.0.1:46800/posters/phim-01.jpg', // another server's: left alone
      metadata: { size_bytes: 5_368_709_120 },
      created_at: '2024-05-01T10:00:00.000Z',
    });
  });

  test('leaves addresses alone where the films lie in a bucket', async () => {
    const { server } = await startPreview({ catalog, mediaDir: undefined });
    const { body } = await ask(server, '/api/movies/phim-01');
    expect(json(body)).toMatchObject({ hls_url: FILM.hls_url });
  });

  test.each([
    '/api/movies/nothing',
    '/api/movies/',
    '/api/movies/%ff',
    '/api/movies/a/b',
    '/api/x',
  ])('%s is 404', async (path) => {
    const { server } = await startPreview({ catalog });
    expect((await ask(server, path)).status).toBe(404);
  });

  test('a catalogue that is away is 503 with cause and fix', async () => {
    const away = () => {
      throw new IngestError('catalog', {
        what: 'MongoDB is away',
        why: 'refused',
        fix: 'start it',
      });
    };
    const { server } = await startPreview({
      catalog: { ...documentCatalog([]), findBySlug: away, list: away },
    });
    for (const path of ['/api/movies', '/api/movies/x']) {
      const { status, body } = await ask(server, path);
      expect(status).toBe(503);
      expect(json(body)).toEqual({ what: 'MongoDB is away', why: 'refused', fix: 'start it' });
    }
  });

  test('a fault of our own is 500 without its text, and the server goes on', async () => {
    const broken = async () => {
      throw new Error('mongodb://user:password@host');
    };
    const { server } = await startPreview({
      catalog: { ...documentCatalog([]), findBySlug: broken },
    });
    const { status, body } = await ask(server, '/api/movies/x');
    expect(status).toBe(500);
    expect(body.toString()).not.toContain('password');
    expect((await ask(server, '/api/movies')).status).toBe(200);
  });

  test('without a catalogue it says so', async () => {
    const { server } = await startPreview({ catalog: undefined });
    expect((await ask(server, '/api/movies')).status).toBe(503);
  });
});

describe('the server', () => {
  test('gives the page for the list and for each film', async () => {
    const { server } = await startPreview();
    const page = await ask(server, '/');
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
    expect((await ask(server, '/watch/phim-01')).body).toEqual(page.body);
    expect((await ask(server, '/page.js')).headers['content-type']).toContain('text/javascript');
    const head = await ask(server, '/', { method: 'HEAD' });
    expect([head.status, head.body.length]).toEqual([200, 0]);
  });

  test('ends when the signal fires, and ending twice is harmless', async () => {
    const { server, abort } = await startPreview();
    await ask(server, '/');
    abort();
    await expect(ask(server, '/')).rejects.toThrow('ECONNREFUSED');
    await server.close();
  });

  test('names --port when another program has the port', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void other.close());
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as { port: number };
    const error = await startPreview({ port }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(IngestError);
    expect(error).toMatchObject({ exit: 'usage', message: `port ${port} cannot be opened` });
    expect((error as IngestError).fix).toContain('--port 4680');
  });

  test('says how to build the page when it is not there', async () => {
    const pageDir = makeTempDir('empty');
    await writeFile(join(pageDir, 'page.js'), '');
    const { signal } = new AbortController();
    const options = { mediaDir: undefined, publicBaseUrl: 'https://m.example', catalog, port: 0 };
    await expect(serveLibrary({ ...options, pageDir, signal })).rejects.toMatchObject({
      exit: 'usage',
      fix: 'Build it: npm run build',
    });
  });
});
