import type { Browser, BrowserContext } from 'playwright-core';
import { chromium } from 'playwright-core';
import { requireProgram } from './locate.ts';

export type LoopbackBrowser = Readonly<{
  context: BrowserContext;
  /** Addresses outside this machine that a page asked for; every one was refused. */
  foreignRequests: readonly string[];
  /** Closes the browser, and throws when a page asked for anything outside this machine. */
  close(): Promise<void>;
}>;

/**
 * A real headless Chromium with H.264 and AAC (Debian's and Chrome have them; playwright's own build
 * has not), with one fresh context whose pages reach 127.0.0.1 and nothing else.
 */
export async function launchChromium(
  options: Readonly<{ locale?: string; viewport?: { width: number; height: number } }> = {},
): Promise<LoopbackBrowser> {
  const browser = await chromium.launch({
    executablePath: await requireProgram('chromium'),
    headless: true,
    args: CHROMIUM_ARGS,
  });
  const context = await browser.newContext(options);
  const foreignRequests: string[] = [];
  await context.route(isForeign, async (route) => {
    foreignRequests.push(route.request().url());
    await route.abort();
  });
  return { context, foreignRequests, close: () => close(browser, foreignRequests) };
}

/** cli-player-ux.md §2.3. Tests also have to mute the video: only that starts without a click. */
const CHROMIUM_ARGS = [
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), // root cannot have the sandbox
  '--disable-gpu',
  '--disable-quic',
  '--disable-dev-shm-usage', // a container's /dev/shm may be 64 MB
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--autoplay-policy=no-user-gesture-required',
];

function isForeign(url: URL): boolean {
  if (!/^(https?|wss?):$/.test(url.protocol)) return false; // data:, blob:, about:
  return !['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname);
}

async function close(browser: Browser, foreignRequests: readonly string[]): Promise<void> {
  await browser.close();
  if (foreignRequests.length > 0) {
    throw new Error(
      `the page asked for things outside this machine: ${foreignRequests.join(', ')}`,
    );
  }
}
