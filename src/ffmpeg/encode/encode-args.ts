import { isCutList, segmentStartSeconds } from '../../model/grid.ts';
import type { AudioRendition, Plan, VideoRendition } from '../../model/plan.ts';
import { isVideoToolbox } from '../../model/toolchain.ts';
import { pictureInput } from '../picture-input.ts';
import { audioArgs } from './audio-args.ts';
import { encoderOptions } from './encoder-options.ts';
import { filterGraph, keepsGraph } from './filter-graph.ts';
import { type EncodeFrom, hlsArgs } from './hls-args.ts';
import { toneMapDevice } from './tone-map.ts';

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
 * again whole, byte for byte (performance.md §1.3); a film with a copied rung cannot be. § below is performance.md unless named.
 */
export function encodeArgs(
  plan: EncodePlan,
  from: EncodeFrom = { firstSegment: 0 },
): readonly string[] {
  const audio = from.firstSegment === 0 ? plan.audio : [];
  const isCopying = isCutList(plan.grid);
  const picture = `0:${plan.source.video.index}`;
  if (isCopying && from.firstSegment > 0) throw new Error('a film with a copied rung starts again');
  return [
    ['-hide_banner', '-nostdin', '-y'],
    ['-loglevel', 'level+warning', '-nostats'],
    ['-progress', 'pipe:1', '-stats_period', '0.5'],
    // Absolute times of the film all the way to the muxer (§1.2); useless where they jump (§1.6).
    // With a copied rung ffmpeg's own shift to 0 is what was measured (§2.6).
    plan.picture.keepTimeStamps && !isCopying ? ['-copyts', '-start_at_zero'] : [],
    plan.video.every(isCopied) ? [] : toneMapDevice(plan.picture.toneMap),
    seekArgs(plan, from.firstSegment),
    isVideoToolbox(plan.encoder.name) ? ['-hwaccel', 'videotoolbox'] : [],
    plan.video.every(isCopied) || !keepsGraph(plan.source)
      ? []
      : [`-reinit_filter:${plan.source.video.index}`, '0'],
    pictureInput(plan.source),
    plan.video.every(isCopied)
      ? []
      : ['-filter_complex', filterGraph(plan, segmentStartSeconds(plan.grid, from.firstSegment))],
    ...plan.video.map((rung, index) => ['-map', isCopied(rung) ? picture : `[v${index}]`]),
    ...audio.map((rendition) => ['-map', `0:${rendition.sourceIndex}`]),
    // Titles and GPS of the source never reach a segment; a long title even stops the muxer.
    ['-map_metadata', '-1', '-map_chapters', '-1', '-sn', '-dn'],
    ...pictureArgs(plan),
    ...bitrateArgs(plan),
    // Beside a copied rung the pictures stay where they are in the film.
    ...audioArgs(audio, isCutList(plan.grid) ? {} : plan.picture),
    // Pictures wait until each sound has begun: 45 minutes at 24 of them (4096 were three).
    ['-max_muxing_queue_size', '65536'],
    ...hlsArgs(plan, from),
    ['-var_stream_map', streamMap(plan.video, audio)],
    ['%v/run.m3u8'],
    ...listenArgs({ ...plan, audio }),
  ].flat();
}

/**
 * The sound alone, whole, for a film whose pictures are gone on with: every byte is the same as from the
 * process that makes both, so nothing that is stored already changes (performance.md §1.3).
 */
export function soundArgs(plan: EncodePlan): readonly string[] {
  return encodeArgs({ ...plan, video: [] });
}

/**
 * A copied stream that nobody else decodes is decoded to nowhere, so that the decoder's word on it is
 * heard: damage is found by that (decision 0016). Sound costs next to nothing.
 */
function listenArgs({ source, video, audio }: EncodePlan): readonly Row[] {
  const unheard = [
    ...(video.length > 0 && video.every(isCopied) ? [source.video.index] : []),
    ...new Set(audio.filter(isCopied).map(({ sourceIndex }) => sourceIndex)),
  ];
  if (unheard.length === 0) return [];
  return [
    ...unheard.map((index) => ['-map', `0:${index}`]),
    ['-fps_mode', 'passthrough', '-f', 'null', '-'],
  ];
}

/**
 * Demuxers that find a time without an index, and land wherever that is: behind the key frame that the
 * pictures there refer to. Until the next one there is nothing to decode, and the `fps` filter fills the
 * hole with copies of it, in good order for all who count pictures (decision 0026).
 */
const WITHOUT_INDEX: readonly string[] = ['mpegts', 'mpeg'];

function seekArgs({ source, grid }: EncodePlan, firstSegment: number): readonly string[] {
  if (firstSegment === 0 || WITHOUT_INDEX.includes(source.container)) return [];
  const seconds = segmentStartSeconds(grid, firstSegment) - SEEK_MARGIN_SECONDS;
  return ['-ss', Math.max(0, seconds).toFixed(6)];
}

/** One flag, or flags that belong together, with their values. */
type Row = readonly string[];

/** What a copied stream must not get: any option that reaches it is fatal, so each names its streams. */
function pictureArgs({ encoder, grid, video }: EncodePlan): readonly Row[] {
  if (video.length === 0) return [];
  if (!isCutList(grid)) return [encoderOptions({ ...encoder, gopFrames: grid.gopFrames })];
  return video.map((rung, index) =>
    isCopied(rung)
      ? // Without the source's SEI: closed captions would make the master's CLOSED-CAPTIONS=NONE untrue,
        // and recovery points are not needed where every key frame is an IDR (§2.6).
        [`-c:v:${index}`, 'copy', `-bsf:v:${index}`, 'filter_units=remove_types=6']
      : encoderOptions({ ...encoder, gopFrames: 'source', streams: `v:${index}` }),
  );
}

function isCopied(rendition: Readonly<{ isCopied?: true }>): boolean {
  return rendition.isCopied === true;
}

/** What differs from rung to rung: quality and cap for x264, the average for VideoToolbox. */
function bitrateArgs({ encoder, video }: EncodePlan): readonly Row[] {
  // `-maxrate` hangs VideoToolbox or halves its speed (ffmpeg-hls.md §1.2).
  if (isVideoToolbox(encoder.name)) {
    return video.map((rung, index) =>
      isCopied(rung) ? [] : [`-b:v:${index}`, `${rung.averageKbps}k`],
    );
  }
  return video.map((rung, index) =>
    isCopied(rung)
      ? []
      : [
          [`-crf:v:${index}`, String(rung.crf)],
          [`-maxrate:v:${index}`, `${rung.maxKbps}k`],
          [`-bufsize:v:${index}`, `${rung.bufferKbits}k`],
        ].flat(),
  );
}

function streamMap(video: readonly VideoRendition[], audio: readonly AudioRendition[]): string {
  return [
    ...video.map((rendition, index) => `v:${index},name:${rendition.name}`),
    ...audio.map((rendition, index) => `a:${index},name:${rendition.name}`),
  ].join(' ');
}
