import type { ScannedSegment } from '../../../src/hls/collect-renditions.ts';
import { wrapTicks } from '../../../src/lib/ticks.ts';
import { isCutList } from '../../../src/model/grid.ts';
import {
  type AudioRendition,
  FIRST_PTS,
  type FrameGrid,
  type Plan,
} from '../../../src/model/plan.ts';
import type { SegmentFacts } from '../../../src/model/segment.ts';
import { sourceOf } from '../../helpers/source-of.ts';
import { writeSps } from '../lib/write-sps.ts';

/** By libx264 for these sizes. */
export const SPS_OF = {
  '160x90': '6764000bacd9428df93016a02020280000030008000003018078a14cb0',
  '320x180': '6764000dacd941419f9f016a020202800000030080000018078a14cb',
} as const;

export const ENGLISH: AudioRendition = {
  name: 'audio-en',
  group: 'audio',
  sourceIndex: 1,
  language: 'en',
  label: 'English',
  channels: 2,
  sourceChannels: 2,
  kbps: 128,
  sampleRateHz: 48_000,
  isDefault: true,
  role: 'main',
};

const RUNG = { crf: 22, maxKbps: 900, bufferKbits: 1800, averageKbps: 300 };

/** Most films are on a frame grid. */
export type GridPlan = Plan & Readonly<{ grid: FrameGrid }>;

/** Two rungs and a sound of a film of 20 s at 24 fps; a test names what it is about. */
export function planOf(rest: Partial<GridPlan> = {}): GridPlan {
  return {
    slug: 'film',
    recipe: 'abc',
    revision: 'r-0123456789',
    preset: 'default',
    container: 'mpegts',
    codec: 'h264',
    source: sourceOf({}, { durationMs: 20_000 }),
    encoder: {
      name: 'libx264',
      reason: 'test',
      ffmpegVersion: '5.1.9',
      x264Preset: 'veryfast',
      options: [],
    },
    copyReason: 'nothing fits',
    isResumable: true,
    picture: {
      deinterlace: false,
      toneMap: 'none',
      inputMatrix: 'bt709',
      frameRounding: 'near',
      keepTimeStamps: true,
    },
    grid: { frameRate: { num: 24, den: 1 }, gopFrames: 48, segmentFrames: 144 },
    video: [
      { ...RUNG, name: '360p', width: 160, height: 90 },
      { ...RUNG, name: '720p', width: 320, height: 180 },
    ],
    audio: [ENGLISH],
    subtitles: [],
    storyboard: { intervalMs: 1000, tileWidth: 160, tileHeight: 90, columns: 5, rows: 5 },
    ffmpegArgs: [],
    estimate: { bytes: 0, segments: 0, objects: 0, diskBytes: 0 },
    warnings: [],
    ...rest,
  };
}

/** What the scanner says of a sound encode of the plan, as long as the source. */
export function segmentsOf(planned: Plan): ScannedSegment[] {
  const { grid } = planned;
  if (isCutList(grid)) throw new Error('these facts are made for a frame grid');
  const plan: GridPlan = { ...planned, grid };
  const { frameRate, segmentFrames } = plan.grid;
  const frames = Math.round((plan.source.durationMs / 1000) * (frameRate.num / frameRate.den));
  const count = Math.ceil(frames / segmentFrames);
  const indexes = Array.from({ length: count }, (_, index) => index);
  const lengthOf = (index: number) => Math.min(segmentFrames, frames - index * segmentFrames);
  return [
    ...plan.video.flatMap(({ name, width, height }) =>
      indexes.map((index) => {
        const facts = pictureFacts(plan, index, lengthOf(index));
        const known = SPS_OF[`${width}x${height}` as keyof typeof SPS_OF];
        const sps = plan.codec === 'h264' ? known : undefined;
        const withSps = { ...facts, sps: sps ?? writeSps(plan.codec, width, height) };
        return segment(plan, { name, index }, withSps);
      }),
    ),
    ...plan.audio.flatMap(({ name, channels }) =>
      indexes.map((index) =>
        segment(plan, { name, index }, soundFacts(plan, index, lengthOf(index), channels)),
      ),
    ),
  ];
}

function segment(
  { container }: Plan,
  { name, index }: Readonly<{ name: string; index: number }>,
  facts: SegmentFacts,
): ScannedSegment {
  const file = `seg_${String(index).padStart(5, '0')}.${container === 'fmp4' ? 'm4s' : 'ts'}`;
  return { rendition: name, index, path: `/films/work/${name}/${file}`, facts };
}

function pictureFacts({ grid, container }: GridPlan, index: number, frames: number): SegmentFacts {
  const ticks = (frame: number) =>
    wrapTicks(FIRST_PTS + Math.round((frame * 90_000 * grid.frameRate.den) / grid.frameRate.num));
  const first = index * grid.segmentFrames;
  const keys = Array.from({ length: Math.ceil(frames / grid.gopFrames) }, (_, number) => number);
  return {
    bytes: 188 * 1000 + 188 * index,
    isCutOff: false,
    kind: 'video',
    frames,
    firstPts: ticks(first),
    lastPts: ticks(first + frames - 1),
    firstDts: ticks(first - 2),
    lastDts: ticks(first + frames - 3),
    keyFrames: keys.map((number) => ({
      pts: ticks(first + number * grid.gopFrames),
      offset: 564 + number * 18_800,
      // In fMP4 only what a fragment begins with can be read alone.
      bytes: container === 'fmp4' && number > 0 ? 0 : 1880,
      isIdr: true,
    })),
    problems: [],
  };
}

/** AAC frames from 1024 samples before the film on, cut as ffmpeg does: at the first behind the cut. */
function soundFacts(plan: GridPlan, index: number, frames: number, channels: number): SegmentFacts {
  const { segmentFrames, frameRate } = plan.grid;
  const seconds = (pictures: number) => (pictures * frameRate.den) / frameRate.num;
  const startOf = (number: number) => Math.ceil((seconds(segmentFrames * number) * 48_000) / 1024);
  const first = startOf(index);
  const end =
    frames < segmentFrames
      ? Math.ceil(((seconds(segmentFrames * index) + seconds(frames)) * 48_000) / 1024) + 1
      : startOf(index + 1);
  const ticks = (frame: number) => FIRST_PTS - 1920 + frame * 1920;
  return {
    bytes: 188 * 100,
    isCutOff: false,
    kind: 'audio',
    frames: end - first,
    firstPts: ticks(first),
    lastPts: ticks(end - 1),
    firstDts: ticks(first),
    lastDts: ticks(end - 1),
    keyFrames: [],
    audio: { objectType: 2, sampleRateHz: 48_000, channels },
    problems: [],
  };
}

/** The film with one segment's facts changed. */
export function withFacts(
  segments: readonly ScannedSegment[],
  place: Readonly<{ rendition: string; index: number }>,
  change: (facts: SegmentFacts) => Partial<SegmentFacts>,
): ScannedSegment[] {
  return segments.map((item) =>
    item.rendition === place.rendition && item.index === place.index
      ? { ...item, facts: { ...item.facts, ...change(item.facts) } }
      : item,
  );
}

/** All of a segment's times moved. */
export function shifted(facts: SegmentFacts, ticks: number): SegmentFacts {
  const move = (pts = 0) => wrapTicks(pts + ticks);
  return {
    ...facts,
    firstPts: move(facts.firstPts),
    lastPts: move(facts.lastPts),
    firstDts: move(facts.firstDts),
    lastDts: move(facts.lastDts),
    keyFrames: facts.keyFrames.map((key) => ({ ...key, pts: move(key.pts) })),
  };
}
