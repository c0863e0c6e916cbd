import type { AudioRendition, FrameGrid, Plan, VideoRendition } from '../model/plan.ts';
import { encoderOptions } from './encoder-options.ts';
import { filterGraph } from './filter-graph.ts';
import { inputArgs } from './input-args.ts';

/** What the arguments depend on: a plan without what is derived from them. */
export type EncodePlan = Pick<Plan, 'source' | 'encoder' | 'picture' | 'grid' | 'video' | 'audio'>;

/** 0-based number of the first segment to make: 0 for a whole encode, more to go on after one. */
export type EncodeFrom = Readonly<{ firstSegment: number }>;

/** Seek this much too early: the `fps` filter needs the picture that is on screen at the cut (§1.2). */
const SEEK_MARGIN_SECONDS = 5;

/**
 * ffmpeg's arguments for the whole ladder: one process, one decode, one HLS muxer, so that all rungs
 * share one clock (several muxers put the sound 62 ms off: ffmpeg-hls.md §0.2). Run with the work
 * folder as working directory; it writes `<rendition>/seg_00000.ts` and so on, and playlists that
 * nobody reads. Resuming is the same list with another `firstSegment`: without sound, which is made
 * again whole, byte for byte (performance.md §1.3). § below is performance.md unless named.
 */
export function encodeArgs(
  plan: EncodePlan,
  from: EncodeFrom = { firstSegment: 0 },
): readonly string[] {
  const audio = from.firstSegment === 0 ? plan.audio : [];
  return [
    ['-hide_banner', '-nostdin', '-y'],
    ['-loglevel', 'warning', '-nostats'],
    ['-progress', 'pipe:1', '-stats_period', '0.5'],
    // Absolute times of the film all the way to the muxer (§1.2); useless where they jump (§1.6).
    plan.picture.keepTimeStamps ? ['-copyts', '-start_at_zero'] : [],
    from.firstSegment === 0 ? [] : ['-ss', seekSeconds(plan.grid, from.firstSegment)],
    plan.encoder.name === 'h264_videotoolbox' ? ['-hwaccel', 'videotoolbox'] : [],
    inputArgs(plan.source.path),
    ['-filter_complex', filterGraph(plan, segmentStartSeconds(plan.grid, from.firstSegment))],
    ...plan.video.map((_, index) => ['-map', `[v${index}]`]),
    ...audio.map((rendition) => ['-map', `0:${rendition.sourceIndex}`]),
    // Titles and GPS of the source never reach a segment; a long title even stops the muxer.
    ['-map_metadata', '-1', '-map_chapters', '-1', '-sn', '-dn'],
    encoderOptions({ ...plan.encoder, gopFrames: plan.grid.gopFrames }),
    ...bitrateArgs(plan),
    ...audioArgs(audio),
    ['-max_muxing_queue_size', '4096'],
    ...hlsArgs(plan.grid, from),
    ['-var_stream_map', streamMap(plan.video, audio)],
    ['%v/run.m3u8'],
  ].flat();
}

/** Start of segment `index`, in seconds from the film's start: frame `segmentFrames × index`. */
export function segmentStartSeconds(grid: FrameGrid, index: number): number {
  return (grid.segmentFrames * index * grid.frameRate.den) / grid.frameRate.num;
}

function seekSeconds(grid: FrameGrid, firstSegment: number): string {
  return Math.max(0, segmentStartSeconds(grid, firstSegment) - SEEK_MARGIN_SECONDS).toFixed(6);
}

/** One flag, or flags that belong together, with their values. */
type Row = readonly string[];

/** What differs from rung to rung: quality and cap for x264, the average for VideoToolbox. */
function bitrateArgs({ encoder, video }: EncodePlan): readonly Row[] {
  // `-maxrate` hangs VideoToolbox or halves its speed (ffmpeg-hls.md §1.2).
  if (encoder.name === 'h264_videotoolbox') {
    return video.map((rung, index) => [`-b:v:${index}`, `${rung.averageKbps}k`]);
  }
  return video.flatMap((rung, index) => [
    [`-crf:v:${index}`, String(rung.crf)],
    [`-maxrate:v:${index}`, `${rung.maxKbps}k`],
    [`-bufsize:v:${index}`, `${rung.bufferKbits}k`],
  ]);
}

function audioArgs(audio: readonly AudioRendition[]): readonly Row[] {
  if (audio.length === 0) return [];
  return [
    ['-c:a', 'aac'],
    ...audio.flatMap((rendition, index) => [
      [`-b:a:${index}`, `${rendition.kbps}k`],
      [`-ac:a:${index}`, String(rendition.channels)],
      [`-ar:a:${index}`, String(rendition.sampleRateHz)],
      // Gaps are filled with silence and a late start is padded: sound and picture begin together.
      [`-filter:a:${index}`, 'aresample=async=1:first_pts=0'],
    ]),
  ];
}

function hlsArgs(grid: FrameGrid, from: EncodeFrom): readonly Row[] {
  return [
    // Content time 0 is PTS 1.4 s in every playlist, and stays so when resumed (ffmpeg-hls.md §0.2).
    ['-avoid_negative_ts', 'disabled'],
    ['-f', 'hls', '-hls_segment_type', 'mpegts'],
    // To the microsecond below, or the muxer waits for one more key frame (§1.1).
    ['-hls_time', (Math.floor(segmentStartSeconds(grid, 1) * 1e6) / 1e6).toFixed(6)],
    ['-hls_list_size', '0', '-hls_playlist_type', 'event'],
    // Continuity counters restart in a new process; the flag says so at each start (§1.2).
    ['-hls_segment_options', 'avoid_negative_ts=disabled:mpegts_flags=+initial_discontinuity'],
    // A segment appears under its name only when it is whole (§3.1).
    ['-hls_flags', 'independent_segments+temp_file'],
    ['-start_number', String(from.firstSegment)],
    ['-hls_segment_filename', `%v/${SEGMENT_PATTERN}`],
  ];
}

const SEGMENT_PATTERN = 'seg_%05d.ts';

/** `seg_00001.ts`: the name that ffmpeg gives to segment `index`. */
export function segmentFile(index: number): string {
  return SEGMENT_PATTERN.replace('%05d', String(index).padStart(5, '0'));
}

function streamMap(video: readonly VideoRendition[], audio: readonly AudioRendition[]): string {
  return [
    ...video.map((rendition, index) => `v:${index},name:${rendition.name}`),
    ...audio.map((rendition, index) => `a:${index},name:${rendition.name}`),
  ].join(' ');
}
