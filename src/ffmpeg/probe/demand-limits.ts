import { basename } from 'node:path';
import { IngestError } from '../../errors.ts';
import { formatCount } from '../../lib/format-count.ts';
import { type FilmLimits, MAX_DURATION_MS, MAX_TRACKS } from '../../model/settings.ts';
import type { Source } from '../../model/source.ts';

/**
 * Throws `film` for a film that is beyond what a film can be: a few kB can claim 100 hours at a picture
 * an hour (reliability.md §2.1), or a thousand tracks, and would be encoded into millions of segments.
 * Both together bound how many there can be.
 */
export function demandLimits(source: Source, limits: Partial<FilmLimits>): void {
  const { maxDurationMs = MAX_DURATION_MS, maxTracks = MAX_TRACKS } = limits;
  const name = basename(source.path);
  if (source.durationMs > maxDurationMs) {
    const hours = Math.ceil(source.durationMs / 3_600_000);
    throw new IngestError('film', {
      what: `${name} says that it is ${formatCount(hours)} hours long`,
      why: `More than ${formatCount(maxDurationMs / 3_600_000)} hours are a broken file, or a recording that nobody can watch as one film.`,
      fix: `Cut it into parts: ffmpeg -i IN -map 0 -c copy -f segment -segment_time 6:00:00 part%d.mkv. If it is meant to be so long: --max-duration ${hours}h`,
    });
  }
  const tracks = 1 + source.audio.length + source.subtitles.length;
  if (tracks > maxTracks) {
    throw new IngestError('film', {
      what: `${name} has ${formatCount(tracks)} tracks of picture, sound and subtitles`,
      why: `At most ${formatCount(maxTracks)} are taken: each becomes a playlist with segments of its own.`,
      fix: `Keep those that are needed: ffmpeg -i IN -map 0:V -map 0:a:0 -c copy OUT.mkv. If all are meant: --max-tracks ${tracks}`,
    });
  }
}
