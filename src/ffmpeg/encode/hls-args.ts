import { TICKS_PER_SECOND } from '../../lib/ticks.ts';
import { isCutList, segmentStartSeconds } from '../../model/grid.ts';
import { FIRST_PTS, type Grid, type Plan } from '../../model/plan.ts';
import type { Container } from '../../model/preset.ts';

/** 0-based number of the first segment to make: 0 for a whole encode, more to go on after one. */
export type EncodeFrom = Readonly<{ firstSegment: number }>;

/** One flag, or flags that belong together, with their values. */
type Row = readonly string[];

/**
 * The arguments of ffmpeg's HLS muxer: cuts on the plan's grid, names by number, and time stamps that
 * are those of the whole film in every run, so that a film can be gone on with. § is performance.md.
 */
export function hlsArgs(
  { container, grid }: Pick<Plan, 'container' | 'grid'>,
  from: EncodeFrom,
): readonly Row[] {
  return [
    // Content time 0 is PTS 1.4 s in every playlist, and stays so when resumed (ffmpeg-hls.md §0.2).
    ['-avoid_negative_ts', 'disabled'],
    // MPEG-TS gets the 1.4 s from its muxer. fMP4 needs them for the priming of AAC, which lies before
    // the film and would be written as a time of 2^64 (§5.6).
    container === 'fmp4' ? ['-output_ts_offset', String(FIRST_PTS / 90_000)] : [],
    ['-f', 'hls', '-hls_segment_type', container],
    // ffmpeg adds the number of the rendition where there are several: take it from the folder (§5.6).
    container === 'fmp4' ? ['-hls_fmp4_init_filename', 'init.mp4'] : [],
    ['-hls_time', hlsSeconds(grid)],
    ['-hls_list_size', '0', '-hls_playlist_type', 'event'],
    ['-hls_segment_options', `avoid_negative_ts=disabled:${MUXER_FLAGS[container]}`],
    // A segment appears under its name only when it is whole (§3.1).
    ['-hls_flags', 'independent_segments+temp_file'],
    ['-start_number', String(from.firstSegment)],
    ['-hls_segment_filename', `%v/seg_%05d${EXTENSION[container]}`],
  ];
}

/**
 * The muxer compares whole ticks, so a segment that ends between two (162 pictures at 26.777) may seem
 * up to a tick too short: named as it is, it would be cut at the next key frame. And to the microsecond
 * below, for the same reason (§1.1). It adds up to 0.2 s in a day: less than a key frame's distance.
 */
function hlsSeconds(grid: Grid): string {
  const seconds = isCutList(grid) ? grid.segmentSeconds : segmentStartSeconds(grid, 1);
  const ticks = seconds * TICKS_PER_SECOND;
  const isWhole = Math.abs(ticks - Math.round(ticks)) < 1e-6;
  const shortened = isWhole || isCutList(grid) ? seconds : seconds - 1 / TICKS_PER_SECOND;
  return (Math.floor(shortened * 1e6) / 1e6).toFixed(6);
}

const MUXER_FLAGS: Readonly<Record<Container, string>> = {
  // Continuity counters restart in a new process; the flag says so at each start (§1.2).
  mpegts: 'mpegts_flags=+initial_discontinuity',
  // `tfdt` is the film's own time and every run writes the same init segment (§5.6). Not with
  // negative_cts_offsets in place of the edit list: all that is built on ffmpeg then shows pictures two
  // frames too late. Not with frag_keyframe: 5.1.9 then puts the first segment into the init.
  fmp4: 'movflags=+frag_discont',
};

const EXTENSION: Readonly<Record<Container, string>> = { mpegts: '.ts', fmp4: '.m4s' };

/** Whether a file in a rendition's folder is named as a segment. */
export function isSegmentFile(file: string, container: Container): boolean {
  return file.endsWith(EXTENSION[container]);
}

/** `seg_00001.ts`: the name that ffmpeg gives to segment `index`. */
export function segmentFile(index: number, container: Container): string {
  return `seg_${String(index).padStart(5, '0')}${EXTENSION[container]}`;
}
