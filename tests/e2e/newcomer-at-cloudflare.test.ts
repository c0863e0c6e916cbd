import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type Edge, startEdge } from '../helpers/edge.ts';
import { newUser, SMALL } from '../helpers/new-user.ts';
import { runCli, startCli } from '../helpers/run-cli.ts';
import { runFfmpeg } from '../helpers/run-ffmpeg.ts';
import { makeTempDir } from '../helpers/temp-dir.ts';
import { until } from '../helpers/until.ts';
import { type LoopbackBrowser, launchChromium } from '../servers/chromium.ts';
import { isMissing } from '../servers/locate.ts';
import { expectCaption } from './caption-at.ts';
import { chooseInMenu } from './choose-in-menu.ts';
import { makeFullFilm } from './make-full-film.ts';
import { currentTime, play, SOON } from './player-page.ts';

const HOUR = 3_600;
const SECONDS = 12;

/**
 * What the README says of a private bucket, done with Cloudflare on this machine (workerd, R2's
 * simulator): a key, the Worker and its configuration as `deliver` writes them, a film, its link.
 */
describe.skipIf(await isMissing('chromium'))(
  'promise 1: at Cloudflare, a link plays for two hours and not after',
  () => {
    const { env: home } = newUser({ MOVIE_INGEST_PRESET: SMALL });
    let env = home;
    let edge: Edge;
    let browser: LoopbackBrowser;

    beforeAll(async () => {
      const dir = makeTempDir('newcomer');
      browser = await launchChromium({ viewport: { width: 900, height: 700 } });
      const keys = parseEnv(await outputOf(['link', 'keys', 'new']));
      const { SIGNING_KEYS = '', ...linkKey } = keys as Record<string, string>;
      env = { ...home, ...linkKey, ...R2, R2_PUBLIC_URL: 'https://media.example.com' };
      await outputOf(['deliver', '--out', join(dir, 'cloudflare')]);
      const written = (name: string) => readFileSync(join(dir, 'cloudflare', name), 'utf8');
      const { r2_buckets: buckets, vars } = JSON.parse(written('wrangler.jsonc'));
      expect(buckets).toEqual([{ binding: 'MEDIA', bucket_name: R2.R2_BUCKET }]);
      edge = await startEdge(
        { edge: { ...vars, SIGNING_KEYS } },
        { worker: written('worker.js'), hasClock: true },
      );
      const { S3_ENDPOINT = '' } = edge.env;
      env = { ...env, R2_ENDPOINT: S3_ENDPOINT, R2_PUBLIC_URL: edge.url('edge') };
      const film = await makeFullFilm({ dir, name: 'phim-01', width: 320, height: 180 });
      await outputOf(['add', film]);
    }, 300_000);

    afterAll(async () => {
      await browser?.close();
      await edge?.close();
    });

    async function outputOf(args: readonly string[]): Promise<string> {
      const { exitCode, stdout, stderr } = await runCli(args, { env });
      expect(exitCode, stderr).toBe(0);
      return stdout.trim();
    }

    /** A command that serves until the test ends; answers with its last line, the page's address. */
    async function serve(args: readonly string[], lines: number): Promise<string> {
      const command = startCli([...args, '--no-open', '--port', '0'], { env });
      onTestFinished(() => void command.kill('SIGKILL'));
      let printed = '';
      command.stdout?.on('data', (chunk) => {
        printed += chunk;
      });
      await until(() => printed.split('\n').length > lines);
      return printed.trim().split('\n').at(-1) ?? '';
    }

    async function openTab(url: string) {
      const page = await browser.context.newPage();
      onTestFinished(() => page.close());
      const answers: { url: string; status: number }[] = [];
      page.on('response', (it) => answers.push({ url: it.url(), status: it.status() }));
      await page.goto(url);
      return { page, fromEdge: () => answers.filter((it) => it.url.startsWith(edge.url('edge'))) };
    }

    const atTime = (seconds: number) => edge.setClockAhead('edge', seconds);
    const statusOf = async (url: string) => {
      const response = await fetch(url);
      await response.arrayBuffer();
      return `${response.status} ${response.headers.get('x-deny') ?? ''}`.trim();
    };
    const pictures = async (link: string) => {
      const args = ['-i', link, '-map', '0:v:0', '-f', 'framecrc', '-'];
      const { stdout } = await runFfmpeg(args);
      return stdout
        .toString()
        .split('\n')
        .filter((line) => /^\d/.test(line)).length;
    };

    test('the library plays by links: sound, subtitles, storyboard and chapters, under one token', async () => {
      await atTime(0);
      const library = await serve(['preview'], 1);
      const { page, fromEdge } = await openTab(new URL('/watch/phim-01', library).href);
      await play(page);
      await expect.poll(() => currentTime(page), SOON).toBeGreaterThan(0.5);
      const isFetched = (part: RegExp) =>
        expect.poll(() => fromEdge().some(({ url }) => part.test(url)), SOON).toBe(true);
      await isFetched(/\/audio-en\/seg_\d+\.ts$/);
      await chooseInMenu(page, 'Audio', 'Tiếng Việt');
      await isFetched(/\/audio-vi\/seg_\d+\.ts$/);
      await expect.poll(() => page.locator('.chapters a').count(), SOON).toBe(3);
      await page.locator('media-time-range').hover();
      await isFetched(/\/storyboard\/.*\.jpg$/);
      await expectCaption(page, 'vi');
      expect(await page.locator('.problem').count()).toBe(0);
      const film = fromEdge().filter(({ url }) => !url.includes('/posters/'));
      expect(film.filter(({ status }) => status !== 200)).toEqual([]);
      const tokens = new Set(film.map(({ url }) => new URL(url).pathname.split('/')[2]));
      expect([...tokens]).toEqual([expect.stringMatching(/^k1\.\d{10}\.2\.[\w-]{43}$/)]);
      expect(await statusOf(`${edge.url('edge')}/videos/phim-01/master.m3u8`)).toBe(
        '403 token-missing',
      );
    });

    test('a link starts until its two hours are over: in ffmpeg and in the player', async () => {
      await atTime(0);
      const link = await outputOf(['link', 'phim-01']);
      const pageOf = await serve(['preview', link], 1);
      expect(await statusOf(link.replace('phim-01', 'phim-02'))).toBe('403 token-bad');
      await atTime(2 * HOUR - 60);
      expect(await pictures(link)).toBe(24 * SECONDS);
      const inTime = await openTab(pageOf);
      await play(inTime.page);
      await expect.poll(() => currentTime(inTime.page), SOON).toBeGreaterThan(1);
      await atTime(2 * HOUR + 60);
      expect(await statusOf(link)).toBe('403 token-expired');
      await expect(pictures(link)).rejects.toThrow(/403/);
      const late = await openTab(pageOf);
      const banner = late.page.getByRole('alert');
      await banner.waitFor({ timeout: 30_000 });
      expect(await banner.textContent()).toContain('has expired (403)');
      expect(late.fromEdge().every(({ status }) => status === 403)).toBe(true);
    });

    test('what was started in time plays to its end, until the grace is over too', async () => {
      await atTime(0);
      const page = await serve(['link', 'phim-01', '--player'], 2);
      const { page: tab, fromEdge } = await openTab(page);
      await play(tab);
      await expect.poll(() => currentTime(tab), SOON).toBeGreaterThan(0.5);
      await atTime(2 * HOUR + 60);
      await chooseInMenu(tab, 'Audio', 'Tiếng Việt'); // its segments were not asked for before
      await tab.evaluate(`document.querySelector("video").currentTime = ${0.8 * SECONDS}`);
      await expect
        .poll(() => tab.evaluate('document.querySelector("video").ended'), SOON)
        .toBe(true);
      expect(await tab.locator('.problem').count()).toBe(0);
      const segment = fromEdge().find(({ url }) => url.endsWith('.ts'))?.url ?? '';
      await atTime(8 * HOUR - 60);
      expect(await statusOf(segment)).toBe('200');
      await atTime(8 * HOUR + 60);
      expect(await statusOf(segment)).toBe('403 token-expired');
    });
  },
);

const R2 = {
  R2_ACCOUNT_ID: 'a'.repeat(32),
  R2_ACCESS_KEY_ID: 'b'.repeat(32),
  R2_SECRET_ACCESS_KEY: 'c'.repeat(64),
  R2_BUCKET: 'media',
} as const;
