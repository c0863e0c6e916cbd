import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { buildPreview } from '../../scripts/build-preview.mjs';
import { openCatalog } from '../../src/catalog/open-catalog.ts';
import { type LibraryServer, serveLibrary } from '../../src/preview/serve-library.ts';
import { makeClip } from '../helpers/make-clip.ts';
import { readFrameNumbers } from '../helpers/read-frame-numbers.ts';
import { runCli } from '../helpers/run-cli.ts';
import { runFfprobe } from '../helpers/run-ffmpeg.ts';
import { makeTempDir, removeTempDir } from '../helpers/temp-dir.ts';
import { type LoopbackBrowser, launchChromium } from '../servers/chromium.ts';
import { isMissing } from '../servers/locate.ts';
import { CAPTION_SRT, expectCaption } from './caption-at.ts';
import { chooseInMenu } from './choose-in-menu.ts';

/** For a machine that does other things at the same time. */
const SOON = { timeout: 30_000, interval: 100 };
const SECONDS = 8;
const HEVC_SECONDS = 2;

describe.skipIf(await isMissing('chromium'))('promise 1: fragmented MP4 plays', () => {
  const dir = makeTempDir('e2e-fmp4');
  const pageDir = join(dir, 'page');
  const mediaDir = join(dir, 'media');
  const publicBaseUrl = 'http://127.0.0.1:9';
  let browser: LoopbackBrowser;
  let server: LibraryServer;

  beforeAll(async () => {
    [browser] = await Promise.all([
      launchChromium({ viewport: { width: 900, height: 700 } }),
      buildPreview(pageDir),
    ]);
    await writeFile(join(dir, 'fmp4.vi.srt'), CAPTION_SRT);
    for (const [preset, seconds] of [
      ['fmp4', SECONDS],
      ['hevc', HEVC_SECONDS],
    ] as const) {
      const name = `${preset}.mp4`;
      const clip = await makeClip({ dir, name, seconds, width: 848, height: 480 });
      const added = await runCli(['add', clip, '--library', dir, '--preset', preset], {
        env: { MOVIE_INGEST_PUBLIC_URL: publicBaseUrl },
      });
      expect(added, added.stderr).toMatchObject({ exitCode: 0 });
      expect(added.stderr).not.toMatch(/warning|storyboard/);
    }
    const place = { kind: 'folder', dir: join(dir, 'catalog') } as const;
    const catalog = await openCatalog(place, { version: '0' });
    const { signal } = new AbortController();
    server = await serveLibrary({ mediaDir, publicBaseUrl, catalog, port: 0, pageDir, signal });
  });

  afterAll(async () => {
    await server?.close();
    await browser?.close();
    removeTempDir(dir);
  });

  async function open(slug: string, engine: string) {
    const page = await browser.context.newPage();
    onTestFinished(() => page.close());
    const requests: string[] = [];
    page.on('request', (request) => requests.push(request.url()));
    await page.goto(`${server.url}/watch/${slug}?engine=${engine}`);
    const video = <Value>(expression: string) =>
      page.evaluate<Value>(`document.querySelector("video").${expression}`);
    return { page, requests, video };
  }

  test.each(['hls', 'native'])(
    'H.264 through the engine "%s", from 0 on and in one piece',
    async (engine) => {
      const { page, requests, video } = await open('fmp4', engine);
      await page.locator('video').waitFor();
      await page.evaluate(
        'void (document.querySelector("video").muted = true, document.querySelector("video").play())',
      );
      await expect.poll(() => video<number>('currentTime'), SOON).toBeGreaterThan(2);
      expect(await video<number>('getVideoPlaybackQuality().totalVideoFrames')).toBeGreaterThan(0);
      expect([360, 480]).toContain(await video('videoHeight'));
      // Both begin at 0: no hole in front, no time that counts from the muxer's 1.4 s.
      expect(await video<number>('buffered.start(0)')).toBeLessThan(0.05);
      expect(await video<number>('buffered.length')).toBe(1);
      expect(await video<number>('duration')).toBeCloseTo(SECONDS, 0);
      expect(requests.some((url) => url.endsWith('/init.mp4'))).toBe(true);
      expect(requests.some((url) => url.endsWith('.m4s'))).toBe(true);
      expect(await page.locator('.problem').count()).toBe(0);
    },
  );

  test('with a subtitle at its time', async () => {
    const { page, video } = await open('fmp4', 'hls');
    await page.locator('video').waitFor();
    await page.evaluate(
      'void (document.querySelector("video").muted = true, document.querySelector("video").play())',
    );
    await expect.poll(() => video<number>('currentTime'), SOON).toBeGreaterThan(0);
    await expectCaption(page, 'vi');
  });

  test('H.264 in the quality that is chosen', async () => {
    const { page, video } = await open('fmp4', 'hls');
    await page.locator('video').waitFor();
    await page.evaluate(
      'void (document.querySelector("video").muted = true, document.querySelector("video").play())',
    );
    for (const [label, height] of [
      ['480p', 480],
      ['360p', 360],
      ['480p', 480],
    ] as const) {
      await chooseInMenu(page, 'Quality', label);
      await expect.poll(() => video('videoHeight'), SOON).toBe(height);
    }
  });

  test('HEVC, which this browser cannot decode: the page says so, and ffmpeg reads every picture', async () => {
    const { page } = await open('hevc', 'hls');
    const problem = () => page.locator('.problem').textContent();
    await expect.poll(problem, SOON).toContain('does not have the codecs of this film');
    const master = join(mediaDir, 'videos/hevc/master.m3u8');
    const { streams } = (await runFfprobe(master, ['-show_streams'])) as {
      streams: readonly { codec_name: string; codec_tag_string: string }[];
    };
    const codecs = streams.map((one) => `${one.codec_name} ${one.codec_tag_string}`);
    expect(new Set(codecs)).toEqual(new Set(['hevc hvc1', 'aac mp4a']));
    const numbers = await readFrameNumbers(master);
    expect(numbers).toEqual(Array.from({ length: HEVC_SECONDS * 24 }, (_, number) => number));
  });
});
