import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { buildPreview } from '../../scripts/build-preview.mjs';
import { openCatalog } from '../../src/catalog/open-catalog.ts';
import { type LibraryServer, serveLibrary } from '../../src/preview/serve-library.ts';
import { badFfmpeg } from '../helpers/bad-ffmpeg.ts';
import { cutOff } from '../helpers/cut-off.ts';
import { eventsOfType } from '../helpers/events-of.ts';
import { makeClip } from '../helpers/make-clip.ts';
import { SMALL } from '../helpers/new-user.ts';
import { runCli } from '../helpers/run-cli.ts';
import { makeTempDir, removeTempDir } from '../helpers/temp-dir.ts';
import { type LoopbackBrowser, launchChromium } from '../servers/chromium.ts';
import { isMissing } from '../servers/locate.ts';

/** For a machine that does other things at the same time. */
const SOON = { timeout: 60_000, interval: 100 };
const SECONDS = 26;
const SEGMENT_SECONDS = 6;

describe.skipIf(await isMissing('chromium'))(
  'promise 4: a film that was killed twice plays',
  () => {
    const dir = makeTempDir('e2e-resumed');
    const pageDir = join(dir, 'page');
    const joins: number[] = [];
    let browser: LoopbackBrowser;
    let server: LibraryServer;

    beforeAll(async () => {
      [browser] = await Promise.all([
        launchChromium({ viewport: { width: 900, height: 700 } }),
        buildPreview(pageDir),
      ]);
      const size = { width: 320, height: 180, seconds: SECONDS };
      const videoArgs = ['-preset', 'veryfast', '-bf', '3'];
      const clip = await makeClip({ dir, name: 'film.mp4', ...size, videoArgs });
      const publicBaseUrl = 'http://127.0.0.1:9';
      const args = ['add', clip, '--library', dir, '--preset', SMALL, '--json'];
      const env = {
        ...badFfmpeg('slow').env,
        MOVIE_INGEST_PUBLIC_URL: publicBaseUrl,
        MOVIE_INGEST_WORK_DIR: join(dir, 'work'),
        MOVIE_INGEST_STATE_DIR: join(dir, 'state'),
      };
      for (const last of ['180p/seg_00001.ts', '180p/seg_00002.ts']) {
        await cutOff(args, { env, slug: 'film', last });
      }
      const added = await runCli(args, { env });
      expect(added, added.stdout).toMatchObject({ exitCode: 0 });
      const [resumed] = eventsOfType(added, 'resumed');
      // The first of the two runs was gone on with behind its second segment, at the earliest.
      joins.push(2 * SEGMENT_SECONDS, Number(resumed?.['segment']) * SEGMENT_SECONDS);
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

    test.each(['hls', 'native'])(
      'through the engine "%s": over each join, to its end, in one piece',
      async (engine) => {
        const page = await browser.context.newPage();
        onTestFinished(() => page.close());
        await page.goto(`${server.url}/watch/film?engine=${engine}`);
        await page.locator('video').waitFor();
        const video = <Value>(expression: string) =>
          page.evaluate<Value>(`document.querySelector("video").${expression}`);
        await page.evaluate(
          'void (document.querySelector("video").muted = true, document.querySelector("video").play())',
        );
        await expect.poll(() => video<number>('currentTime'), SOON).toBeGreaterThan(0.2);
        expect(await video<number>('duration')).toBeCloseTo(SECONDS, 0);
        for (const join of joins) {
          for (const place of [join - 0.5, join, join - 0.1]) {
            await video(`currentTime = ${place}`);
            await expect
              .poll(() => video<number>('currentTime'), SOON)
              .toBeGreaterThan(place + 0.2);
          }
        }
        await expect.poll(() => video<boolean>('ended'), SOON).toBe(true);
        expect(await video<number>('getVideoPlaybackQuality().corruptedVideoFrames')).toBe(0);
        expect(await page.locator('.problem').count()).toBe(0);
      },
    );
  },
);
