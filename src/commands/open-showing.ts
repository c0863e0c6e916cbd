import { stat } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { openCatalog } from '../catalog/open-catalog.ts';
import { IngestError } from '../errors.ts';
import { cleanText } from '../lib/clean-text.ts';
import { ownVersion } from '../lib/own-version.ts';
import { signLink } from '../links/sign-link.ts';
import type { Catalog } from '../model/catalog.ts';
import type { Settings } from '../model/settings.ts';
import { findHls } from '../preview/find-hls.ts';
import { type Showing, showFolder, showLibrary, showUrl, URL_SLUG } from '../preview/showing.ts';
import { previewTarget } from './preview-target.ts';

/** What `preview` serves, and where it begins. Whoever receives it closes it. */
export type OpenShowing = Readonly<{
  showing: Showing;
  /** Of the page to open: `/`, or one film's. */
  path: string;
  close: () => Promise<void>;
}>;

export type ShowingOptions = Readonly<{
  /** As typed: a slug, a folder, a playlist in one, or an address. */
  word: string | undefined;
  settings: Settings;
  cwd: string;
  signal: AbortSignal;
}>;

/**
 * Finds out what is meant. A word without a slash is a film of the catalogue first, then a folder; the
 * catalogue is not asked for what is clearly a path or an address. IngestError `usage` when there is
 * nothing of that name, or no HLS in the folder.
 */
export async function openShowing(options: ShowingOptions): Promise<OpenShowing> {
  const target = previewTarget(options.word);
  if (target.kind === 'url') {
    return { showing: showUrl(target.url), path: watchPath(URL_SLUG), close: nothingToClose };
  }
  if (target.kind === 'path') return await openFolder(resolve(options.cwd, target.path));
  const slug = target.kind === 'name' ? target.name : undefined;
  return await openLibrary(slug, options);
}

async function openLibrary(
  slug: string | undefined,
  { settings, cwd, signal }: ShowingOptions,
): Promise<OpenShowing> {
  const catalog = await openCatalog(settings.catalog, { version: await ownVersion(), signal });
  try {
    if (slug !== undefined && (await catalog.findBySlug(slug)) === undefined) {
      if (!(await isFolder(resolve(cwd, slug)))) throw await noSuchFilm(slug, catalog);
      await catalog.close();
      return await openFolder(resolve(cwd, slug));
    }
  } catch (error) {
    await catalog.close();
    throw error;
  }
  const showing = showLibrary({
    mediaDir: settings.store.kind === 'folder' ? settings.store.dir : undefined,
    publicBaseUrl: settings.store.publicBaseUrl,
    catalog,
    sign: signer(settings),
  });
  const path = slug === undefined ? '/' : watchPath(slug);
  return { showing, path, close: () => catalog.close() };
}

/** As the service does it: whoever asks for a film can start it within two hours. */
function signer({ linkKey: key }: Settings): ((url: string) => string) | undefined {
  if (key === undefined) return undefined;
  return (url) => {
    const startUntilSeconds = Math.floor(Date.now() / 1_000) + 2 * 3_600;
    return signLink({ url, key, startUntilSeconds });
  };
}

/** A folder with one film opens it, one with several shows them; a playlist opens itself. */
async function openFolder(path: string): Promise<OpenShowing> {
  const dir = (await isFolder(path)) ? path : dirname(path);
  const films = (await isFolder(dir)) ? await findHls(dir) : [];
  const asked = dir === path ? undefined : basename(path);
  const one = asked === undefined ? films : films.filter(({ slug }) => slug === asked);
  const [film] = one;
  if (film === undefined) throw noHls(path);
  const start = one.length === 1 ? watchPath(film.slug) : '/';
  return { showing: showFolder(dir, films), path: start, close: nothingToClose };
}

function watchPath(slug: string): string {
  return `/watch/${encodeURIComponent(slug)}`;
}

async function isFolder(path: string): Promise<boolean> {
  return await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

async function nothingToClose(): Promise<void> {}

function noHls(path: string): IngestError {
  return new IngestError('usage', {
    what: `there is no HLS in ${cleanText(path, { maxLength: 300 })}`,
    why: 'A playlist (.m3u8) is what a player begins with; there is none, or the folder is not there.',
    fix: 'Make one of a film: movie-ingest add film.mp4',
  });
}

async function noSuchFilm(slug: string, catalog: Catalog): Promise<IngestError> {
  const known: string[] = [];
  for await (const document of catalog.list()) {
    known.push(document.slug);
    if (known.length === 10) break;
  }
  return new IngestError('usage', {
    what: `there is no film called ${cleanText(slug, { maxLength: 100 })} in ${catalog.name}`,
    why: known.length === 0 ? 'It is empty.' : `There is ${known.join(', ')}.`,
    fix: 'See all of them: movie-ingest list. A folder of that name has to be there, too.',
  });
}
