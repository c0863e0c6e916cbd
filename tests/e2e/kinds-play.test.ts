import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { buildPreview } from '../../scripts/build-preview.mjs';
import { openCatalog } from '../../src/catalog/open-catalog.ts';
import { type LibraryServer, serveLibrary } from '../../src/preview/serve-library.ts';
import { makeClip } from '../helpers/make-clip.ts';
import { SMALL } from '../helpers/new-user.ts';
import { runCli } from '../helpers/run-cli.ts';
import { runFfmpeg } from '../helpers/run-ffmpeg.ts';
import { makeTempDir, removeTempDir } from '../helpers/temp-dir.ts';
import { type LoopbackBrowser, launchChromium } from '../servers/chromium.ts';
import { isMissing } from '../servers/locate.ts';
import { chooseInMenu, menuItems } from './choose-in-menu.ts';

/** For a machine that does other things at the same time. */
const SOON = { timeout: 30_000, interval: 100 };
const SECONDS = 4;

/** Names as viewers read them, and the folder of each. */
const LANGUAGES = [
  ['eng', 'English', 'audio-en'],
  ['vie', 'Tiếng Việt', 'audio-vi'],
  ['fra', 'Français', 'audio-fr'],
  ['jpn', '日本語', 'audio-ja'],
  ['ara', 'العربية', 'audio-ar'],
] as const;

/** A wall of one red, as an HDR10 film whose white is 203 nits. */
const HDR_RED =
  'color=c=0xC02020:s=320x180:r=24,format=gbrp,' +
  'setparams=range=pc:color_primaries=bt709:color_trc=iec61966-2-1:colorspace=gbr,' +
  'zscale=t=linear:npl=203,format=gbrpf32le,zscale=p=bt2020,' +
  'zscale=t=smpte2084:m=bt2020nc:r=tv:npl=203,format=yuv420p10le';

describe.skipIf(await isMissing('chromium'))('promise 1: films of every kind play', () => {
  const dir = makeTempDir('e2e-kinds');
  const pageDir = join(dir, 'page');
  const publicBaseUrl = 'http://127.0.0.1:9';
  let browser: LoopbackBrowser;
  let server: LibraryServer;

  beforeAll(async () => {
    [browser] = await Promise.all([
      launchChromium({ viewport: { width: 900, height: 700 } }),
      buildPreview(pageDir),
    ]);
    const films = [await phoneFilm(), await hdrFilm(), await filmInFiveLanguages()];
    const added = await runCli(['add', ...films, '--library', dir, '--preset', SMALL], {
      env: { MOVIE_INGEST_PUBLIC_URL: publicBaseUrl },
    });
    expect(added, added.stderr).toMatchObject({ exitCode: 0 });
    const place = { kind: 'folder', dir: join(dir, 'catalog') } as const;
    const catalog = await openCatalog(place, { version: '0' });
    const { signal } = new AbortController();
    const mediaDir = join(dir, 'media');
    server = await serveLibrary({ mediaDir, publicBaseUrl, catalog, port: 0, pageDir, signal });
  });

  afterAll(async () => {
    await server?.close();
    await browser?.close();
    removeTempDir(dir);
  });

  const small = { dir, width: 320, height: 180, seconds: SECONDS };

  /** Lies on its side in the file, and is to be turned by a quarter. */
  async function phoneFilm(): Promise<string> {
    const lying = await makeClip({ ...small, name: 'lying.mp4' });
    const path = join(dir, 'phone.mp4');
    await runFfmpeg(['-display_rotation', '90', '-i', lying, '-c', 'copy', path]).catch(() =>
      // ffmpeg before 6 has no such option, and takes the tag of old.
      runFfmpeg(['-i', lying, '-c', 'copy', '-metadata:s:v:0', 'rotate=270', path]),
    );
    return path;
  }

  async function hdrFilm(): Promise<string> {
    const path = join(dir, 'hdr.mkv');
    await runFfmpeg([
      ...['-f', 'lavfi', '-i', HDR_RED, '-t', String(SECONDS), '-c:v', 'libx265'],
      ...['-preset', 'ultrafast', '-x265-params', 'log-level=error'],
      ...['-color_primaries', 'bt2020', '-color_trc', 'smpte2084', '-colorspace', 'bt2020nc', path],
    ]);
    return path;
  }

  const filmInFiveLanguages = () =>
    makeClip({
      ...small,
      name: 'languages.mkv',
      audio: LANGUAGES.map(([language], index) => ({ language, isDefault: index === 1 })),
    });

  async function open(slug: string) {
    const page = await browser.context.newPage();
    onTestFinished(() => page.close());
    const requests: string[] = [];
    page.on('request', (request) => requests.push(request.url()));
    await page.goto(`${server.url}/watch/${slug}?engine=hls`);
    await page.locator('video').waitFor();
    const ask = <Value>(expression: string) =>
      page.evaluate<Value>(`(video => ${expression})(document.querySelector("video"))`);
    await ask('void (video.muted = true, video.loop = true, video.play())');
    await expect.poll(() => ask<number>('video.currentTime'), SOON).toBeGreaterThan(0.5);
    return { page, requests, ask };
  }

  test('one of a phone, upright and in each quality', async () => {
    const { page, ask } = await open('phone');
    for (const [label, width, height] of [
      ['180p', 180, 320],
      ['90p', 90, 160],
    ] as const) {
      await chooseInMenu(page, 'Quality', label);
      await expect
        .poll(() => ask('[video.videoWidth, video.videoHeight]'), SOON)
        .toEqual([width, height]);
    }
    expect(await page.locator('.problem').count()).toBe(0);
  });

  test('one in HDR, in its own red and not washed out', async () => {
    const { page, ask } = await open('hdr');
    expect(await ask('video.videoWidth / video.videoHeight')).toBeCloseTo(16 / 9, 2);
    const [red = 0, green = 0, blue = 0] = await ask<readonly number[]>(
      `(canvas => (canvas.drawImage(video, 0, 0), [...canvas.getImageData(40, 40, 1, 1).data]))
       (document.createElement("canvas").getContext("2d"))`,
    );
    // Mapped by hable the red of (192, 32, 32) becomes (160, 35, 36); by the matrix alone (118, 76, 61).
    expect(red).toBeGreaterThan(130);
    expect(Math.max(green, blue)).toBeLessThan(red / 2.2);
    expect(await page.locator('.problem').count()).toBe(0);
  });

  test('one in five languages, in each of them', async () => {
    const { page, requests, ask } = await open('languages');
    const chosen = () => page.locator('media-audio-track-menu [aria-checked="true"]').textContent();
    const names = LANGUAGES.map(([, name]) => name);
    await expect.poll(() => menuItems(page, 'Audio'), SOON).toEqual(names);
    expect(await chosen()).toBe('Tiếng Việt');
    for (const [, label, folder] of [...LANGUAGES].reverse()) {
      await chooseInMenu(page, 'Audio', label);
      const isFetched = () => requests.some((url) => url.includes(`/${folder}/seg_`));
      await expect.poll(isFetched, SOON).toBe(true);
      await expect.poll(chosen, SOON).toBe(label);
    }
    // In the last of them it goes on.
    const at = await ask<number>('video.getVideoPlaybackQuality().totalVideoFrames');
    await expect
      .poll(() => ask('video.getVideoPlaybackQuality().totalVideoFrames'), SOON)
      .toBeGreaterThan(at);
    expect(await page.locator('.problem').count()).toBe(0);
  });
});
