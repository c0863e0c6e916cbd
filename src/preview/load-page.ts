import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { IngestError } from '../errors.ts';

/** The files of the page by their path in the URL: `/page.js`; `/` is index.html. */
export type Page = ReadonlyMap<string, Readonly<{ name: string; body: Buffer }>>;

/**
 * Reads the page that `scripts/build-preview.mjs` made, once, so that no request reads outside the
 * media folder. IngestError `usage` when it was not built.
 */
export async function loadPage(pageDir: string): Promise<Page> {
  const page = new Map<string, { name: string; body: Buffer }>();
  const names = await readdir(pageDir).catch(() => []);
  for (const name of names) {
    const url = name === 'index.html' ? '/' : `/${name}`;
    page.set(url, { name, body: await readFile(join(pageDir, name)) });
  }
  if (!page.has('/')) {
    throw new IngestError('usage', {
      what: 'the preview page is not built',
      why: `${pageDir} has no index.html`,
      fix: 'Build it: npm run build',
    });
  }
  return page;
}
