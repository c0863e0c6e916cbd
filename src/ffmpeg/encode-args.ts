import type { AudioRendition, FrameGrid, Plan, VideoRendition } from '../model/plan.ts';
import { isVideoToolbox } from '../model/toolchain.ts';
import { audioArgs } from './audio-args.ts';
import { encoderOptions } from './encoder-options.ts';
import { filterGraph } from './filter-graph.ts';
import { type EncodeFrom, hlsArgs, segmentStartSeconds } from './hls-args.ts';
import { sourceArgs } from './input-args.ts';

/** What the arguments depend on: a plan without what is derived from them. */
export type EncodePlan = Pick<
  Plan,
  'container' | 'source' | 'encoder' | 'picture' | 'grid' | 'video' | 'audio'
>;

/** Seek this much too early: the `fps` filter needs the picture that is on screen at the cut (§1.2). */
const SEEK_MARGIN_SECONDS = 5;

/**
 * ffmpeg's arguments for the whole ladder: one process, one decode, one HLS muxer, so that all rungs
 * share one clock (several muxers put the sound 62 ms off: ffmpeg-hls.md §0.2). Run with the work
 * folder as working directory; it writes `<rendition>/seg_00000.ts` (fMP4: `.m4s`, and an init segment) and so on, and playlists that
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
    ['-loglevel', 'level+warning', '-nostats'],
    ['-progress', 'pipe:1', '-stats_period', '0.5'],
    // Absolute times of the film all the way to the muxer (§1.2); useless where they jump (§1.6).
    plan.picture.keepTimeStamps ? ['-copyts', '-start_at_zero'] : [],
    from.firstSegment === 0 ? [] : ['-ss', seekSeconds(plan.grid, from.firstSegment)],
    isVideoToolbox(plan.encoder.name) ? ['-hwaccel', 'videotoolbox'] : [],
    sourceArgs(plan.source),
    ['-filter_complex', filterGraph(plan, segmentStartSeconds(plan.grid, from.firstSegment))],
    ...plan.video.map((_, index) => ['-map', `[v${index}]`]),
    ...audio.map((rendition) => ['-map', `0:${rendition.sourceIndex}`]),
    // Titles and GPS of the source never reach a segment; a long title even stops the muxer.
    ['-map_metadata', '-1', '-map_chapters', '-1', '-sn', '-dn'],
    encoderOptions({ ...plan.encoder, gopFrames: plan.grid.gopFrames }),
    ...bitrateArgs(plan),
    ...audioArgs(audio),
    ['-max_muxing_queue_size', '4096'],
    ...hlsArgs(plan, from),
    ['-var_stream_map', streamMap(plan.video, audio)],
    ['%v/run.m3u8'],
  ].flat();
}

function seekSeconds(grid: FrameGrid, firstSegment: number): string {
  return Math.max(0, segmentStartSeconds(grid, firstSegment) - SEEK_MARGIN_SECONDS).toFixed(6);
}

/** One flag, or flags that belong together, with their values. */
type Row = readonly string[];

/** What differs from rung to rung: quality and cap for x264, the average for VideoToolbox. */
function bitrateArgs({ encoder, video }: EncodePlan): readonly Row[] {
  // `-maxrate` hangs VideoToolbox or halves its speed (ffmpeg-hls.md §1.2).
  if (isVideoToolbox(encoder.name)) {
    return video.map((rung, index) => [`-b:v:${index}`, `${rung.averageKbps}k`]);
  }
  return video.flatMap((rung, index) => [
    [`-crf:v:${index}`, String(rung.crf)],
    [`-maxrate:v:${index}`, `${rung.maxKbps}k`],
    [`-bufsize:v:${index}`, `${rung.bufferKbits}k`],
  ]);
}

function streamMap(video: readonly VideoRendition[], audio: readonly AudioRendition[]): string {
  return [
    ...video.map((rendition, index) => `v:${index},name:${rendition.name}`),
    ...audio.map((rendition, index) => `a:${index},name:${rendition.name}`),
  ].join(' ');
}
