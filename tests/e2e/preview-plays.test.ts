import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { buildPreview } from '../../scripts/build-preview.mjs';
import { type LibraryServer, serveLibrary } from '../../src/preview/serve-library.ts';
import { makeTempDir, removeTempDir } from '../helpers/temp-dir.ts';
import { type LoopbackBrowser, launchChromium } from '../servers/chromium.ts';
import { isMissing } from '../servers/locate.ts';
import { expectCaption } from './caption-at.ts';
import { documentCatalog } from './document-catalog.ts';
import { type Library, makeLibrary, TITLE } from './make-library.ts';

/** Pictures of the page, for a look after the run. Not in git. */
const SCREENSHOTS = join(import.meta.dirname, '../../.cache/screenshots');

/** For a machine that does other things at the same time. */
const SOON = { timeout: 30_000, interval: 100 };

describe.skipIf(await isMissing('chromium'))('promise 1: what is in the catalogue plays', () => {
  const dir = makeTempDir('e2e');
  const pageDir = join(dir, 'page');
  let browser: LoopbackBrowser;
  let library: Library;
  let server: LibraryServer;

  beforeAll(async () => {
    [library, browser] = await Promise.all([
      makeLibrary(dir),
      launchChromium({ viewport: { width: 1180, height: 860 } }),
      buildPreview(pageDir),
      mkdir(SCREENSHOTS, { recursive: true }),
    ]);
    server = await serve(library);
  });

  afterAll(async () => {
    await server?.close();
    await browser?.close(); // throws when a page asked for anything outside this machine
    removeTempDir(dir);
  });

  const serve = (from: Pick<Library, 'publicBaseUrl' | 'catalog'> & { mediaDir?: string }) =>
    serveLibrary({
      mediaDir: from.mediaDir,
      publicBaseUrl: from.publicBaseUrl,
      catalog: from.catalog,
      port: 0,
      pageDir,
      signal: new AbortController().signal,
    });

  /** A new tab, closed after the test, with what it asked for and what went wrong in its code. */
  async function openTab() {
    const page = await browser.context.newPage();
    const requests: string[] = [];
    const faults: string[] = [];
    page.on('request', (request) => requests.push(request.url()));
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') faults.push(message.text());
    });
    onTestFinished(() => page.close());
    return { page, requests, faults };
  }

  /** A copy of the library that a test may damage, behind a server of its own. */
  async function damaged(damage: (copy: Library) => Promise<void>): Promise<LibraryServer> {
    const mediaDir = makeTempDir('damaged');
    await cp(library.mediaDir, mediaDir, { recursive: true });
    const filmDir = library.filmDir.replace(library.mediaDir, mediaDir);
    await damage({ ...library, mediaDir, filmDir });
    const own = await serve({ ...library, mediaDir });
    onTestFinished(async () => {
      await own.close();
      removeTempDir(mediaDir);
    });
    return own;
  }

  test.each([
    ['hls', 'hls.js 1.'],
    ['native', "the browser's own player"],
  ])('through the engine "%s"', async (engine, name) => {
    const { page, requests, faults } = await openTab();
    await page.goto(`${server.url}/watch/${library.slug}?engine=${engine}`);
    await play(page);
    await expect.poll(() => currentTime(page), SOON).toBeGreaterThan(2);
    const frames = await decodedFrames(page);
    expect(frames).toBeGreaterThan(0);
    await expect.poll(() => decodedFrames(page), SOON).toBeGreaterThan(frames);
    await expect.poll(() => page.locator('.stats').textContent(), SOON).toContain(name);
    await page.screenshot({ path: join(SCREENSHOTS, `watch-${engine}.png`), fullPage: true });
    expect(await page.locator('.problem').count()).toBe(0);
    expect(faults).toEqual([]);
    expect(requests.filter((url) => !isBelow(url, server.url))).toEqual([]);
    expect(requests.some((url) => url.endsWith('.ts'))).toBe(true);
  });

  test('to its end', async () => {
    const { page } = await openTab();
    await page.goto(`${server.url}/watch/${library.slug}`);
    await play(page);
    await expect.poll(() => currentTime(page), SOON).toBeGreaterThan(0); // loading resets the rate
    await page.evaluate('document.querySelector("video").playbackRate = 4');
    await expect
      .poll(() => page.evaluate('document.querySelector("video").ended'), SOON)
      .toBe(true);
    expect(await page.evaluate('document.querySelector("video").duration')).toBeCloseTo(12, 0);
  });

  test('through hls.js unless asked otherwise, although this browser says that it plays HLS itself', async () => {
    const { page } = await openTab();
    await page.goto(`${server.url}/watch/${library.slug}`);
    await expect.poll(() => page.locator('.stats').textContent(), SOON).toContain('hls.js');
  });

  test('in the quality and the language that are chosen', async () => {
    const { page, requests } = await openTab();
    await page.goto(`${server.url}/watch/${library.slug}`);
    await play(page);
    const quality = page.getByLabel('Quality');
    await expect
      .poll(() => page.locator('select option').allTextContents(), SOON)
      .toEqual(expect.arrayContaining(['360p', '720p', 'English', 'Tiếng Việt']));
    for (const [name, height] of [
      ['720p', 720],
      ['360p', 360],
      ['720p', 720],
    ] as const) {
      await quality.selectOption({ label: name });
      await expect.poll(() => videoHeight(page), SOON).toBe(height);
      await expect.poll(() => page.locator('.stats').textContent(), SOON).toContain(`${name} · `);
    }
    await page.getByLabel('Audio').selectOption({ label: 'Tiếng Việt' });
    const vietnamese = () => requests.some((url) => /\/audio-vi\/seg_\d+\.ts$/.test(url));
    await expect.poll(vietnamese, SOON).toBe(true);
    expect(await quality.locator('option:checked').textContent()).toBe('720p');
    expect(await page.locator('.problem').count()).toBe(0);
  });

  test('with a subtitle at its time', async () => {
    const { page, requests } = await openTab();
    await page.goto(`${server.url}/watch/${library.slug}`);
    await play(page);
    await expect.poll(() => currentTime(page), SOON).toBeGreaterThan(0);
    await expectCaption(page, 'vi');
    expect(requests.some((url) => url.endsWith('/subs-vi/subtitles.vtt'))).toBe(true);
    expect(await page.locator('.problem').count()).toBe(0);
  });

  test('by keyboard alone', async () => {
    const { page } = await openTab();
    await page.goto(`${server.url}/`);
    await page.locator('.film').waitFor();
    await page.keyboard.press('Tab'); // the skip link
    await page.keyboard.press('Tab'); // the name of the page
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.waitForURL(`${server.url}/watch/${library.slug}`);
    const quality = page.getByLabel('Quality');
    await quality.waitFor();
    await expect.poll(() => quality.locator('option').count(), SOON).toBe(3);
    await quality.focus();
    await page.keyboard.press('End');
    await expect.poll(() => videoHeight(page), SOON).toBe(720);
  });

  test('from a bucket at another address that allows it', async () => {
    const bucket = await serve(library); // a media server with CORS, at another origin
    onTestFinished(() => bucket.close());
    const own = await serve(await elsewhere(library, bucket.url));
    onTestFinished(() => own.close());
    const { page, faults } = await openTab();
    await page.goto(`${own.url}/watch/${library.slug}`);
    await play(page);
    await expect.poll(() => currentTime(page), SOON).toBeGreaterThan(2);
    expect(faults).toEqual([]);
  });

  describe('the page', () => {
    test('lists films as posters, and shows what strangers wrote as text, never as markup', async () => {
      const { page, faults } = await openTab();
      await page.goto(`${server.url}/`);
      await page.locator('.film img').waitFor();
      await expect
        .poll(() => page.evaluate('document.querySelector(".film img").naturalWidth'))
        .toBe(1_280);
      expect(await page.locator('.film h2').textContent()).toBe(TITLE);
      await page.screenshot({ path: join(SCREENSHOTS, 'library.png') });
      await page.locator('.film').click();
      expect(await page.locator('h1').textContent()).toBe(TITLE);
      expect(await page.locator('.description').textContent()).toContain('<script>');
      expect(await page.locator('main b, main script').count()).toBe(0);
      expect(await page.title()).toBe(`${TITLE} · movie-ingest`);
      expect(faults).toEqual([]);
    });

    test('fits a phone, and follows light and dark', async () => {
      const { page } = await openTab();
      await page.setViewportSize({ width: 390, height: 844 });
      const paper = () =>
        page.evaluate('getComputedStyle(document.documentElement).backgroundColor');
      const seen: unknown[] = [];
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        await page.goto(`${server.url}/watch/${library.slug}`);
        await page.getByLabel('Quality').waitFor();
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
        seen.push(await paper());
        await page.screenshot({
          path: join(SCREENSHOTS, `phone-${colorScheme}.png`),
          fullPage: true,
        });
      }
      expect(seen).toEqual(['rgb(246, 246, 248)', 'rgb(16, 17, 22)']);
    });

    test('says how to put the first film in', async () => {
      const empty = await serve({ ...library, catalog: documentCatalog([]) });
      onTestFinished(() => empty.close());
      const { page } = await openTab();
      await page.goto(empty.url);
      await page.getByText('movie-ingest add film.mp4').waitFor();
    });
  });

  describe('the banner names the cause and the command that mends it', () => {
    test.each(['hls', 'native'])('a missing master (%s)', async (engine) => {
      const broken = await damaged((copy) =>
        rm(join(copy.mediaDir, 'videos', copy.slug, 'master.m3u8')),
      );
      const text = await bannerOf(`${broken.url}/watch/${library.slug}?engine=${engine}`);
      expect(text).toContain('The master playlist is missing (404)');
      expect(text).toContain(`/videos/${library.slug}/master.m3u8`);
      expect(text).toContain(`movie-ingest add --force --slug ${library.slug} FILM`);
    });

    test.each(['hls', 'native'])('a missing segment (%s)', async (engine) => {
      const broken = await damaged(async ({ filmDir }) => {
        for (const rung of ['360p', '720p']) await rm(join(filmDir, rung, 'seg_00001.ts'));
      });
      const text = await bannerOf(`${broken.url}/watch/${library.slug}?engine=${engine}`);
      expect(text).toContain('A part of this film is missing (404)');
      expect(text).toMatch(/\/(360|720)p\/seg_00001\.ts/);
      expect(text).toContain('movie-ingest add --force');
    });

    test('a missing segment, before the film comes to it', async () => {
      const broken = await damaged(async ({ filmDir }) => {
        for (const rung of ['360p', '720p']) await rm(join(filmDir, rung, 'seg_00001.ts'));
      });
      const { page } = await openTab();
      await page.addInitScript('HTMLMediaElement.prototype.play = async () => {}');
      await page.goto(`${broken.url}/watch/${library.slug}`);
      await page.getByRole('alert').waitFor({ timeout: 30_000 });
      expect(await currentTime(page)).toBe(0);
    });

    test('a segment that is no film', async () => {
      const broken = await damaged(async ({ filmDir }) => {
        for (const rung of ['360p', '720p']) {
          await writeFile(join(filmDir, rung, 'seg_00001.ts'), Buffer.alloc(200_000, 7));
        }
      });
      const text = await bannerOf(`${broken.url}/watch/${library.slug}`);
      expect(text).toContain('This browser could not decode the film');
      expect(text).toContain('seg_00001.ts');
    });

    test('a bucket without a CORS rule', async () => {
      const bucket = createServer((_request, response) => response.end('#EXTM3U\n'));
      await new Promise<void>((resolve) => bucket.listen(0, '127.0.0.1', resolve));
      onTestFinished(() => void bucket.close());
      const url = `http://127.0.0.1:${(bucket.address() as AddressInfo).port}`;
      const own = await serve(await elsewhere(library, url));
      onTestFinished(() => own.close());
      const text = await bannerOf(`${own.url}/watch/${library.slug}`);
      expect(text).toContain('The store cannot be reached from this page');
      expect(text).toContain('no CORS rule');
      expect(text).toContain('movie-ingest doctor');
    });

    test('a film that the catalogue does not have', async () => {
      const text = await bannerOf(`${server.url}/watch/nothing`);
      expect(text).toContain('The catalogue has no such film');
      expect(text).toContain('movie-ingest list');
    });

    async function bannerOf(url: string): Promise<string> {
      const { page } = await openTab();
      await page.goto(url);
      const banner = page.getByRole('alert');
      await banner.waitFor({ timeout: 30_000 });
      return (await banner.textContent()) ?? '';
    }
  });
});

