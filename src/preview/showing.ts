import type { Catalog, CatalogDocument } from '../model/catalog.ts';
import { plainFolder, type ServedFolder, storeFolder } from './served-folder.ts';

/** What a preview shows. The page asks for `kind` and `mediaOrigin` (`/preview.json`). */
export type Showing = Readonly<{
  kind: 'library' | 'folder' | 'url';
  /** Undefined where there is none: the page is told so. */
  films: FilmSource | undefined;
  /** What is served of the disk. */
  media: ServedFolder | undefined;
  /** Where films come from that are not served here, as sources of a Content-Security-Policy. */
  mediaOrigin: string | undefined;
  /** An address of a document as it is answered; `origin` is this server's as the client calls it. */
  rewrite: (text: string, origin: string) => string;
}>;

export type FilmSource = Pick<Catalog, 'list' | 'findBySlug'>;

export type LibraryPlace = Readonly<{
  /** Root of the folder store, or undefined when the films lie in a bucket. */
  mediaDir: string | undefined;
  /** Without a slash at the end, as in `Store`. */
  publicBaseUrl: string;
  catalog: Catalog | undefined;
  /** Makes a link of an address, where the films lie behind an edge that asks for tokens. */
  sign?: ((url: string) => string) | undefined;
}>;

/** The films of a catalogue: from the folder store, or from where viewers get them. */
export function showLibrary({ mediaDir, publicBaseUrl, catalog, sign }: LibraryPlace): Showing {
  const isHere = mediaDir !== undefined;
  return {
    kind: 'library',
    films: catalog,
    media: isHere ? storeFolder(mediaDir) : undefined,
    mediaOrigin: isHere ? undefined : new URL(publicBaseUrl).origin,
    rewrite: isHere ? moveTo(`${publicBaseUrl}/`, '/') : signBelow(publicBaseUrl, sign),
  };
}

/** What `findFilms` found in a folder that holds HLS. */
export function showFolder(dir: string, documents: readonly CatalogDocument[]): Showing {
  return {
    kind: 'folder',
    films: filmSource(documents),
    media: plainFolder(dir),
    mediaOrigin: undefined,
    rewrite: moveTo(FOLDER_URL, '/files/'),
  };
}

/** In front of the paths in the documents of a folder: nothing else begins like this. */
export const FOLDER_URL = 'folder:///';

/** One address, played as its viewers would play it: its segments may be anywhere. */
export function showUrl(url: URL): Showing {
  const name =
    url.pathname
      .split('/')
      .filter((part) => part !== '')
      .at(-2) ?? url.hostname;
  return {
    kind: 'url',
    films: filmSource([{ slug: URL_SLUG, title: name, hls_url: url.href }]),
    media: undefined,
    mediaOrigin: url.protocol === 'https:' ? 'https:' : 'http: https:',
    rewrite: (text) => text,
  };
}

export const URL_SLUG = 'url';

/** What begins with `from` is this server's, at the path `to`. */
function moveTo(from: string, to: string): Showing['rewrite'] {
  return (text, origin) => (text.startsWith(from) ? origin + to + text.slice(from.length) : text);
}

/** All of a film asks for a token; posters do not (docs/signed-links.md). */
function signBelow(publicBaseUrl: string, sign: LibraryPlace['sign']): Showing['rewrite'] {
  if (sign === undefined) return (text) => text;
  return (text) =>
    text.startsWith(`${publicBaseUrl}/videos/`) && URL.canParse(text) ? sign(text) : text;
}

function filmSource(documents: readonly CatalogDocument[]): FilmSource {
  return {
    async *list() {
      yield* documents;
    },
    findBySlug: async (slug) => documents.find((document) => document.slug === slug),
  };
}
