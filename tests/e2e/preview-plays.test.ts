import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { buildPreview } from '../../scripts/build-preview.mjs';
import { apiDocument } from '../../src/preview/api-document.ts';
import { findHls } from '../../src/preview/find-hls.ts';
import { type LibraryServer, serveLibrary } from '../../src/preview/serve-library.ts';
import { servePreview } from '../../src/preview/serve-preview.ts';
import { showFolder, showUrl } from '../../src/preview/showing.ts';
import { makeTempDir, removeTempDir } from '../helpers/temp-dir.ts';
import { type LoopbackBrowser, launchChromium } from '../servers/chromium.ts';
import { isMissing } from '../servers/locate.ts';
import { expectCaption } from './caption-at.ts';
import { chooseInMenu, menuItems } from './choose-in-menu.ts';
import { documentCatalog } from './document-catalog.ts';
import { CHAPTER_TITLES } from './make-full-film.ts';
import { type Library, makeLibrary, TITLE } from './make-library.ts';
import {
  captionMode,
  currentTime,
  decodedFrames,
  focused,
  play,
  SOON,
  videoHeight,
} from './player-page.ts';

const ROOT = join(import.meta.dirname, '../..');

/** Pictures of the page, for a look after the run. Not in git. */
const SCREENSHOTS = join(ROOT, '.cache/screenshots');

