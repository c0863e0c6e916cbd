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
  test('answers all documents in the order of the catalogue, to be asked for anew', async () => {
    const { server } = await startPreview({ catalog });
    const { status, headers, body } = await ask(server, '/api/movies');
    expect([status, headers['content-type'], headers['cache-control']]).toEqual([
      200,
      'application/json; charset=utf-8',
      'no-cache',
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
      created_at: '2024-05-01T10:00:00Z',
    });
  });

  test('answers one by its _id as well, in any case, as the service does', async () => {
    const { server } = await startPreview({ catalog });
    for (const id of ['0123456789abcdef01234567', '0123456789ABCDEF01234567']) {
      const { status, body } = await ask(server, `/api/movies/${id}`);
      expect([status, json(body)]).toEqual([200, expect.objectContaining({ slug: 'phim-01' })]);
    }
    expect((await ask(server, '/api/movies/0123456789abcdef01234568')).status).toBe(404);
  });

  test('answers films that are ready; others only to who asks for them, and none that was removed', async () => {
    const films = ['ready', 'broken', 'processing', 'deleted'].map((status) => ({
      slug: status,
      status,
    }));
    const { server } = await startPreview({ catalog: documentCatalog(films) });
    const slugs = async (query: string) =>
      (json((await ask(server, `/api/movies${query}`)).body) as { slug: string }[]).map(
        ({ slug }) => slug,
      );
    expect(await slugs('')).toEqual(['ready']);
    expect(await slugs('?status=any')).toEqual(['ready', 'broken', 'processing']);
    const one = async (path: string) => (await ask(server, `/api/movies/${path}`)).status;
    expect(await one('broken')).toBe(404);
    expect(await one('broken?status=any')).toBe(200);
    expect(await one('deleted?status=any')).toBe(404);
  });

  test('is 304 for who has the answer already', async () => {
    const { server } = await startPreview({ catalog });
    for (const path of ['/api/movies', '/api/movies/phim-01']) {
      const { etag = '' } = (await ask(server, path)).headers;
      const again = await ask(server, path, { headers: { 'if-none-match': `"x", W/${etag}` } });
      expect([path, again.status, again.body.length]).toEqual([path, 304, 0]);
      expect((await ask(server, path, { headers: { 'if-none-match': '"x"' } })).status).toBe(200);
    }
  });

  test('may be read by apps of this machine, from a page and from the Android emulator', async () => {
    const { server } = await startPreview({ catalog });
    const origin = 'http://localhost:3000';
    const { headers } = await ask(server, '/api/movies', { headers: { origin } });
    expect(headers['access-control-allow-origin']).toBe(origin);
    const method = 'OPTIONS';
    const preflight = await ask(server, '/api/movies', { method, headers: { origin } });
    expect(preflight.status).toBe(204);
    expect(preflight.headers['access-control-allow-headers']).toContain('authorization');
    const evil = { origin: 'https://evil.example' };
    const refused = await ask(server, '/api/movies', { headers: evil });
    expect(refused.headers['access-control-allow-origin']).toBeUndefined();
    const host = `10.0.2.2:${server.port}`;
    const { body } = await ask(server, '/api/movies/phim-01', { headers: { host } });
    expect(json(body)).toMatchObject({ hls_url: `http://${host}/videos/phim-01/master.m3u8` });
  });

  test('leaves addresses alone where the films lie in a bucket', async () => {
    const { server } = await startPreview({ catalog, mediaDir: undefined });
    const { body } = await ask(server, '/api/movies/phim-01');
    expect(json(body)).toMatchObject({ hls_url: FILM.hls_url });
  });

  test('answers links where the films lie behind an edge that asks for tokens, but for posters', async () => {
    const publicBaseUrl = 'https://media.example.com';
    const film = {
      slug: 'x',
      hls_url: `${publicBaseUrl}/videos/x/master.m3u8`,
      thumbnail_url: `${publicBaseUrl}/posters/x.jpg`,
      homepage: 'https://media.example.com.evil.example/videos/x/y',
    };
    const sign = (url: string) => url.replace('/videos/', '/t/token/videos/');
    const { server } = await startPreview({
      ...{ catalog: documentCatalog([film]), mediaDir: undefined, publicBaseUrl, sign },
    });
    expect(json((await ask(server, '/api/movies/x')).body)).toEqual({
      ...film,
      hls_url: `${publicBaseUrl}/t/token/videos/x/master.m3u8`,
    });
  });

  test.each([
    '/api/movies/nothing',
    '/api/movies/',
    '/api/movies/%ff',
    '/api/movies/a/b',
    '/api/x',
  ])('%s is 404', async (path) => {
    const { server } = await startPreview({ catalog });
    const { status, headers, body } = await ask(server, path);
    expect([status, headers['content-type']]).toEqual([404, 'application/problem+json']);
    const problem = { type: 'about:blank', title: 'Not Found', status: 404, instance: path };
    expect(json(body)).toEqual({ ...problem, detail: 'no such film' });
  });

  test('HEAD is GET without the body', async () => {
    const { server } = await startPreview({ catalog });
    for (const path of ['/api/movies', '/api/movies/phim-01', '/api/movies/nothing']) {
      const [get, head] = [await ask(server, path), await ask(server, path, { method: 'HEAD' })];
      const { date: _, ...headers } = get.headers;
      expect([head.status, head.body.length]).toEqual([get.status, 0]);
      expect(head.headers).toMatchObject(headers);
      expect(head.headers['content-length']).toBe(String(get.body.length));
    }
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
      expect(json(body)).toEqual({
        type: 'about:blank',
        title: 'Service Unavailable',
        status: 503,
        detail: 'MongoDB is away',
        instance: path,
        why: 'refused',
        fix: 'start it',
      });
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
