import type { Page } from 'playwright-core';

const MENUS = {
  Quality: 'quality-menu',
  Audio: 'media-audio-track-menu',
  Captions: 'media-settings-menu media-captions-menu',
  Speed: 'media-playback-rate-menu',
} as const;

/** Clicks through the settings of the player, in English, as a viewer does. */
export async function chooseInMenu(
  page: Page,
  menu: keyof typeof MENUS,
  item: string,
): Promise<void> {
  const settings = page.locator('media-settings-menu');
  if (await settings.evaluate((menu) => menu.hasAttribute('hidden'))) {
    await page.locator('video').hover(); // the buttons hide while the film plays
    await page.locator('media-settings-menu-button').click();
  }
  const entry = page.locator('media-settings-menu-item', { hasText: menu });
  await entry.waitFor({ timeout: 30_000 });
  await entry.click({ position: { x: 20, y: 10 } });
  await page.locator(MENUS[menu]).getByText(item, { exact: true }).click();
}

/** What the settings offer in one of their menus. */
export async function menuItems(page: Page, menu: keyof typeof MENUS): Promise<string[]> {
  const texts = await page.locator(`${MENUS[menu]} media-chrome-menu-item`).allTextContents();
  return texts.map((text) => text.trim());
}
