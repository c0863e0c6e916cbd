import { once } from 'node:events';
import { join } from 'node:path';
import { openCatalog } from '../catalog/open-catalog.ts';
import { type ExitName, IngestError } from '../errors.ts';
import { run } from '../ffmpeg/run.ts';
import { cleanText } from '../lib/clean-text.ts';
import { ownVersion } from '../lib/own-version.ts';
import type { Catalog } from '../model/catalog.ts';
import { serveLibrary } from '../preview/serve-library.ts';
import type { CommonFlags, Session } from './session.ts';

export type PreviewFlags = CommonFlags &
  Readonly<{
    port?: string;
    /** False with `--no-open`. */
    open?: boolean;
  }>;

/** The port that the embedded library's public URL names. */
const DEFAULT_PORT = 4680;

/** Where `scripts/build-preview.mjs` puts the page; the same place seen from `src` and from `dist`. */
const PAGE_DIR = join(import.meta.dirname, '..', '..', 'dist', 'preview', 'page');

/**
 * `movie-ingest preview`: serves the library on 127.0.0.1 and opens it, or one film of it, in the
 * browser, until it is stopped; that stop is its good end. The address is printed on stdout.
 */
export async function runPreview(
  slug: string | undefined,
  flags: PreviewFlags,
  session: Session,
): Promise<ExitName> {
  const settings = await session.open({ ...flags, progress: false });
  const { signal } = session;
  const catalog = await openCatalog(settings.catalog, { version: await ownVersion(), signal });
  try {
    if (slug !== undefined) await demandFilm(slug, catalog);
    const server = await serveLibrary({
      mediaDir: settings.store.kind === 'folder' ? settings.store.dir : undefined,
      publicBaseUrl: settings.store.publicBaseUrl,
      catalog,
      port: parsePort(flags.port),
      pageDir: PAGE_DIR,
      signal,
    });
    const url =
      slug === undefined ? `${server.url}/` : `${server.url}/watch/${encodeURIComponent(slug)}`;
    session.print(`${url}\n`);
    if (flags.open !== false && session.stdout.isTTY === true) await openBrowser(url, signal);
    if (!signal.aborted) await once(signal, 'abort');
    await server.close();
    return 'ok';
  } finally {
    await catalog.close();
  }
}

function parsePort(text: string | undefined): number {
  if (text === undefined) return DEFAULT_PORT;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port <= 65_535) return port;
  throw new IngestError('usage', {
    what: `"${cleanText(text, { maxLength: 40 })}" is no port`,
    fix: 'Give a number from 1 to 65535, or 0 for any free one.',
  });
}

async function demandFilm(slug: string, catalog: Catalog): Promise<void> {
  if ((await catalog.findBySlug(slug)) !== undefined) return;
  const known: string[] = [];
  for await (const document of catalog.list()) {
    known.push(document.slug);
    if (known.length === 10) break;
  }
  throw new IngestError('usage', {
    what: `there is no film called ${cleanText(slug, { maxLength: 100 })} in ${catalog.name}`,
    why: known.length === 0 ? 'It is empty.' : `There is ${known.join(', ')}.`,
    fix: 'See all of them: movie-ingest list',
  });
}

/** A browser that does not open is no failure: the address was printed. */
async function openBrowser(url: string, signal: AbortSignal): Promise<void> {
  const opener = process.platform === 'darwin' ? 'open' : 'xdg-open';
  await run(opener, [url], { timeoutMs: 10_000, isUsers: true, signal });
}
