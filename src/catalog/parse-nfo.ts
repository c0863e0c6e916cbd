import { readXml, type XmlElement } from './read-xml.ts';
import { type ParsedSidecar, parseSidecar } from './sidecar.ts';

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
      .filter(Boolean);
  const values = {
    title: first(movie, 'title'),
    original_title: first(movie, 'originaltitle'),
    sort_title: first(movie, 'sorttitle'),
    description: first(movie, 'plot'),
    tagline: first(movie, 'tagline'),
    year: integer(first(movie, 'year')),
    genres: list('genre'),
    countries: list('country'),
    directors: list('director'),
    studios: list('studio'),
    cast: all(movie, 'actor')
      .map(readActor)
      .filter((it) => it.name !== ''),
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

/** `<uniqueid type="tmdb">680</uniqueid>`, and the older `<tmdbid>680</tmdbid>`. */
function readIds(movie: XmlElement): Record<string, string | number> {
  const pairs = [
    ['tmdb', first(movie, 'tmdbid')],
    ['imdb', first(movie, 'imdbid')],
    ...all(movie, 'uniqueid').map((it) => [it.attributes['type'] ?? '', it.text]),
  ] as const;
  const ids: Record<string, string | number> = {};
  for (const [type, id] of pairs) {
    const key = type?.trim().toLowerCase() ?? '';
    if (key === '' || key === 'unknown' || id === undefined || id.trim() === '') continue;
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
