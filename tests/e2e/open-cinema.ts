import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, onTestFinished } from 'vitest';
import { buildPreview } from '../../scripts/build-preview.mjs';
import { openCatalog } from '../../src/catalog/open-catalog.ts';
import { serveLibrary } from '../../src/preview/serve-library.ts';
import { launchChromium } from '../servers/chromium.ts';
import { SOON } from './player-page.ts';

/**
 * To be the public URL of what is added: nothing answers there, so that a film plays only because the
 * preview puts its own address in its place.
 */
export const NOWHERE = { MOVIE_INGEST_PUBLIC_URL: 'http://127.0.0.1:9' } as const;

/** A film in a tab of its own. */
export type Showing = Readonly<{
  page: Page;
  /** Every address that the tab asked for so far. */
  requests: readonly string[];
  /** What an expression says in which `video` is the film's element. */
  ask<Value>(expression: string): Promise<Value>;
  /** Starts it, mute, and waits until it moves. */
  play(): Promise<void>;
  /** Goes to a moment, and waits until the film plays on from there. */
  playFrom(seconds: number): Promise<void>;
  /** What the banner of the player says; empty while there is none. */
  problem(): Promise<string>;
}>;

export type Cinema = Readonly<{
  /** The film's page, closed after the test. `engine`: who plays it, hls.js or the browser itself. */
  show(slug: string, engine?: 'hls' | 'native'): Promise<Showing>;
  /** Throws when a page asked for anything outside this machine. */
  close(): Promise<void>;
}>;

/** A real Chromium before the preview of a library that `add --library DIR` filled, with `NOWHERE`. */
export async function openCinema(libraryDir: string): Promise<Cinema> {
  const pageDir = join(libraryDir, 'page');
  const place = { kind: 'folder', dir: join(libraryDir, 'catalog') } as const;
  const [catalog, browser] = await Promise.all([
    openCatalog(place, { version: '0' }),
    launchChromium({ viewport: { width: 900, height: 700 } }),
    buildPreview(pageDir),
  ]);
  const server = await serveLibrary({
    mediaDir: join(libraryDir, 'media'),
    publicBaseUrl: NOWHERE.MOVIE_INGEST_PUBLIC_URL,
    catalog,
    port: 0,
    pageDir,
    signal: new AbortController().signal,
  });

  async function show(slug: string, engine: 'hls' | 'native' = 'hls'): Promise<Showing> {
    const page = await browser.context.newPage();
    onTestFinished(() => page.close());
    const requests: string[] = [];
    page.on('request', (request) => requests.push(request.url()));
    await page.goto(`${server.url}/watch/${slug}?engine=${engine}`);
    return { page, requests, ...remoteControl(page) };
  }

  return {
    show,
    close: async () => {
      await server.close();
      await browser.close();
    },
  };
}

function remoteControl(page: Page): Omit<Showing, 'page' | 'requests'> {
  const ask = <Value>(expression: string) =>
    page.evaluate<Value>(`(video => ${expression})(document.querySelector('video'))`);
  const isPast = (seconds: number) =>
    expect.poll(() => ask<number>('video.currentTime'), SOON).toBeGreaterThan(seconds);
  return {
    ask,
    play: async () => {
      await page.locator('video').waitFor();
      // Without a click a browser starts a film only when it is mute.
      await ask('void (video.muted = true, video.play())');
      await isPast(0.2);
    },
    playFrom: async (seconds) => {
      await ask(`void (video.currentTime = ${seconds})`);
      await isPast(seconds + 0.1);
    },
    problem: async () => (await page.locator('.problem').allTextContents()).join(' '),
  };
}
