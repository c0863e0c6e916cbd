import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { buildPreview } from '../../scripts/build-preview.mjs';
import { openCatalog } from '../../src/catalog/open-catalog.ts';
import { type LibraryServer, serveLibrary } from '../../src/preview/serve-library.ts';
import { makeClip } from '../helpers/make-clip.ts';
import { SMALL } from '../helpers/new-user.ts';
import { runCli } from '../helpers/run-cli.ts';
import { makeTempDir, removeTempDir } from '../helpers/temp-dir.ts';
import { type LoopbackBrowser, launchChromium } from '../servers/chromium.ts';
import { isMissing } from '../servers/locate.ts';
import { chooseInMenu } from './choose-in-menu.ts';

/** For a machine that does other things at the same time. */
const SOON = { timeout: 30_000, interval: 100 };
const SECONDS = 14;
/** Where an editor put them: segments of 7.1 and 6.4 s, and a short one. */
const KEY_SECONDS = [0, 3.5, 7.1, 10.2, 13.5];
const CUTS = [7.083, 13.5];

describe.skipIf(await isMissing('chromium'))('promise 1: a film with a copied rung plays', () => {
  const dir = makeTempDir('e2e-copied');
  const pageDir = join(dir, 'page');
  let browser: LoopbackBrowser;
  let server: LibraryServer;

  beforeAll(async () => {
    [browser] = await Promise.all([
      launchChromium({ viewport: { width: 900, height: 700 } }),
      buildPreview(pageDir),
    ]);
    const keys = ['-force_key_frames', KEY_SECONDS.join(), '-g', '96', '-sc_threshold', '0'];
    const clip = await makeClip({
      dir,
      name: 'film.mp4',
      width: 320,
      height: 180,
      seconds: SECONDS,
      videoArgs: ['-preset', 'veryfast', '-profile:v', 'high', '-bf', '3', ...keys],
    });
    const publicBaseUrl = 'http://127.0.0.1:9';
    const added = await runCli(['add', clip, '--library', dir, '--preset', SMALL], {
      env: { MOVIE_INGEST_PUBLIC_URL: publicBaseUrl, MOVIE_INGEST_COPY: 'auto' },
    });
    expect(added, added.stderr).toMatchObject({ exitCode: 0 });
    const document = readFileSync(join(dir, 'catalog/film.json'), 'utf8');
    expect(JSON.parse(document).renditions).toMatchObject([{}, { copied: true }]);
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

  async function open(engine: string) {
    const page = await browser.context.newPage();
    onTestFinished(() => page.close());
    await page.goto(`${server.url}/watch/film?engine=${engine}`);
    await page.locator('video').waitFor();
    const video = <Value>(expression: string) =>
      page.evaluate<Value>(`document.querySelector("video").${expression}`);
    await page.evaluate(
      'void (document.querySelector("video").muted = true, document.querySelector("video").play())',
    );
    return { page, video };
  }

  test.each(['hls', 'native'])(
    'through the engine "%s", on both sides of each cut, in one piece',
    async (engine) => {
      const { page, video } = await open(engine);
      await expect.poll(() => video<number>('currentTime'), SOON).toBeGreaterThan(0.5);
      expect(await video<number>('duration')).toBeCloseTo(SECONDS, 0);
      for (const cut of CUTS) {
        for (const place of [cut - 0.3, cut]) {
          await video(`currentTime = ${place}`);
          await expect.poll(() => video<number>('currentTime'), SOON).toBeGreaterThan(place + 0.1);
        }
      }
      // From the last cut back to the first: nothing between them was lost.
      await video(`currentTime = ${CUTS[0]}`);
      await expect.poll(() => video<number>('currentTime'), SOON).toBeGreaterThan(8);
      expect(await video<number>('getVideoPlaybackQuality().corruptedVideoFrames')).toBe(0);
      expect(await page.locator('.problem').count()).toBe(0);
    },
  );

  test('from the copied rung to the encoded one and back', async () => {
    const { page, video } = await open('hls');
    for (const [label, height] of [
      ['180p', 180],
      ['90p', 90],
      ['180p', 180],
    ] as const) {
      await chooseInMenu(page, 'Quality', label);
      await expect.poll(() => video('videoHeight'), SOON).toBe(height);
    }
    expect(await page.locator('.problem').count()).toBe(0);
  });
});
