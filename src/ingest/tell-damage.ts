import { basename } from 'node:path';
import { IngestError } from '../errors.ts';
import { formatRunningTime } from '../lib/format-running-time.ts';
import { joinRanges } from '../lib/time-ranges.ts';
import { type BadRange, badMs } from '../model/damage.ts';
import type { Source } from '../model/source.ts';

/** How many are told to people at most. */
const MAX_TOLD = 5;

/** In an event, in the document: more than these say no more. */
const MAX_RANGES = 100;

const WORDS: Readonly<Record<BadRange['kind'], string>> = {
  missing: 'nothing is there',
  picture: 'the picture is broken',
  sound: 'the sound is broken',
  beyond: 'lies beyond the end that the header names',
};

/** In order, at most `MAX_RANGES`: near ones of a kind are told as one, the farther the more there are. */
export function fewRanges(ranges: readonly BadRange[]): readonly BadRange[] {
  const kinds = [...new Set(ranges.map(({ kind }) => kind))];
  for (let gapMs = 1_000; ; gapMs *= 2) {
    const joined = kinds.flatMap((kind) =>
      joinRanges(
        ranges.filter((range) => range.kind === kind),
        gapMs,
      ),
    );
    if (joined.length <= MAX_RANGES) return joined.toSorted((a, b) => a.startMs - b.startMs);
  }
}

/** `0:12–0:15 the picture is broken, 31:40–52:10 nothing is there, and 3 more`. */
export function tellRanges(ranges: readonly BadRange[]): string {
  const told = ranges.slice(0, MAX_TOLD).map(({ kind, startMs, endMs }) => {
    // To the second, and never an empty stretch.
    const [from, to] = [Math.floor(startMs / 1000), Math.ceil(endMs / 1000)];
    return `${formatRunningTime(from * 1000)}–${formatRunningTime(to * 1000)} ${WORDS[kind]}`;
  });
  const more = ranges.length - told.length;
  return [...told, ...(more > 0 ? [`and ${more} more`] : [])].join(', ');
}

/** The refusal of a film of which some is lost. */
export function damagedFilm(source: Source, ranges: readonly BadRange[]): IngestError {
  const isAll = ({ kind, startMs, endMs }: BadRange) =>
    kind === 'picture' && startMs <= 0 && endMs >= source.durationMs;
  if (ranges.some(isAll)) return undecodableFilm(source);
  const bad = formatRunningTime(Math.max(1_000, badMs(ranges)));
  // More than all of it is bad where most lies beyond the end that the header names.
  const whole =
    badMs(ranges) > source.durationMs
      ? 'it'
      : `its ${formatRunningTime(Math.max(1_000, source.durationMs))}`;
  return new IngestError('film', {
    what: `${basename(source.path)} is damaged: ${bad} of ${whole} are bad`,
    why: `${tellRanges(ranges)}.`,
    fix: 'Get a whole copy and run the same command again. To publish it as it is: --allow-damaged',
  });
}

/** Of a film that is whole this is said by an ffmpeg without a decoder for it, as of damage. */
function undecodableFilm({ path, video: { codec } }: Source): IngestError {
  return new IngestError('film', {
    what: `no picture of ${basename(path)} can be decoded (${codec})`,
    why: 'This ffmpeg cannot decode the codec, or all of the film is damaged.',
    fix: 'If other programs play it, use another ffmpeg (MOVIE_INGEST_FFMPEG, MOVIE_INGEST_FFPROBE), or convert the film to H.264 or HEVC first. Otherwise get a whole copy.',
  });
}
