import { execFileSync } from 'node:child_process';
import { createHash, createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listReferences } from '../../src/hls/read-playlist.ts';
import { signLink } from '../../src/links/sign-link.ts';
import { type Edge, startEdge } from '../helpers/edge.ts';
import { makeClip } from '../helpers/make-clip.ts';
import { newUser, SMALL } from '../helpers/new-user.ts';
import { runCli } from '../helpers/run-cli.ts';
import { runFfmpeg } from '../helpers/run-ffmpeg.ts';
import { makeTempDir } from '../helpers/temp-dir.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const SECONDS = 14;
const HOUR = 3_600;
const GRACE = 6 * HOUR;
const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const PAGE = 'https://www.example.com';

const K1 = 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=';
const K2 = Buffer.alloc(48, 0xfb).toString('base64');
const { vectors } = JSON.parse(readFileSync(join(ROOT, 'edge/test-vectors.json'), 'utf8')) as {
  vectors: readonly Readonly<Record<'secret' | 'kid' | 'url' | 'link', string> & { exp: number }>[];
};
const keyOf = (id: string, secret = K1) => ({ id, secret: Buffer.from(secret, 'base64') });
const now = () => Math.floor(Date.now() / 1_000);

/**
 * The Worker on workerd, in front of a private bucket that `add` filled. A signature depends on nothing
 * but the address and the time in it, so "after two hours" is a link that was signed two hours ago.
 */
