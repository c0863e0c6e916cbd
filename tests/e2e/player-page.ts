import type { Page } from 'playwright-core';

/** For a machine that does other things at the same time. */
export const SOON = { timeout: 30_000, interval: 100 };

/** Without a click a browser starts a film only when it is mute. */
export async function play(page: Page): Promise<void> {
  await page.locator('video').waitFor();
  await page.evaluate(
    'void (document.querySelector("video").muted = true, document.querySelector("video").play())',
  );
}

export const currentTime = (page: Page) =>
  page.evaluate<number>('document.querySelector("video").currentTime');
export const videoHeight = (page: Page) =>
  page.evaluate<number>('document.querySelector("video").videoHeight');
/** The element that has the focus, in whatever shadow tree it is. */
export const focused = (page: Page) =>
  page.evaluate<string>(
    `(function inside(root) {
      const { activeElement } = root;
      return activeElement?.shadowRoot?.activeElement ? inside(activeElement.shadowRoot) : activeElement?.localName;
    })(document)`,
  );
export const decodedFrames = (page: Page) =>
  page.evaluate<number>(
    'document.querySelector("video").getVideoPlaybackQuality().totalVideoFrames',
  );

/** How a text track of the film stands: `showing`, `hidden`, `disabled`; undefined while it has none. */
export const captionMode = (page: Page, label: string) =>
  page.evaluate<string | undefined>(
    `[...document.querySelector("video").textTracks].find((one) => one.label === "${label}")?.mode`,
  );
