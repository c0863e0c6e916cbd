import { cpSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Edge, startEdge } from '../helpers/edge.ts';
import { makeClip } from '../helpers/make-clip.ts';
import { newUser, SMALL } from '../helpers/new-user.ts';
import { runCli, startCli } from '../helpers/run-cli.ts';
import { makeTempDir } from '../helpers/temp-dir.ts';
import { until } from '../helpers/until.ts';
import { type LoopbackBrowser, launchChromium } from '../servers/chromium.ts';
import { isMissing } from '../servers/locate.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const SECONDS = 14;
const SOON = { timeout: 60_000, interval: 200 };
const SECRET = Buffer.alloc(32, 7).toString('base64');
const KEY = { MOVIE_INGEST_LINK_KEY_ID: 'k1', MOVIE_INGEST_LINK_SECRET: SECRET };

/** `npm install` and `next build` take half a minute: too long for `npm test`. */
describe.skipIf(await isMissing('chromium'))('examples/nextjs, built and started', () => {
  let browser: LoopbackBrowser;
  let edge: Edge;
  let site: string;
  const running: { kill: () => unknown }[] = [];

  beforeAll(async () => {
    const dir = makeTempDir('nextjs');
    cpSync(join(ROOT, 'examples/nextjs'), dir, { recursive: true });
    const inDir = { cwd: dir, env: { NEXT_TELEMETRY_DISABLED: '1' } };
    await execa('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund'], inDir);
    const next = join(dir, 'node_modules/.bin/next');
    await execa(next, ['build'], inDir);

    const port = await freePort();
    site = `http://127.0.0.1:${port}`;
    edge = await startEdge({
      edge: { SIGNING_KEYS: JSON.stringify({ k1: SECRET }), ALLOWED_ORIGINS: site },
    });
    const { env } = newUser({ MOVIE_INGEST_PRESET: SMALL, ...edge.env });
    const film = await makeClip({
      dir,
      name: 'phim-01.mp4',
      width: 320,
      height: 180,
      seconds: SECONDS,
    });
    const added = await runCli(['add', film], { env });
    expect(added, added.stderr).toMatchObject({ exitCode: 0 });

    const preview = startCli(['preview', '--no-open', '--port', '0'], { env });
    running.push(preview);
    let printed = '';
    preview.stdout?.on('data', (chunk) => {
      printed += chunk;
    });
    await until(() => printed.includes('\n'));
    const server = execa(next, ['start', '-H', '127.0.0.1', '-p', String(port)], {
      cwd: dir,
      env: { ...inDir.env, ...KEY, API_URL: printed.trim().replace(/\/$/, '') },
      reject: false,
    });
    running.push(server);
    await until(
      async () => (await fetch(`${site}/watch/none`).catch(() => undefined)) !== undefined,
    );
    browser = await launchChromium();
  }, 600_000);

  afterAll(async () => {
    await browser?.close();
    for (const it of running) it.kill();
    await edge?.close();
  });

  test('plays a film by a link that the server has signed, and knows no other film', async () => {
    const page = await browser.context.newPage();
    const answers: { url: string; status: number }[] = [];
    page.on('response', (it) => answers.push({ url: it.url(), status: it.status() }));
    await page.goto(`${site}/watch/phim-01`);
    const video = <Value>(expression: string) =>
      page.evaluate<Value>(`document.querySelector('video').${expression}`);
    await expect.poll(() => video<number>('readyState'), SOON).toBeGreaterThan(1);
    await page.evaluate("void document.querySelector('video').play()");
    await video(`currentTime = ${0.9 * SECONDS}`);
    await expect.poll(() => video<boolean>('ended'), SOON).toBe(true);
    const media = answers.filter(({ url }) => url.includes('/videos/'));
    expect(media.every(({ url, status }) => /\/t\/k1\./.test(url) && status === 200)).toBe(true);
    expect(await page.locator('[role=alert]:not(#__next-route-announcer__)').count()).toBe(0);
    expect(answers.some(({ url }) => url.includes(SECRET))).toBe(false);
    expect((await fetch(`${site}/watch/none`)).status).toBe(404);
  });
});

/** Free a moment ago: the Worker must know the page's origin before the page is served. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port;
}
