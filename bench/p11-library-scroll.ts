import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { buildPreview } from '../scripts/build-preview.mjs';
import { serveLibrary } from '../src/preview/serve-library.ts';
import { documentCatalog } from '../tests/e2e/document-catalog.ts';
import { runFfmpeg } from '../tests/helpers/run-ffmpeg.ts';
import { makeTempDir, removeTempDir } from '../tests/helpers/temp-dir.ts';
import { launchChromium } from '../tests/servers/chromium.ts';
import type { Bench } from './lib/result.ts';

const FILMS = 1_000;

/** How the preview's page carries a library of 1,000 films: until it is there, and while it is scrolled. */
export const p11: Bench = {
  id: 'P11',
  run: async () => {
    const dir = makeTempDir('bench-p11');
    const mediaDir = join(dir, 'media');
    await mkdir(join(mediaDir, 'posters'), { recursive: true });
    await buildPreview(join(dir, 'page'));
    const picture = join(dir, 'poster.jpg');
    await runFfmpeg(['-f', 'lavfi', '-i', 'mandelbrot=s=1280x720', '-frames:v', '1', picture]);
    const publicBaseUrl = 'http://127.0.0.1:9';
    const documents = Array.from({ length: FILMS }, (_, index) => {
      const slug = `phim-${index}`;
      return {
        slug,
        title: `Phim thử số ${index}`,
        description: 'Một đoạn giới thiệu dài như của một phim thật. '.repeat(20),
        thumbnail_url: `${publicBaseUrl}/posters/${slug}.jpg`,
        hls_url: `${publicBaseUrl}/videos/${slug}/master.m3u8`,
        metadata: { duration: '01:45:20', resolutions: ['360p', '720p', '1080p'] },
      };
    });
    for (const { slug } of documents) {
      await copyFile(picture, join(mediaDir, 'posters', `${slug}.jpg`));
    }
    const server = await serveLibrary({
      mediaDir,
      publicBaseUrl,
      catalog: documentCatalog(documents),
      port: 0,
      pageDir: join(dir, 'page'),
      signal: new AbortController().signal,
    });
    const browser = await launchChromium({ viewport: { width: 1180, height: 860 } });
    try {
      const page = await browser.context.newPage();
      let posters = 0;
      page.on('request', (request) => {
        if (request.url().endsWith('.jpg')) posters += 1;
      });
      const begin = performance.now();
      await page.goto(server.url);
      await page.locator('.film img').first().waitFor();
      const shownMs = performance.now() - begin;
      const postersAtFirst = posters;
      const frames = await page.evaluate<number[]>(SCROLL);
      const sorted = frames.toSorted((a, b) => a - b);
      const at = (share: number) => sorted[Math.floor(sorted.length * share)] ?? Number.NaN;
      return [
        {
          id: 'P11',
          what: `page of ${FILMS} films: until the first poster, ms`,
          value: shownMs,
          goal: { atMost: 3_000 },
          detail: `${postersAtFirst} posters asked for by then, ${posters} in all`,
        },
        {
          id: 'P11',
          what: `${FILMS} films scrolled to the end: 95 % of frames within, ms`,
          value: at(0.95),
          goal: { atMost: 34 },
          detail: `median ${at(0.5).toFixed(1)}, 99 % ${at(0.99).toFixed(1)}, longest ${at(0.9999).toFixed(1)} of ${frames.length} frames, no graphics card`,
        },
      ];
    } finally {
      await browser.close();
      await server.close();
      removeTempDir(dir);
    }
  },
};

/** From top to bottom, 120 pixels a frame; the milliseconds between frames. */
const SCROLL = `new Promise((resolve) => {
  const frames = [];
  let last;
  const step = (now) => {
    if (last !== undefined) frames.push(now - last);
    last = now;
    window.scrollBy(0, 120);
    const isEnd = window.scrollY + window.innerHeight >= document.documentElement.scrollHeight - 2;
    if (isEnd || frames.length > 5_000) resolve(frames);
    else requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
})`;
