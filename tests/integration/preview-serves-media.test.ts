import { rename, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ask, startPreview } from './preview-server.ts';

const BODY = Buffer.from(Array.from({ length: 1_000 }, (_, index) => index % 251));
const PATH = '/videos/film/seg_00001.ts';

async function startWithFilm() {
  const preview = await startPreview();
  await writeFile(join(preview.mediaDir, PATH), BODY);
  return preview;
}

describe('an object of the folder store, as publicUrl names it', () => {
  test.each([
    ['videos/film/master.m3u8', 'application/vnd.apple.mpegurl', 'no-store'],
    ['videos/film/index.m3u8', 'application/vnd.apple.mpegurl', 'no-cache'],
    ['videos/film/seg_00001.ts', 'video/mp2t', 'no-cache'],
    ['videos/film/seg_00001.m4s', 'video/iso.segment', 'no-cache'],
    ['videos/film/init.mp4', 'video/mp4', 'no-cache'],
    ['videos/film/vi.vtt', 'text/vtt; charset=utf-8', 'no-cache'],
    ['videos/film/manifest.json', 'application/json; charset=utf-8', 'no-cache'],
    ['posters/film.jpg', 'image/jpeg', 'no-cache'],
  ])('%s comes whole, as %s and %s', async (key, type, cacheControl) => {
    const { server, mediaDir } = await startPreview();
    await writeFile(join(mediaDir, key), BODY);
    const { status, headers, body } = await ask(server, `/${key}?anything=1`);
    expect({ status, body }).toEqual({ status: 200, body: BODY });
    expect(headers).toMatchObject({
      'content-type': type,
      'content-length': '1000',
      'cache-control': cacheControl,
      'accept-ranges': 'bytes',
      'access-control-allow-origin': '*',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    });
    expect(headers.etag).toMatch(/^"[^"]+"$/);
    expect(Date.parse(headers['last-modified'] ?? '')).not.toBeNaN();
  });

  test('an empty object is answered as empty', async () => {
    const { server, mediaDir } = await startPreview();
    await writeFile(join(mediaDir, PATH), '');
    const { status, headers } = await ask(server, PATH);
    expect([status, headers['content-length']]).toEqual([200, '0']);
    expect((await ask(server, PATH, { headers: { range: 'bytes=0-' } })).status).toBe(416);
  });

  test('HEAD answers as GET does, without the body and whatever the range', async () => {
    const { server } = await startWithFilm();
    const head = { method: 'HEAD', headers: { range: 'bytes=0-9' } };
    const { status, headers, body } = await ask(server, PATH, head);
    expect([status, headers['content-length'], body.length]).toEqual([200, '1000', 0]);
  });
});

describe('Range', () => {
  test.each([
    ['bytes=0-99', 'bytes 0-99/1000', BODY.subarray(0, 100)],
    ['bytes=500-', 'bytes 500-999/1000', BODY.subarray(500)],
    ['bytes=-10', 'bytes 990-999/1000', BODY.subarray(990)],
    ['bytes=990-5000', 'bytes 990-999/1000', BODY.subarray(990)],
    ['bytes=999-999', 'bytes 999-999/1000', BODY.subarray(999)],
  ])('%s gets that part', async (range, contentRange, part) => {
    const { server } = await startWithFilm();
    const { status, headers, body } = await ask(server, PATH, { headers: { range } });
    expect({ status, body }).toEqual({ status: 206, body: part });
    expect(headers['content-range']).toBe(contentRange);
    expect(headers['content-length']).toBe(String(part.length));
  });

  test.each(['bytes=1000-', 'bytes=-0'])('%s is 416 and says how long it is', async (range) => {
    const { server } = await startWithFilm();
    const { status, headers, body } = await ask(server, PATH, { headers: { range } });
    expect([status, headers['content-range'], body.length]).toEqual([416, 'bytes */1000', 0]);
  });

  test.each(['bytes=5-2', 'bytes=0-1,5-6', 'chapters=1-2'])('%s gets all of it', async (range) => {
    const { server } = await startWithFilm();
    const { status, headers, body } = await ask(server, PATH, { headers: { range } });
    expect([status, headers['content-range'], body.length]).toEqual([200, undefined, 1_000]);
  });

  test('If-Range: the part while the ETag is the same, all of it once it is not', async () => {
    const { server } = await startWithFilm();
    const { etag = '' } = (await ask(server, PATH)).headers;
    const range = 'bytes=0-9';
    const same = await ask(server, PATH, { headers: { range, 'if-range': etag } });
    const other = await ask(server, PATH, { headers: { range, 'if-range': '"other"' } });
    const weak = await ask(server, PATH, { headers: { range, 'if-range': `W/${etag}` } });
    expect([same.status, other.status, weak.status]).toEqual([206, 200, 200]);
  });
});

describe('what a browser has already', () => {
  test('is 304 by ETag, also as one of several or weak, and by *', async () => {
    const { server } = await startWithFilm();
    const { etag = '' } = (await ask(server, PATH)).headers;
    for (const tags of [etag, `"a", ${etag}`, `W/${etag}`, '*']) {
      const answer = await ask(server, PATH, { headers: { 'if-none-match': tags } });
      expect([answer.status, answer.body.length, answer.headers.etag]).toEqual([304, 0, etag]);
    }
  });

  test('is 304 by date, but a wrong ETag beside the date wins', async () => {
    const { server } = await startWithFilm();
    const { 'last-modified': date = '' } = (await ask(server, PATH)).headers;
    const since = { 'if-modified-since': date };
    const old = { 'if-modified-since': 'Thu, 01 Jan 1970 00:00:00 GMT' };
    const nonsense = { 'if-modified-since': 'yesterday' };
    const answers = [since, { ...since, 'if-none-match': '"other"' }, old, nonsense].map(
      async (headers) => (await ask(server, PATH, { headers })).status,
    );
    expect(await Promise.all(answers)).toEqual([304, 200, 200, 200]);
  });

  test('is not taken for the new object that replaced it, even one of equal length and time', async () => {
    const { server, mediaDir } = await startWithFilm();
    const path = join(mediaDir, PATH);
    const when = new Date('2024-01-01T00:00:00Z');
    await utimes(path, when, when);
    const { etag = '' } = (await ask(server, PATH)).headers;
    await writeFile(`${path}.new`, Buffer.from(BODY).fill(1));
    await utimes(`${path}.new`, when, when);
    await rename(`${path}.new`, path);
    const answer = await ask(server, PATH, { headers: { 'if-none-match': etag } });
    expect([answer.status, answer.body[0]]).toEqual([200, 1]);
  });
});

describe('methods', () => {
  test('OPTIONS lets a player of any origin ask for ranges', async () => {
    const { server } = await startWithFilm();
    const { status, headers } = await ask(server, PATH, {
      method: 'OPTIONS',
      headers: { origin: 'http://localhost:3000', 'access-control-request-headers': 'range' },
    });
    expect(status).toBe(204);
    expect(headers).toMatchObject({
      'access-control-allow-origin': '*',
      'access-control-allow-methods': 'GET, HEAD, OPTIONS',
    });
    expect(headers['access-control-allow-headers']).toContain('range');
  });

  test.each(['POST', 'PUT', 'DELETE', 'PATCH'])(
    '%s is 405, here and on the page',
    async (method) => {
      const { server } = await startWithFilm();
      const media = await ask(server, PATH, { method });
      expect([media.status, media.headers.allow]).toEqual([405, 'GET, HEAD, OPTIONS']);
      const page = await ask(server, '/', { method });
      expect([page.status, page.headers.allow]).toEqual([405, 'GET, HEAD']);
    },
  );
});
