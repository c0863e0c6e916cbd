/** What the page shows of a document. Documents may be edited by anybody: nothing is taken for granted. */
export type Film = Readonly<{
  slug: string;
  title: string;
  description: string;
  hlsUrl: string;
  posterUrl: string | undefined;
  /** WebVTT, both. */
  storyboardUrl: string | undefined;
  chaptersUrl: string | undefined;
  /** `01:45:20`. */
  duration: string | undefined;
  year: string | undefined;
  language: string | undefined;
  /** `broken`, `failed`, …: why viewers do not get it. Undefined for a film that they do. */
  trouble: string | undefined;
  resolutions: readonly string[];
  renditions: readonly Rendition[];
  /** Name of the file that it was made from. */
  sourceFile: string | undefined;
  encoder: string | undefined;
  bytes: number | undefined;
}>;

export type Rendition = Readonly<{ name: string; width: number; height: number }>;

/** Reads one document of `/api/movies`. */
export function readFilm(document: unknown): Film {
  const movie = fields(document);
  const metadata = fields(movie['metadata']);
  const encoder = fields(movie['encoder']);
  const slug = text(movie['slug']) ?? '';
  return {
    slug,
    title: text(movie['title']) ?? slug,
    description: text(movie['description']) ?? '',
    hlsUrl: text(movie['hls_url']) ?? '',
    posterUrl: text(movie['thumbnail_url']),
    storyboardUrl: text(fields(movie['storyboard'])['vtt_url']),
    chaptersUrl: text(movie['chapters_url']),
    duration: text(metadata['duration']),
    year: number(movie['year'])?.toString(),
    language: text(movie['language']),
    trouble: movie['status'] === 'ready' ? undefined : text(movie['status']),
    resolutions: list(metadata['resolutions']).flatMap((name) => text(name) ?? []),
    renditions: list(movie['renditions']).flatMap(readRendition),
    sourceFile: text(fields(movie['source'])['filename']),
    encoder: text(encoder['video_encoder']),
    bytes: number(metadata['size_bytes']),
  };
}

function readRendition(value: unknown): readonly Rendition[] {
  const rendition = fields(value);
  const name = text(rendition['name']);
  const width = number(rendition['width']);
  const height = number(rendition['height']);
  if (name === undefined || width === undefined || height === undefined) return [];
  return [{ name, width, height }];
}

function fields(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function number(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}