/** The same library as a page sees it whose store is a bucket at `publicBaseUrl`. */
async function elsewhere(library: Library, publicBaseUrl: string) {
  const document = await library.catalog.findBySlug(library.slug);
  const hls_url = `${publicBaseUrl}/videos/${library.slug}/master.m3u8`;
  const thumbnail_url = `${publicBaseUrl}/posters/${library.slug}.jpg`;
  const moved = { ...document, slug: library.slug, hls_url, thumbnail_url };
  return { publicBaseUrl, catalog: documentCatalog([moved]) };
}

/** Without a click a browser starts a film only when it is mute. */
async function play(page: Page): Promise<void> {
  await page.locator('video').waitFor();
  await page.evaluate(
    'void (document.querySelector("video").muted = true, document.querySelector("video").play())',
  );
}

const currentTime = (page: Page) =>
  page.evaluate<number>('document.querySelector("video").currentTime');
const videoHeight = (page: Page) =>
  page.evaluate<number>('document.querySelector("video").videoHeight');
const decodedFrames = (page: Page) =>
  page.evaluate<number>(
    'document.querySelector("video").getVideoPlaybackQuality().totalVideoFrames',
  );

function isBelow(url: string, origin: string): boolean {
  return url.startsWith(`${origin}/`) || url.startsWith(`blob:${origin}/`);
}
