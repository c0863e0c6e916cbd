import { resolve } from 'node:path';
import { MAX_PIXELS } from '../model/settings.ts';
import type { Source } from '../model/source.ts';

/**
 * Containers that films come in, by ffmpeg's names of their demuxers (one of the names that a demuxer
 * goes by is enough: `mov` also lets mp4, m4a, 3gp in; `matroska` also webm; `asf` is wmv; `mpeg` is
 * vob). Playlists and scripts (hls, dash, concat, sdp), single pictures and devices stay out: an HLS
 * playlist or ffconcat script called film.mp4 makes ffmpeg read any other file, also with the protocol
 * whitelist alone (reliability.md §2.3).
 */
const FILM_CONTAINERS = 'mov,matroska,mpegts,avi,flv,mpeg,asf,mxf,ogg';

/**
 * The input side of every ffmpeg and ffprobe call that opens a film, which is hostile until probed:
 * only local files, only containers of films, no picture beyond the limit, and a name that can be
 * nothing but a name (an absolute path behind `file:`: `-i.mp4`, `concat:a.mp4` and `Alien: Romulus.mp4`
 * all mean something else without it, reliability.md §2.2).
 * Ends with `-i`; options for the input go before, those for the output after.
 */
export function inputArgs(path: string, maxPixels: number = MAX_PIXELS): string[] {
  return [
    '-protocol_whitelist',
    'file',
    '-format_whitelist',
    FILM_CONTAINERS,
    '-max_pixels',
    String(maxPixels),
    '-i',
    `file:${resolve(path)}`,
  ];
}

/** ffmpeg's own 5 s and 5 MB of a stream may end before its sound begins. */
export const LONG_LOOK = ['-analyzeduration', '100M', '-probesize', '100M'] as const;

/** The same for a film that was probed: its size was looked at, and is allowed. */
export function sourceArgs({
  path,
  video,
  beginsLate,
}: Pick<Source, 'path' | 'video' | 'beginsLate'>): string[] {
  // Decoders count whole macroblocks.
  const own = (video.codedWidth + 128) * (video.codedHeight + 128);
  return [
    ...(beginsLate === undefined ? [] : LONG_LOOK),
    ...inputArgs(path, Math.max(MAX_PIXELS, own)),
  ];
}
