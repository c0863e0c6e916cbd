import { resolve } from 'node:path';

/**
 * Containers that films come in, by ffmpeg's names of their demuxers (one of the names that a demuxer
 * goes by is enough: `mov` also lets mp4, m4a, 3gp in; `matroska` also webm; `asf` is wmv; `mpeg` is
 * vob). Playlists and scripts (hls, dash, concat, sdp), single pictures and devices stay out: an HLS
 * playlist or ffconcat script called film.mp4 makes ffmpeg read any other file, also with the protocol
 * whitelist alone (reliability.md §2.3).
 */
const FILM_CONTAINERS = 'mov,matroska,mpegts,avi,flv,mpeg,asf,mxf,ogg';

/**
 * The largest picture that is decoded: 8K and a little. A 0.66 MB file of 15000×15000 took 1.7 GB of
 * memory without this limit (reliability.md §2.1). ffmpeg compares width × height only.
 */
export const MAX_PIXELS = 8192 * 4352;

/**
 * The input side of every ffmpeg and ffprobe call that opens a film, which is hostile until probed:
 * only local files, only containers of films, no picture beyond MAX_PIXELS, and a name that can be
 * nothing but a name (an absolute path behind `file:`: `-i.mp4`, `concat:a.mp4` and `Alien: Romulus.mp4`
 * all mean something else without it, reliability.md §2.2).
 * Ends with `-i`; options for the input go before, those for the output after.
 */
export function inputArgs(path: string): string[] {
  return [
    '-protocol_whitelist',
    'file',
    '-format_whitelist',
    FILM_CONTAINERS,
    '-max_pixels',
    String(MAX_PIXELS),
    '-i',
    `file:${resolve(path)}`,
  ];
}
