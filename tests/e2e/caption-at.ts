import type { Page } from 'playwright-core';
import { expect } from 'vitest';

/** A subtitle file with one cue, from 3 to 5 s. */
export const CAPTION = 'Xin chào Việt Nam & 1 < 2';
export const CAPTION_SRT = `1\n00:00:03,000 --> 00:00:05,000\n${CAPTION}\n`;

const SOON = { timeout: 30_000, interval: 100 };

/**
 * Switches the first subtitle on that is in `language`, and expects the caption of `CAPTION_SRT` on
 * screen at its time, within 100 ms, and at no other.
 */
export async function expectCaption(page: Page, language: string): Promise<void> {
  const track = `[...document.querySelector("video").textTracks].find(({ language }) => language === "${language}")`;
  const ask = <Value>(expression: string) => page.evaluate<Value>(expression);
  await expect.poll(() => ask(`${track} !== undefined`), SOON).toBe(true);
  await ask(`void (${track}.mode = "showing")`);
  const shownAt = async (seconds: number) => {
    await ask(`void (document.querySelector("video").currentTime = ${seconds})`);
    await expect.poll(() => ask('document.querySelector("video").seeking'), SOON).toBe(false);
    return () => ask<string[]>(`[...${track}.activeCues ?? []].map(({ text }) => text)`);
  };
  await ask('void document.querySelector("video").pause()');
  await expect
    .poll(await shownAt(4), SOON)
    .toEqual([CAPTION.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')]);
  const [start, end] = await ask<[number, number]>(
    `(({ startTime, endTime }) => [startTime, endTime])(${track}.cues[0])`,
  );
  expect(Math.abs(start - 3)).toBeLessThan(0.1);
  expect(Math.abs(end - 5)).toBeLessThan(0.1);
  await expect.poll(await shownAt(2.5), SOON).toEqual([]);
  await expect.poll(await shownAt(5.5), SOON).toEqual([]);
}
