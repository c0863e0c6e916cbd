import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { signLink } from '../../src/links/sign-link.ts';
import { type Edge, startEdge } from '../helpers/edge.ts';
import { makeClip } from '../helpers/make-clip.ts';
import { newUser, SMALL } from '../helpers/new-user.ts';
import { runCli } from '../helpers/run-cli.ts';
import { makeTempDir } from '../helpers/temp-dir.ts';
import { type LoopbackBrowser, launchChromium } from '../servers/chromium.ts';
import { isMissing } from '../servers/locate.ts';

const ROOT = resolve(import.meta.dirname, '../..');
/** For a machine that does other things at the same time. */
const SOON = { timeout: 30_000, interval: 100 };
const SECONDS = 14;
const SECRET = Buffer.alloc(32, 7);
const HOUR = 3_600;

/** The page of an example on a host of its own, with an API that signs; the film through the Worker. */
describe.skipIf(await isMissing('chromium'))(
  'promise 1: a film plays by a link that expires',
  () => {
    let browser: LoopbackBrowser;
    let edge: Edge;
    let site: Server;
    let stranger: Server;
    let startUntil = 0;

    beforeAll(async () => {
      [browser, site, stranger] = await Promise.all([launchChromium(), serve(), serve()]);
      edge = await startEdge({
        edge: {
          SIGNING_KEYS: JSON.stringify({ k1: SECRET.toString('base64') }),
          ALLOWED_ORIGINS: originOf(site),
        },
      });
      const dir = makeTempDir('links-play');
      const clip = await makeClip({
        dir,
        name: 'phim-01.mp4',
        width: 320,
        height: 180,
        seconds: SECONDS,
      });
      await writeFile(join(dir, 'phim-01.vi.srt'), '1\n00:00:01,000 --> 00:00:13,000\nXin chào\n');
      const { env } = newUser({ MOVIE_INGEST_PRESET: SMALL, ...edge.env });
      const added = await runCli(['add', clip], { env });
      expect(added, added.stderr).toMatchObject({ exitCode: 0 });
    });

    afterAll(async () => {
      site?.close();
      stranger?.close();
      await browser?.close();
      await edge?.close();
    });

    /** The examples, and the API beside them. */
    async function serve(): Promise<Server> {
      const server = createServer((request, response) => {
        const path = request.url ?? '/';
        if (path === '/api/movies/phim-01') {
          const hls_url = signLink({
            url: `${edge.url('edge')}/videos/phim-01/master.m3u8`,
            key: { id: 'k1', secret: SECRET },
            startUntilSeconds: startUntil,
          });
          const thumbnail_url = `${edge.url('edge')}/posters/phim-01.jpg`;
          response.setHeader('Content-Type', 'application/json');
          response.end(JSON.stringify({ hls_url, thumbnail_url }));
        } else if (/^\/[a-z-]+\.html$/.test(path)) {
          response.setHeader('Content-Type', 'text/html');
          response.end(readFileSync(join(ROOT, 'examples/html', path)));
        } else {
          response.writeHead(404).end();
        }
      });
      await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
      return server;
    }

    async function open(example: string, { at = site, until = HOUR } = {}) {
      startUntil = Math.floor(Date.now() / 1_000) + until;
      const page = await browser.context.newPage();
      onTestFinished(() => page.close());
      await serveFromPackages(page);
      const answers: { url: string; status: number }[] = [];
      page.on('response', (it) => answers.push({ url: it.url(), status: it.status() }));
      await page.goto(`${originOf(at)}/${example}.html`);
      const video = <Value>(expression: string) =>
        page.evaluate<Value>(`document.querySelector('video').${expression}`);
      return { page, video, answers };
    }

    describe.each(['hls-js', 'video-js'])('examples/html/%s.html', (example) => {
      test('plays it from beginning to end, every request under the one token', async () => {
        const { page, video, answers } = await open(example);
        await expect.poll(() => video<number>('readyState'), SOON).toBeGreaterThan(1);
        await page.evaluate("void document.querySelector('video').play()");
        await expect.poll(() => video<number>('currentTime'), SOON).toBeGreaterThan(1);
        expect(await video<number>('duration')).toBeCloseTo(SECONDS, 0);
        await video(`currentTime = ${0.9 * SECONDS}`);
        await expect.poll(() => video<boolean>('ended'), SOON).toBe(true);
        const media = answers.filter(({ url }) => url.includes('/videos/'));
        expect(media.length).toBeGreaterThan(5);
        const tokens = new Set(media.map(({ url }) => new URL(url).pathname.split('/')[2]));
        expect(tokens.size).toBe(1);
        expect(media.filter(({ status }) => status !== 200)).toEqual([]);
        await expect
          .poll(
            () => answers.some(({ url, status }) => /posters/.test(url) && status === 200),
            SOON,
          )
          .toBe(true);
        expect(await page.locator('#problem').textContent()).toBe('');
      });

      test('says so when the link is too old', async () => {
        const { page, video } = await open(example, { until: -60 });
        await expect
          .poll(() => page.locator('#problem').textContent(), SOON)
          .toBe('This link has expired: load the page again.');
        expect(await video<number>('readyState')).toBe(0);
      });

      test('is not played by a page of another host', async () => {
        const { page, video } = await open(example, { at: stranger });
        await expect.poll(() => page.locator('#problem').textContent(), SOON).not.toBe('');
        expect(await video<number>('readyState')).toBe(0);
      });
    });

    test('what was started in time plays on after the link has expired', async () => {
      const { page, video } = await open('hls-js', { until: 2 });
      await expect.poll(() => video<number>('readyState'), SOON).toBeGreaterThan(1);
      await expect.poll(() => Date.now() / 1_000 - startUntil, SOON).toBeGreaterThan(1);
      // Nothing of the end is in the buffer's reach of a paused start: it is asked for now.
      await page.evaluate("void document.querySelector('video').play()");
      await video(`currentTime = ${0.9 * SECONDS}`);
      await expect.poll(() => video<boolean>('ended'), SOON).toBe(true);
    });
  },
);

/** The very bytes that the examples name: the browser compares them with the hash in the page. */
async function serveFromPackages(page: Page): Promise<void> {
  await page.route('https://cdn.jsdelivr.net/npm/**', async (route) => {
    const path = new URL(route.request().url()).pathname.replace(/^\/npm\/([^@]+)@[^/]+/, '$1');
    await route.fulfill({
      path: join(ROOT, 'node_modules', path),
      headers: { 'Access-Control-Allow-Origin': '*' },
    });
  });
}

function originOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