describe('links that expire', () => {
  let edge: Edge;
  let objects: readonly string[];
  const user = newUser({
    MOVIE_INGEST_PRESET: SMALL,
    MOVIE_INGEST_LINK_KEY_ID: 'k1',
    MOVIE_INGEST_LINK_SECRET: K1,
  });

  beforeAll(async () => {
    edge = await startEdge({
      edge: {
        SIGNING_KEYS: JSON.stringify({ k1: K1 }),
        ALLOWED_ORIGINS: `${PAGE}/, http://a.test`,
      },
      open: { SIGNING_KEYS: JSON.stringify({ k1: K1, k2: K2 }), SESSION_GRACE: 0 },
      rotated: { SIGNING_KEYS: JSON.stringify({ k2: K2 }), ALLOWED_REFERERS: PAGE },
      keyless: {},
      unparsable: { SIGNING_KEYS: K1 },
      short: { SIGNING_KEYS: JSON.stringify({ k1: K1.slice(0, 40) }) },
      vectors: {
        SIGNING_KEYS: JSON.stringify(Object.fromEntries(vectors.map((it) => [it.kid, it.secret]))),
      },
      graceless: { SIGNING_KEYS: JSON.stringify({ k1: K1 }), SESSION_GRACE: '6h' },
    });
    const dir = makeTempDir('links');
    const film = await makeClip({
      dir,
      name: 'phim-01.mp4',
      width: 320,
      height: 180,
      seconds: SECONDS,
    });
    await writeFile(join(dir, 'phim-01.vi.srt'), '1\n00:00:01,000 --> 00:00:03,000\nXin chào\n');
    const added = await runCli(['add', film], { env: { ...user.env, ...edge.env } });
    expect(added, added.stderr).toMatchObject({ exitCode: 0 });
    objects = [...new Set([...(await tree(MASTER)), ...(await storyboard())])];
  });
  afterAll(() => edge?.close());

  type Signing = Readonly<{
    key?: string;
    at?: string;
    with?: ReturnType<typeof keyOf>;
    until?: number;
  }>;

  const MASTER = 'videos/phim-01/master.m3u8';
  const sign = ({ key = MASTER, at = 'edge', with: linkKey = keyOf('k1'), until }: Signing = {}) =>
    signLink({
      url: `${edge.url(at)}/${key}`,
      key: linkKey,
      startUntilSeconds: until ?? now() + 2 * HOUR,
    });
  const signed = (key: string, signing: Signing = {}) => sign({ ...signing, key });

  /** `403 token-bad`, or the status alone. */
  const verdict = async (url: string, init: RequestInit = {}) => {
    const response = await fetch(url, init);
    await response.arrayBuffer();
    const reason = response.headers.get('x-deny');
    return reason === null ? `${response.status}` : `${response.status} ${reason}`;
  };

  /** Every object that a playlist leads to, from this one on, read by their own links. */
  async function tree(key: string): Promise<readonly string[]> {
    const response = await fetch(signed(key));
    expect(response.status, key).toBe(200);
    if (!key.endsWith('.m3u8')) return [key];
    const text = await response.text();
    const below = [...new Set(listReferences(text))].map((uri) => join(key, '..', uri));
    return [key, ...(await Promise.all(below.map(tree))).flat()];
  }
  /** What the document leads to, and no playlist. */
  async function storyboard(): Promise<readonly string[]> {
    const listing = await fetch(`${edge.env['S3_ENDPOINT']}/media?list-type=2&prefix=videos/`);
    const keys = [...(await listing.text()).matchAll(/<Key>([^<]+)</g)].map(([, key = '']) => key);
    return keys.filter((key) => key.includes('/storyboard/'));
  }
  const find = (pattern: RegExp) => {
    const found = objects.find((key) => pattern.test(key));
    if (found === undefined) throw new Error(`nothing is like ${pattern}`);
    return found;
  };
  const segment = () => find(/seg_\d+\.ts$/);

  describe('movie-ingest link', () => {
    test('prints a link that the Worker opens for two hours', async () => {
      const { exitCode, stdout, stderr } = await runCli(['link', 'phim-01'], {
        env: { ...user.env, ...edge.env },
      });
      expect(exitCode, stderr).toBe(0);
      expect(stderr).toMatch(/^Can be started until \d{4}-\S+Z \(2h 00m\)/);
      expect(await verdict(stdout.trim())).toBe('200');
      const [, until] = /\/t\/k1\.(\d{10})\.2\./.exec(stdout) ?? [];
      expect(Number(until) - now()).toBeGreaterThan(2 * HOUR - 60);
      expect(Number(until) - now()).toBeLessThanOrEqual(2 * HOUR);
    });

    test('one token covers playlists, segments, subtitles and storyboard, by relative addresses alone', async () => {
      const base = sign();
      for (const key of objects) {
        const relative = key.slice('videos/phim-01/'.length);
        expect(await verdict(new URL(relative, base).href), key).toBe('200');
      }
      const kinds = [/90p\/index/, /180p\/index/, /iframe/, /audio-.*\.ts/, /\.vtt$/, /storyboard/];
      for (const kind of kinds) expect(objects.join('\n')).toMatch(kind);
    });

    test('ffmpeg plays it, every picture', async () => {
      const { stdout } = await runFfmpeg([
        ...['-i', sign(), '-map', '0:v:0', '-f', 'framecrc', '-'],
      ]);
      const pictures = stdout
        .toString()
        .split('\n')
        .filter((line) => /^\d/.test(line));
      expect(pictures).toHaveLength(SECONDS * 24);
    });
  });

  describe('the Worker', () => {
    test.each(vectors)('opens the test vector of $kid', async ({ url, exp, link }) => {
      const path = link.slice(new URL(url).origin.length);
      // Past the signature, which is what is tested, there is no such object in this bucket.
      const opened = url.endsWith('phim-01/master.m3u8') ? '200' : '404';
      expect(await verdict(edge.url('vectors') + path), link).toBe(opened);
      const later = path.replace(String(exp), String(exp + 1));
      expect(await verdict(edge.url('vectors') + later)).toBe('403 token-bad');
    });

    test('serves nothing of a film without a token, and posters without one', async () => {
      for (const key of objects) {
        expect(await verdict(`${edge.url('edge')}/${key}`)).toBe('403 token-missing');
      }
      const poster = await fetch(`${edge.url('edge')}/posters/phim-01.jpg`);
      expect(poster.status).toBe(200);
      expect(poster.headers.get('content-type')).toBe('image/jpeg');
      expect(poster.headers.get('cache-control')).toMatch(/^public/);
      expect(await verdict(`${edge.url('edge')}/posters/other.jpg`)).toBe('404');
      for (const path of ['/', '/t/', '/_o/videos/phim-01/master.m3u8', '/poster/phim-01.jpg']) {
        expect(await verdict(edge.url('edge') + path), path).toMatch(/^403 (token-missing|path)$/);
      }
    });

    test('keeps the manifest, with the film’s file name, from viewers', async () => {
      const manifest = `${segment().split('/').slice(0, 3).join('/')}/manifest.json`;
      expect(await verdict(signed(manifest))).toBe('403 path');
    });

    test('refuses a token that was changed anywhere, in every spelling', async () => {
      const url = sign();
      const [, token = ''] = /\/t\/([^/]+)\//.exec(url) ?? [];
      for (let at = 0; at < token.length; at += 1) {
        // The last character has spare bits: four spellings of it mean the same to a decoder.
        const others = at === token.length - 1 ? BASE64URL : 'ABQw09-.';
        for (const other of others) {
          if (other === token[at]) continue;
          const changed = token.slice(0, at) + other + token.slice(at + 1);
          const answer = await verdict(url.replace(token, changed));
          expect(answer, changed).toMatch(/^403 (token-bad|key-unknown)$/);
        }
      }
      for (const changed of [
        `${token}=`,
        `${token}A`,
        token.slice(0, -1),
        `x${token}`,
        '',
        '...',
      ]) {
        expect(await verdict(url.replace(token, changed)), changed).toMatch(/^403 /);
      }
    });

    test('refuses the token of another film, and other depths than the signed one', async () => {
      const other = (depth: number, prefix: string, key: string) => {
        const fields = ['k1', String(now() + HOUR), String(depth)];
        const message = ['mi1', ...fields, prefix].join('\n');
        const secret = Buffer.from(K1, 'base64');
        const mac = createHmac('sha256', secret).update(message).digest('base64url');
        return `${edge.url('edge')}/t/${[...fields, mac].join('.')}/${key}`;
      };
      const film = '/videos/phim-01/';
      expect(await verdict(other(2, film, segment()))).toBe('200');
      expect(await verdict(other(2, '/videos/phim-02/', segment()))).toBe('403 token-bad');
      expect(await verdict(other(2, film, 'videos/phim-02/master.m3u8'))).toBe('403 token-bad');
      expect(await verdict(other(2, film, 'videos/phim-012/master.m3u8'))).toBe('403 token-bad');
      expect(await verdict(other(3, film, segment()))).toBe('403 token-bad');
      expect(await verdict(other(1, film, segment()))).toBe('403 token-bad');
      expect(await verdict(other(3, '/videos/phim-01/', MASTER))).toBe('403 token-bad');
      const revision = `/${segment().split('/').slice(0, 3).join('/')}/`;
      expect(await verdict(other(3, revision, segment()))).toBe('200');
      expect(await verdict(other(3, revision, MASTER))).toBe('403 token-bad');
    });

    test.each([
      'videos/phim-01/../phim-02/master.m3u8',
      'videos/phim-01/%2e%2e/phim-02/master.m3u8',
      'videos/phim-01/..%2fphim-02/master.m3u8',
      'videos/phim-01/..%2Fphim-02%2Fmaster.m3u8',
      'videos/phim-01/%252e%252e/phim-02/master.m3u8',
      'videos/phim-01/..\\phim-02\\master.m3u8',
      'videos/phim-01//master.m3u8',
      'videos/phim-01/./../phim-02/master.m3u8',
      'videos/phim-01/master.m3u8%00',
      'videos/phim-01/;/../../phim-02/master.m3u8',
      'videos%2fphim-01/master.m3u8',
      'videos/phim-01/',
      '/videos/phim-01/master.m3u8',
    ])('does not leave the film by %s', async (path) => {
      const token = sign().split('/')[4] ?? '';
      expect(await rawStatus(`${edge.url('edge')}`, `/t/${token}/${path}`)).toBe(403);
    });

    test('names a key that it does not have, and takes __proto__ for none', async () => {
      expect(await verdict(sign({ with: keyOf('k9') }))).toBe('403 key-unknown');
      expect(await verdict(sign({ with: keyOf('__proto__') }))).toBe('403 key-unknown');
      expect(await verdict(sign({ with: keyOf('k1', K2) }))).toBe('403 token-bad');
    });

    test('takes both keys while they are exchanged, and the old no more once it is taken out', async () => {
      const [old, next] = [keyOf('k1'), keyOf('k2', K2)];
      expect(await verdict(sign({ at: 'open', with: old }))).toBe('200');
      expect(await verdict(sign({ at: 'open', with: next }))).toBe('200');
      expect(await verdict(sign({ at: 'rotated', with: next }))).toBe('200');
      expect(await verdict(sign({ at: 'rotated', with: old }))).toBe('403 key-unknown');
    });

    test.each(['keyless', 'unparsable', 'short', 'graceless'])(
      'serves nothing at all when it is set up wrongly (%s), and quotes no secret',
      async (at) => {
        const response = await fetch(sign({ at }));
        const text = await response.text();
        expect([response.status, response.headers.get('x-deny')]).toEqual([500, 'config']);
        expect(text).toBe('config\n');
      },
    );

    test('lets a film start until its second, and what was started play on for the grace', async () => {
      const twoHoursLater = { until: now() - 2 };
      expect(await verdict(sign({ until: now() + 60 }))).toBe('200');
      expect(await verdict(sign(twoHoursLater))).toBe('403 token-expired');
      for (const key of objects.filter((it) => it !== MASTER)) {
        expect(await verdict(signed(key, twoHoursLater)), key).toBe('200');
      }
      const inGrace = { until: now() - GRACE + 60 };
      const pastGrace = { until: now() - GRACE - 2 };
      expect(await verdict(signed(segment(), inGrace))).toBe('200');
      expect(await verdict(signed(segment(), pastGrace))).toBe('403 token-expired');
      expect(await verdict(signed(segment(), { at: 'open', ...twoHoursLater }))).toBe(
        '403 token-expired',
      );
    });

    test('a refusal is never kept by a cache, and a page may read its reason', async () => {
      const { headers } = await fetch(sign({ until: now() - 60 }), { headers: { Origin: PAGE } });
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('access-control-allow-origin')).toBe(PAGE);
      expect(headers.get('access-control-expose-headers')).toContain('X-Deny');
    });

    test('one copy in the cache serves all tokens, and only valid ones', async () => {
      const key = find(/180p\/seg_00000\.ts$/);
      const first = await fetch(signed(key, { until: now() + 100 }));
      const bytes = Buffer.from(await first.arrayBuffer());
      let until = now() + 5_000;
      await expect
        .poll(async () => {
          until += 1; // a token that nobody has used yet
          const again = await fetch(signed(key, { until }));
          expect(Buffer.from(await again.arrayBuffer()).equals(bytes)).toBe(true);
          return again.headers.get('cf-cache-status');
        })
        .toBe('HIT');
      expect(await verdict(signed(key, { until: now() - GRACE - 2 }))).toBe('403 token-expired');
      expect(await verdict(`${edge.url('edge')}/_o/${key}`)).toBe('403 token-missing');
    });

    test('keeps what others may keep of it private, and its type and tag', async () => {
      for (const key of [segment(), MASTER]) {
        const { headers } = await fetch(signed(key));
        expect(headers.get('cache-control')).toMatch(/^private, max-age=[1-9]/);
        expect(headers.get('etag')).toMatch(/^(W\/)?"[0-9a-f]{32}"$/);
        expect(headers.get('referrer-policy')).toBe('no-referrer');
      }
      const types = { ts: 'video/mp2t', m3u8: 'application/vnd.apple.mpegurl', vtt: 'text/vtt' };
      for (const [ending, type] of Object.entries(types)) {
        const { headers } = await fetch(signed(find(new RegExp(`\\.${ending}$`))));
        expect(headers.get('content-type')).toContain(type);
      }
    });

    // By different code: ours, and that of the cache. `open` has never been asked for this object.
    test.each([
      ['from the bucket', 'open'],
      ['from the cache', 'edge'],
    ])('answers Range %s', async (where, at) => {
      const key = find(/180p\/seg_00000/);
      const whole = Buffer.from(await bytesInBucket(key));
      const size = whole.byteLength;
      const ask = async (range: string) => {
        const response = await fetch(signed(key, { at }), { headers: { Range: range } });
        const body = Buffer.from(await response.arrayBuffer());
        expect(response.headers.get('cf-cache-status')).toBe(at === 'edge' ? 'HIT' : null);
        return {
          status: response.status,
          range: response.headers.get('content-range'),
          md5: md5(body),
        };
      };
      for (const [range, from, to] of [
        ['bytes=100-199', 100, 200],
        ['bytes=188-', 188, size],
        ['bytes=-376', size - 376, size],
        [`bytes=${size - 1}-${size + 999}`, size - 1, size],
        ['bytes=0-0', 0, 1],
        ...(at === 'edge' ? [] : [[`bytes=-${size + 5}`, 0, size] as const]), // the cache sends 200
      ] as const) {
        expect(await ask(range), `${where} ${range}`).toEqual({
          status: 206,
          range: `bytes ${from}-${to - 1}/${size}`,
          md5: md5(whole.subarray(from, to)),
        });
      }
      expect(await ask(`bytes=${size}-`)).toMatchObject({ status: 416, range: `bytes */${size}` });
      for (const range of ['bytes=0-', 'bytes=a-b', 'bytes=0-1,5-6', 'lines=0-9', 'bytes=-']) {
        const response = await fetch(signed(key, { at }), { headers: { Range: range } });
        const body = Buffer.from(await response.arrayBuffer());
        expect([response.status, body.equals(whole)], range).toEqual([200, true]);
      }
    });

    test('answers HEAD and 304 as it would answer GET', async () => {
      const key = find(/audio-.*seg_00000/);
      const head = await fetch(signed(key), { method: 'HEAD' });
      expect(head.status).toBe(200);
      expect(await head.text()).toBe('');
      expect(Number(head.headers.get('content-length'))).toBe(
        (await bytesInBucket(key)).byteLength,
      );
      expect(head.headers.get('accept-ranges')).toBe('bytes');
      const etag = head.headers.get('etag') ?? '';
      expect(await verdict(signed(key), { headers: { 'If-None-Match': etag } })).toBe('304');
      expect(await verdict(signed(key), { headers: { 'If-None-Match': '"other"' } })).toBe('200');
      expect(await verdict(sign({ until: now() - 9 }), { method: 'HEAD' })).toBe(
        '403 token-expired',
      );
      expect(await verdict(signed('videos/phim-01/none.ts'), { method: 'HEAD' })).toBe('404');
      expect(await verdict(sign(), { method: 'POST' })).toBe('405');
      expect(await verdict(sign(), { method: 'DELETE' })).toBe('405');
    });

    test('lets the pages play that are listed, and any where none is', async () => {
      const allowed = async (at: string, origin: string | undefined, method = 'GET') => {
        const headers = origin === undefined ? {} : { Origin: origin };
        const response = await fetch(sign({ at }), { method, headers });
        await response.arrayBuffer();
        const names = ['access-control-allow-origin', 'vary'] as const;
        const [allow, vary] = names.map((name) => response.headers.get(name));
        return { status: response.status, allow, vary };
      };
      const ok = { status: 200, vary: 'Origin' };
      expect(await allowed('edge', PAGE)).toEqual({ ...ok, allow: PAGE });
      expect(await allowed('edge', 'http://a.test')).toEqual({ ...ok, allow: 'http://a.test' });
      for (const origin of ['https://evil.test', `${PAGE}.evil.test`, 'null', undefined]) {
        expect(await allowed('edge', origin)).toEqual({ ...ok, allow: null });
      }
      expect(await allowed('open', 'https://evil.test')).toMatchObject({ status: 200, allow: '*' });
      expect(await allowed('edge', PAGE, 'OPTIONS')).toEqual({
        ...ok,
        status: 204,
        allow: PAGE,
      });
    });

    test('answers the preflight that a player’s Range causes, without a token', async () => {
      const { status, headers } = await fetch(`${edge.url('edge')}/t/x/${segment()}`, {
        method: 'OPTIONS',
        headers: {
          Origin: PAGE,
          'Access-Control-Request-Method': 'GET',
          'Access-Control-Request-Headers': 'range',
        },
      });
      expect(status).toBe(204);
      expect(headers.get('access-control-allow-headers')).toContain('Range');
      expect(headers.get('access-control-allow-methods')).toBe('GET, HEAD');
      expect(headers.get('access-control-max-age')).toBe('86400');
    });

    test('may refuse pages by their Referer, but not players that send none', async () => {
      const url = sign({ at: 'rotated', with: keyOf('k2', K2) });
      const from = (referer: string) => verdict(url, { headers: { Referer: referer } });
      expect(await verdict(url)).toBe('200');
      expect(await from(`${PAGE}/watch/1`)).toBe('200');
      expect(await from(`${PAGE}.evil.test/watch`)).toBe('403 referer');
      expect(await from('http://www.example.com/')).toBe('403 referer');
      expect(await from('garbage')).toBe('403 referer');
    });

    test('stays flat in memory over 1,000 requests', async () => {
      const urls = [segment(), MASTER, find(/index\.m3u8$/), find(/\.vtt$/)].map((key) =>
        signed(key),
      );
      const ask = async (count: number) => {
        for (let nth = 0; nth < count; nth += 1) {
          const response = await fetch(urls[nth % urls.length] ?? '');
          await response.arrayBuffer();
          expect(response.status).toBe(200);
        }
      };
      await ask(200); // caches and heap find their size
      const before = residentKb(edge.pid);
      await ask(1_000);
      expect(residentKb(edge.pid) - before).toBeLessThan(32 * 1_024);
    }, 300_000);
  });

  async function bytesInBucket(key: string): Promise<ArrayBuffer> {
    return (await fetch(`${edge.env['S3_ENDPOINT']}/media/${key}`)).arrayBuffer();
  }
});

/** As it stands, where `fetch` would tidy the path up. */
function rawStatus(base: string, path: string): Promise<number | undefined> {
  const { hostname, port } = new URL(base);
  return new Promise((done, fail) => {
    request({ hostname, port, path }, (response) => {
      response.resume();
      done(response.statusCode);
    })
      .on('error', fail)
      .end();
  });
}

function md5(bytes: Uint8Array): string {
  return createHash('md5').update(bytes).digest('hex');
}

function residentKb(pid: number): number {
  return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' }));
}
