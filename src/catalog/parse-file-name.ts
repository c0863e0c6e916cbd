import { cleanText } from '../lib/clean-text.ts';
import { stripFilmExtension } from '../lib/strip-film-extension.ts';

export type ParsedName = Readonly<{
  /** Never empty, unless the name has no visible character. */
  title: string;
  year?: number;
  ids?: Readonly<Record<string, string | number>>;
}>;

/**
 * What a film's file name says, by the convention of Jellyfin and Plex: `Title (Year) [tmdbid-680]`,
 * dots or underscores for spaces, and names of releases, which are cut at the first of two or more
 * technical words (`Blade.Runner.2049.2017.1080p.BluRay.x264-GRP`). Whatever does not follow it is a
 * title as it stands: `phim-01`, `1917`, `GX010123`.
 */
export function parseFileName(fileName: string): ParsedName {
  const whole = cleanText(stripFilmExtension(fileName.trim()), { maxLength: 300 });
  const ids = findIds(whole);
  const named = spaced(whole.replace(CURLY, ' ').replace(ID_IN_BRACKETS, ' '));
  const release = cutRelease(named);
  const { title, year } = splitYear(release ?? named, { bareYear: release !== undefined });
  return {
    title: title || named || whole,
    ...(year === undefined ? {} : { year }),
    ...(ids === undefined ? {} : { ids }),
  };
}

/** Plex keeps its remarks in curly brackets: `{imdb-tt0110912}`, `{edition-Director's Cut}`. */
const CURLY = /\{[^{}]*\}/g;
const ID_IN_BRACKETS = /\[(?:tmdb|imdb|tvdb)(?:id)?[-=][^[\]]*\]/gi;
const TMDB = /[[{]tmdb(?:id)?[-=](\d{1,9})[\]}]/i;
const IMDB = /[[{]imdb(?:id)?[-=](tt\d{5,10})[\]}]/i;

function findIds(name: string): ParsedName['ids'] {
  const tmdb = TMDB.exec(name)?.[1];
  const imdb = IMDB.exec(name)?.[1];
  if (tmdb === undefined && imdb === undefined) return undefined;
  return {
    ...(tmdb === undefined ? {} : { tmdb: Number(tmdb) }),
    ...(imdb === undefined ? {} : { imdb: imdb.toLowerCase() }),
  };
}

/** Dots and underscores stand for spaces only in a name that has none: `Mr. 3000` keeps its dot. */
function spaced(name: string): string {
  const text = name.trim();
  return (/\s/.test(text) ? text : text.replace(/[._]+/g, ' ')).replace(/\s+/g, ' ').trim();
}

/**
 * Words that only technicians write. Words that titles use too (web, extended, proper, multi) are not
 * among them: `Charlotte's Web 1080p` has one technical word and stays whole.
 */
const TECHNICAL = new RegExp(
  `^[[(]?(?:${[
    '(?:2160|1440|1080|720|576|480|360)[pi]|4k|uhd',
    'blu-?ray|bd-?rip|br-?rip|bdremux|remux|web-?dl|web-?rip|hdtv|hd-?rip|dvd-?rip|dvd-?scr|dvd[59]?',
    String.raw`[xh]\.?26[45]|hevc|avc|xvid|divx|av1|10-?bit|8-?bit|hdr10?\+?|sdr`,
    'aac(?:2|5)?|ac3|e-?ac3|ddp?[257]?|dts(?:-hd)?|truehd|atmos|flac|opus',
    'repack|vietsub|thuyetminh|yify|yts|rarbg',
  ].join('|')})(?:[-)]].*)?$`,
  'i',
);

function cutRelease(name: string): string | undefined {
  const words = name.split(' ');
  const technical = words.flatMap((word, index) => (TECHNICAL.test(word) ? [index] : []));
  const first = technical[0];
  if (first === undefined || first === 0 || technical.length < 2) return undefined;
  return words.slice(0, first).join(' ');
}

/** A year in brackets always counts; a bare one only at the end of what is left of a release's name. */
function splitYear(
  name: string,
  { bareYear }: Readonly<{ bareYear: boolean }>,
): Readonly<{ title: string; year?: number }> {
  const bracketed = [...name.matchAll(/[([](\d{4})(?:[-.]\d{2}[-.]\d{2})?[)\]]/g)]
    .filter((match) => isYear(match[1]))
    .at(-1);
  if (bracketed !== undefined) {
    const before = trimEnds(name.slice(0, bracketed.index));
    const after = trimEnds(name.slice(bracketed.index + bracketed[0].length));
    return { title: before || after, year: Number(bracketed[1]) };
  }
  const bare = bareYear ? /^(.*\S)\s+(\d{4})$/.exec(trimEnds(name)) : null;
  if (bare !== null && isYear(bare[2])) {
    return { title: trimEnds(bare[1] ?? ''), year: Number(bare[2]) };
  }
  return { title: trimEnds(name) };
}

function isYear(text: string | undefined): boolean {
  const year = Number(text);
  return year >= 1888 && year <= 2099;
}

/** Without `[groups]` at the end and separators at both ends; a title that is all group stays. */
function trimEnds(text: string): string {
  const title = text.replace(/(?:\s*\[[^[\]]*\])+\s*$/, '') || text;
  return title.replace(/^[\s\-–—_.,]+|[\s\-–—_,([{]+$/g, '');
}
