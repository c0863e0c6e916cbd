import { readXml, type XmlElement } from './read-xml.ts';
import { isIdName, MAX_CAST, MAX_NAMES, type ParsedSidecar, parseSidecar } from './sidecar.ts';

/**
 * Reads the `.nfo` of Kodi and Jellyfin: a `<movie>` with its title, plot, people and ids. Undefined
 * when it is something else (a release group's ASCII picture, a bare link) or broken.
 */
export function parseNfo(file: string, xml: string): ParsedSidecar | undefined {
  const movie = readXml(xml);
  if (movie?.name !== 'movie') return undefined;
  const list = (name: string) =>
    all(movie, name)
      .flatMap((it) => it.text.split(' / '))
      .map((it) => it.trim())
      .filter(Boolean)
      .slice(0, MAX_NAMES);
  const values = {
    title: first(movie, 'title'),
    original_title: first(movie, 'originaltitle'),
    sort_title: first(movie, 'sorttitle'),
    description: first(movie, 'plot') ?? first(movie, 'outline'),
    tagline: first(movie, 'tagline'),
    year: integer(first(movie, 'year')) ?? yearOf(first(movie, 'premiered')),
    genres: list('genre'),
    countries: list('country'),
    directors: list('director'),
    studios: list('studio'),
    tags: list('tag'),
    cast: all(movie, 'actor')
      .map(readActor)
      .filter((it) => it.name !== '')
      .slice(0, MAX_CAST),
    ids: readIds(movie),
  };
  return parseSidecar(
    file,
    Object.fromEntries(Object.entries(values).filter(([, it]) => isSaid(it))),
  );
}

function readActor(actor: XmlElement): { name: string; role?: string; order?: number } {
  const role = first(actor, 'role');
  const order = integer(first(actor, 'order') ?? first(actor, 'sortorder'));
  return {
    name: first(actor, 'name') ?? '',
    ...(role === undefined ? {} : { role }),
    ...(order === undefined ? {} : { order }),
  };
}

/** `2021-03-05`. */
function yearOf(date: string | undefined): number | undefined {
  return integer(/^(\d{4})-\d\d?-\d\d?/.exec(date ?? '')?.[1]);
}

/**
 * `<uniqueid type="tmdb">680</uniqueid>`, and the older `<tmdbid>680</tmdbid>` and `<id>tt0110912</id>`.
 * A name that cannot be a field of a document is passed over.
 */
function readIds(movie: XmlElement): Record<string, string | number> {
  const pairs = [
    ['tmdb', first(movie, 'tmdbid')],
    ['imdb', first(movie, 'imdbid') ?? /^tt\d+$/.exec(first(movie, 'id') ?? '')?.[0]],
    ...all(movie, 'uniqueid').map((it) => [it.attributes['type'] ?? '', it.text]),
  ] as const;
  const ids: Record<string, string | number> = {};
  for (const [type, id] of pairs) {
    const key = type?.trim().toLowerCase() ?? '';
    if (!isIdName(key) || key === 'unknown' || id === undefined || id.trim() === '') continue;
    ids[key] = integer(id) ?? id.trim();
  }
  return ids;
}

function all(parent: XmlElement, name: string): readonly XmlElement[] {
  return parent.children.filter((child) => child.name === name);
}

/** The text of the first such child that has one. */
function first(parent: XmlElement, name: string): string | undefined {
  return all(parent, name)
    .map((it) => it.text.trim())
    .find((it) => it !== '');
}

function integer(text: string | undefined): number | undefined {
  return text !== undefined && /^\s*\d{1,15}\s*$/.test(text) ? Number(text) : undefined;
}

function isSaid(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  if (typeof value === 'object' && value !== null) return Object.keys(value).length > 0;
  return value !== undefined;
}