type AxeResult = Readonly<{
  violations: readonly Readonly<{ id: string; impact: string; nodes: { html: string }[] }>[];
}>;

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
    await page.evaluate('document.querySelector("video").loop = true'); // no switch after its end
    await expect
      .poll(async () => (await menuItems(page, 'Quality')).slice(0, 2), SOON)
      .toEqual(['720p', '360p']);
    expect(await menuItems(page, 'Audio')).toEqual(['English', 'Tiếng Việt']);
    for (const [name, height] of [
      ['720p', 720],
      ['360p', 360],
      ['720p', 720],
    ] as const) {
      await chooseInMenu(page, 'Quality', name);
      await expect.poll(() => videoHeight(page), SOON).toBe(height);
      await expect.poll(() => page.locator('.stats').textContent(), SOON).toContain(`${name} · `);
    }
    await chooseInMenu(page, 'Audio', 'Tiếng Việt');
    const vietnamese = () => requests.some((url) => /\/audio-vi\/seg_\d+\.ts$/.test(url));
    await expect.poll(vietnamese, SOON).toBe(true);
    expect(await page.locator('quality-menu [aria-checked="true"]').textContent()).toBe('720p');
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
    for (const _ of ['skip link', 'name of the page', 'language', 'film']) {
      await page.keyboard.press('Tab');
    }
    await page.keyboard.press('Enter');
    await page.waitForURL(`${server.url}/watch/${library.slug}`);
    await expect.poll(() => menuItems(page, 'Quality'), SOON).toContain('360p');
    const settings = page.locator('media-settings-menu-button');
    await settings.focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => focused(page), SOON).toBe('media-settings-menu-item');
    await page.keyboard.press('Enter'); // into the first menu, which is the quality
    await expect.poll(() => focused(page), SOON).toBe('media-chrome-menu-item');
    await page.keyboard.press('Home');
    await page.keyboard.press('Enter');
    await expect.poll(() => videoHeight(page), SOON).toBe(720);
    expect(await page.locator('quality-menu [aria-checked="true"]').textContent()).toBe('720p');
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

  test('from a folder with HLS, and from an address', async () => {
    const folder = join(library.mediaDir, 'videos', library.slug);
    const bucket = await serve(library);
    onTestFinished(() => bucket.close());
    const url = new URL(`${bucket.url}/videos/${library.slug}/master.m3u8`);
    const { signal } = new AbortController();
    for (const [showing, path] of [
      [showFolder(folder, await findHls(folder)), '/watch/master.m3u8'],
      [showUrl(url), '/watch/url'],
    ] as const) {
      const own = await servePreview({ showing, port: 0, pageDir, signal });
      onTestFinished(() => own.close());
      const { page, faults } = await openTab();
      await page.goto(own.url + path);
      await play(page);
      await expect.poll(() => currentTime(page), SOON).toBeGreaterThan(1);
      const chapters = showing.kind === 'folder' ? CHAPTER_TITLES.length : 0;
      await expect.poll(() => page.locator('.chapters a').count(), SOON).toBe(chapters);
      expect(faults).toEqual([]);
    }
  });

  describe('the controls', () => {
    async function openFilm() {
      const tab = await openTab();
      await tab.page.goto(`${server.url}/watch/${library.slug}`);
      await play(tab.page);
      await expect.poll(() => menuItems(tab.page, 'Captions'), SOON).toContain('Tiếng Việt');
      await expect.poll(() => currentTime(tab.page), SOON).toBeGreaterThan(0);
      return tab;
    }

    const video = <Value>(page: Page, expression: string) =>
      page.evaluate<Value>(`document.querySelector("video").${expression}`);

    test('captions and speed by clicks', async () => {
      const { page, faults } = await openFilm();
      await chooseInMenu(page, 'Captions', 'Tiếng Việt');
      await expect.poll(() => captionMode(page, 'Tiếng Việt'), SOON).toBe('showing');
      await page.keyboard.press('Escape');
      await chooseInMenu(page, 'Speed', '1.5x');
      await expect.poll(() => video(page, 'playbackRate'), SOON).toBe(1.5);
      expect(faults).toEqual([]);
    });

    test('quality, audio, captions, chapters, speed and sound by keys', async () => {
      const { page, requests, faults } = await openFilm();
      const toast = () => page.locator('.toast').textContent();
      await page.keyboard.press('q');
      await expect.poll(toast, SOON).toBe('Quality: 360p');
      await expect.poll(() => videoHeight(page), SOON).toBe(360);
      await page.keyboard.press('q');
      await expect.poll(() => videoHeight(page), SOON).toBe(720);
      await page.keyboard.press('q');
      await expect.poll(toast, SOON).toBe('Quality: Auto');
      await page.keyboard.press('a');
      await expect.poll(toast, SOON).toBe('Audio: Tiếng Việt');
      await expect
        .poll(() => requests.some((url) => /\/audio-vi\/seg_\d+\.ts$/.test(url)), SOON)
        .toBe(true);
      await page.keyboard.press('v');
      await expect.poll(() => captionMode(page, 'English'), SOON).toBe('showing');
      await page.keyboard.press('v');
      await expect.poll(() => captionMode(page, 'Tiếng Việt'), SOON).toBe('showing');
      await page.keyboard.press('c');
      await expect.poll(() => captionMode(page, 'Tiếng Việt'), SOON).not.toBe('showing');
      await page.keyboard.press('k');
      await expect.poll(() => video(page, 'paused'), SOON).toBe(true);
      await page.keyboard.press('0');
      await page.keyboard.press(']');
      await expect.poll(() => currentTime(page), SOON).toBe(4);
      await page.keyboard.press('[');
      await expect.poll(() => currentTime(page), SOON).toBe(0);
      await page.keyboard.press('>');
      await expect.poll(() => video(page, 'playbackRate'), SOON).toBe(1.25);
      await page.keyboard.press('m');
      await expect.poll(() => video(page, 'muted'), SOON).toBe(false);
      await page.keyboard.press('?');
      expect(await page.locator('.keys').getAttribute('open')).toBe('');
      expect(faults).toEqual([]);
    });

    test('to 90 % of the film, by the key and by the seek bar, and on from there', async () => {
      const { page } = await openFilm();
      for (const seek of [
        () => page.keyboard.press('9'),
        async () => {
          const bar = page.locator('media-time-range');
          await page.locator('video').hover();
          const { width, height } = (await bar.boundingBox()) ?? { width: 0, height: 0 };
          await bar.click({ position: { x: width * 0.9, y: height / 2 } });
        },
      ]) {
        await page.evaluate('document.querySelector("video").currentTime = 0');
        await expect.poll(() => video(page, 'seeking'), SOON).toBe(false);
        await seek();
        await expect.poll(() => currentTime(page), SOON).toBeGreaterThan(10.9);
        await expect.poll(() => video(page, 'ended'), SOON).toBe(true);
        await page.evaluate('void document.querySelector("video").play()');
      }
    });

    test('the storyboard, the time and the chapter over the seek bar', async () => {
      const { page, requests } = await openFilm();
      const bar = page.locator('media-time-range');
      await page.locator('video').hover();
      const { width, height } = (await bar.boundingBox()) ?? { width: 0, height: 0 };
      const hover = () => bar.hover({ position: { x: width * 0.6, y: height / 2 } });
      await hover();
      const picture = page.locator('media-preview-thumbnail[slot="preview"] img');
      await expect.poll(() => picture.getAttribute('src'), SOON).toMatch(/\/sheet_001\.jpg$/);
      await expect
        .poll(() => picture.evaluate((one: { naturalWidth: number }) => one.naturalWidth), SOON)
        .toBeGreaterThan(0);
      const box = (await bar.boundingBox()) ?? { x: 0, y: 0 };
      await expect
        .poll(async () => {
          // It is shown while the pointer moves.
          const aside = Math.random() * 4;
          await page.mouse.move(box.x + width * 0.6 + aside, box.y + height / 2);
          return await picture.isVisible();
        }, SOON)
        .toBe(true);
      const chapter = page.locator('media-preview-chapter-display[slot="preview"]');
      expect(await chapter.getAttribute('mediapreviewchapter')).toBe(CHAPTER_TITLES[1]);
      expect(requests.some((url) => url.endsWith('/storyboard/storyboard.vtt'))).toBe(true);
      await page.screenshot({ path: join(SCREENSHOTS, 'storyboard.png') });
    });

    test('the chapters as links to their times, with their titles as text', async () => {
      const { page } = await openFilm();
      const links = page.locator('.chapters a');
      await expect
        .poll(() => links.locator('span').allTextContents(), SOON)
        .toEqual(CHAPTER_TITLES);
      await links.nth(2).click();
      await expect.poll(() => currentTime(page), SOON).toBeGreaterThanOrEqual(8);
      await expect.poll(() => links.nth(2).getAttribute('aria-current'), SOON).toBe('true');
      await page.goto(`${server.url}/watch/${library.slug}#t=4.5`);
      await play(page);
      await expect.poll(() => currentTime(page), SOON).toBeGreaterThan(4.4);
    });

    test('picture in picture', async () => {
      const { page } = await openFilm();
      await page.locator('video').hover();
      await page.locator('media-pip-button').click();
      await expect
        .poll(() => page.evaluate('document.pictureInPictureElement?.localName'), SOON)
        .toBe('video');
    });
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
      // hls-video-element holds its settings in a script that no browser runs.
      const markup = 'main b, main script:not([type="application/json"])';
      expect(await page.locator(markup).count()).toBe(0);
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
        await page.locator('media-settings-menu-button').waitFor();
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
        seen.push(await paper());
        await page.screenshot({
          path: join(SCREENSHOTS, `phone-${colorScheme}.png`),
          fullPage: true,
        });
      }
      expect(seen).toEqual(['rgb(246, 246, 248)', 'rgb(16, 17, 22)']);
    });

    test('speaks Vietnamese to a Vietnamese browser, and what is chosen; the film goes on where it was', async () => {
      const { page, faults } = await openTab();
      await page.addInitScript(
        'Object.defineProperty(navigator, "languages", { get: () => ["vi-VN", "en"] })',
      );
      await page.goto(`${server.url}/watch/${library.slug}`);
      await play(page);
      expect(await page.locator('html').getAttribute('lang')).toBe('vi');
      await page.getByText('Phím tắt').waitFor();
      expect(await page.locator('media-play-button').getAttribute('aria-label')).toMatch(
        /^(phát|tạm dừng)$/,
      );
      await page.evaluate('document.querySelector("video").currentTime = 7');
      await page.getByLabel('Ngôn ngữ').selectOption('en');
      await page.getByText('Keys', { exact: true }).waitFor();
      await expect.poll(() => currentTime(page), SOON).toBeGreaterThan(6.9);
      await page.goto(`${server.url}/`);
      await page.getByRole('heading', { name: 'Films' }).waitFor();
      await page.getByLabel('Language').selectOption('vi'); // every tab has the choice now
      await page.getByRole('heading', { name: 'Phim', exact: true }).waitFor();
      await page.getByLabel('Ngôn ngữ').selectOption('en');
      await page.getByRole('heading', { name: 'Films' }).waitFor();
      expect(faults).toEqual([]);
    });

    test('has nothing serious that axe-core would find, in light and dark, with the menu open', async () => {
      const axe = await readFile(join(ROOT, 'node_modules/axe-core/axe.min.js'), 'utf8');
      const { page } = await openTab();
      const serious = async () => {
        await page.evaluate(axe);
        const { violations } = await page.evaluate<AxeResult>(
          'axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] })',
        );
        return violations
          .filter(({ impact }) => impact === 'serious' || impact === 'critical')
          .map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`);
      };
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        await page.goto(`${server.url}/`);
        await page.locator('.film img').waitFor();
        expect(await serious()).toEqual([]);
        await page.goto(`${server.url}/watch/${library.slug}`);
        await play(page);
        await expect.poll(() => page.locator('.chapters a').count(), SOON).toBe(3);
        await page.keyboard.press('k');
        await page.keyboard.press('?');
        expect(await serious()).toEqual([]);
        await page.locator('media-settings-menu-button').click();
        await expect.poll(() => focused(page), SOON).toBe('media-settings-menu-item');
        expect(await serious()).toEqual([]);
        await page.goto(`${server.url}/watch/nothing`);
        await page.getByRole('alert').waitFor();
        expect(await serious()).toEqual([]);
      }
    });

    test('finds films by a part of their titles, with and without accents', async () => {
      const titles = ['Đường về nhà', ...Array.from({ length: 20 }, (_, one) => `Phim ${one}`)];
      const documents = titles.map((title, one) => ({ slug: `film-${one}`, title }));
      const many = await serve({ ...library, catalog: documentCatalog(documents) });
      onTestFinished(() => many.close());
      const { page } = await openTab();
      await page.goto(many.url);
      await page.getByLabel('Search films').fill('duong');
      await expect.poll(() => page.locator('.films > li:visible').count(), SOON).toBe(1);
      expect(await page.locator('.count').textContent()).toBe('1 of 21');
      await page.getByLabel('Search films').fill('nothing of it');
      await page.getByText('No film has this').waitFor();
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
      const url = await listening(bucket);
      onTestFinished(() => void bucket.close());
      const own = await serve(await elsewhere(library, url));
      onTestFinished(() => own.close());
      const text = await bannerOf(`${own.url}/watch/${library.slug}`);
      expect(text).toContain('does not let this page read the film (CORS)');
      expect(text).toContain('without a CORS rule');
      expect(text).toContain('movie-ingest doctor');
    });

    test('a store that is away', async () => {
      const gone = createServer();
      const url = await listening(gone);
      await new Promise((resolve) => gone.close(resolve));
      const own = await serve(await elsewhere(library, url));
      onTestFinished(() => own.close());
      const text = await bannerOf(`${own.url}/watch/${library.slug}`);
      expect(text).toContain('The store cannot be reached from this page');
      expect(text).toContain(`Nothing answers at ${url}/`);
    });

    test('a film whose document names another place than the store', async () => {
      const moved = await elsewhere(library, 'http://127.0.0.1:9');
      const own = await serve({ ...moved, publicBaseUrl: 'http://127.0.0.1:8' });
      onTestFinished(() => own.close());
      const text = await bannerOf(`${own.url}/watch/${library.slug}`);
      expect(text).toContain('at an address that is not the store’s');
      expect(text).toContain('movie-ingest sync');
    });

    /** An edge that refuses everything in one way. */
    async function edge(deny: string | undefined, { cors = true } = {}): Promise<string> {
      const server = createServer((_request, response) => {
        const allow = cors ? { 'access-control-allow-origin': '*' } : {};
        response.writeHead(403, allow).end(deny);
      });
      onTestFinished(() => void server.close());
      return await listening(server);
    }

    const token = (exp: number) => `t/k1.${exp}.2.${'A'.repeat(43)}/`;
    const PAST = 1_600_000_000;
    const FUTURE = 4_000_000_000;

    test.each([
      ['an expired link', token(PAST), 'token-expired', true, 'has expired (403)'],
      ['an expired link without CORS', token(PAST), 'token-expired', false, 'has expired (403)'],
      [
        'a forged link',
        token(FUTURE),
        'token-bad',
        true,
        'is refused (403) The edge says token-bad',
      ],
      ['no link at all', '', 'token-missing', true, 'needs a signed link (403)'],
    ])('%s', async (_what, prefix, deny, cors, expected) => {
      const url = `${await edge(deny, { cors })}/${prefix}videos/phim-01/master.m3u8`;
      const text = await bannerOf(await playUrl(url));
      expect(text.replace(/\s+/g, ' ')).toContain(expected.split(' The edge')[0]);
      if (deny === 'token-bad') expect(text).toContain('The edge says token-bad');
      expect(text).toContain('movie-ingest link phim-01');
    });

    test('a bucket that is closed', async () => {
      const text = await bannerOf(await playUrl(`${await edge('<Error/>')}/videos/x/master.m3u8`));
      expect(text).toContain('The master playlist may not be read (403)');
      expect(text).toContain('movie-ingest doctor');
    });

    test('a film that the catalogue does not have', async () => {
      const text = await bannerOf(`${server.url}/watch/nothing`);
      expect(text).toContain('The catalogue has no such film');
      expect(text).toContain('movie-ingest list');
    });

    async function playUrl(url: string): Promise<string> {
      const showing = showUrl(new URL(url));
      const { signal } = new AbortController();
      const own = await servePreview({ showing, port: 0, pageDir, signal });
      onTestFinished(() => own.close());
      return `${own.url}/watch/url`;
    }

    async function bannerOf(url: string): Promise<string> {
      const { page } = await openTab();
      await page.goto(url);
      const banner = page.getByRole('alert');
      await banner.waitFor({ timeout: 30_000 });
      return (await banner.textContent()) ?? '';
    }
  });
});

async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** The same library as a page sees it whose store is a bucket at `publicBaseUrl`. */
async function elsewhere(library: Library, publicBaseUrl: string) {
  const document = await library.catalog.findBySlug(library.slug);
  const moved = apiDocument({ ...document, slug: library.slug }, (text) =>
    text.replace(library.publicBaseUrl, publicBaseUrl),
  );
  return { publicBaseUrl, catalog: documentCatalog([{ ...moved, slug: library.slug }]) };
}

function isBelow(url: string, origin: string): boolean {
  return url.startsWith(`${origin}/`) || url.startsWith(`blob:${origin}/`);
}
