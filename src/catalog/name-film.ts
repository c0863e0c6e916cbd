import { cleanText } from '../lib/clean-text.ts';
import { hasFilmExtension } from '../lib/strip-film-extension.ts';
import type { EditorialFields } from '../model/movie.ts';
import { parseFileName } from './parse-file-name.ts';

export type FilmNames = Readonly<{
  editorial: EditorialFields;
  /** Those that the user gave himself; they win over what is in the catalogue. */
  explicit: readonly (keyof EditorialFields)[];
}>;

export type NameFilmOptions = Readonly<{
  flags: Readonly<{ title?: string | undefined; description?: string | undefined }>;
  /** From `readSidecar`. */
  sidecar?: Partial<EditorialFields> | undefined;
  /** The container's own title tag. */
  containerTitle?: string | undefined;
  /** Without its folder. */
  fileName: string;
}>;

/**
 * What people will call the film. Each field comes from the first that knows it: the flags, the
 * sidecar, the container's title if it looks like one, the file name. Texts are clean, the title is
 * never empty, an unknown description is ''.
 */
export function nameFilm(options: NameFilmOptions): FilmNames {
  const { flags, sidecar = {}, containerTitle, fileName } = options;
  const guessed = parseFileName(fileName);
  const given = { ...sidecar, ...cleanFlags(flags) };
  const editorial: EditorialFields = {
    ...guessed,
    title: saneTitle(containerTitle) ?? (guessed.title || 'Untitled'),
    description: '',
    ...given,
  };
  return { editorial, explicit: Object.keys(given) as (keyof EditorialFields)[] };
}

/** An empty `--title` is no title; an empty `--description` is one: it clears the text. */
function cleanFlags(flags: NameFilmOptions['flags']): Partial<EditorialFields> {
  const title = cleanText(flags.title ?? '', { maxLength: 200 });
  return {
    ...(title === '' ? {} : { title }),
    ...(flags.description === undefined
      ? {}
      : { description: cleanText(flags.description, { maxLength: 5_000 }) }),
  };
}

/**
 * Most title tags were written by no person: encoders, cameras, editors and rippers leave their own
 * marks there. What looks like one of them is worth less than the file's name.
 */
function saneTitle(tag: string | undefined): string | undefined {
  const title = cleanText(tag ?? '', { maxLength: 300 });
  if (title.length < 2 || title.length > 200) return undefined;
  if (!/\p{L}/u.test(title) && !/^\d{4}$/.test(title)) return undefined; // `1917` is a film, `01` is not
  return NOT_A_TITLE.some((pattern) => pattern.test(title)) || hasFilmExtension(title)
    ? undefined
    : title;
}

const NOT_A_TITLE = [
  /^(?:untitled|no title|title|unknown|video|movie|film|none|null|undefined|default|main|output|test)\b[\s\d_.-]*$/i,
  /^(?:(?:video ?)?track|sequence|timeline|project|chapter|clip|composition|comp|scene|take)[\s_#-]*\d*$/i,
  /^(?:dvd_?video|vts_\d|cd\d|disc ?\d|core media|gx?\d{6}|gopr?\d|mvi_\d|img_\d|dsc\w?_?\d|pxl_\d)/i,
  /^(?:lav[fc]\d|x26[45]\b|handbrake|ffmpeg|makemkv|mkvmerge|premiere|adobe|davinci|final cut|obs\b|isom\b|mp4\b)/i,
  /\b(?:encoded|ripped|converted|downloaded|created|uploaded) (?:by|with|from)\b/i,
  /^(?:[a-z]:)?[\\/]|^file:|[\\/].*[\\/]/i, // a path
  /:\/\/|\bwww\.|^[\w-]+\.(?:com|net|org|io|tv|to|cc|mx|ag|me|vn|info)$/i, // an advertisement
  /\b(?:2160|1080|720|480)[pi]\b.*\b(?:[xh]\.?26[45]|hevc|blu-?ray|web-?(?:dl|rip)|[bd]\w*rip)\b/i, // a release
  /^\w+(?:\.\w+){3,}$/, // dotted, like a release
  /\uFFFD|Ã[\u0080-\u00BF]|Ä[\u0080-\u00BF]|á[»º]/u, // decoded with the wrong table
  /^[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}$/i, // a UUID
];
