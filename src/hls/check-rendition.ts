import { formatRunningTime } from '../lib/format-running-time.ts';
import { readSps } from '../lib/read-sps.ts';
import { TICKS_PER_SECOND, ticksBetween } from '../lib/ticks.ts';
import { isCutList, segmentStartSeconds, targetSeconds } from '../model/grid.ts';
import {
  type AudioRendition,
  FIRST_PTS,
  type Grid,
  type Plan,
  type VideoRendition,
} from '../model/plan.ts';
import type { SegmentFacts } from '../model/segment.ts';
import { checkSegment } from './check-segment.ts';
import type { Collected, CollectedSegment } from './collect-renditions.ts';
import { lengthOf } from './measure-segments.ts';

/** Apple 7.7: a segment may outlast the planned target by this. */
const TARGET_SLACK_SECONDS = 0.5;

/** Encoders of AAC begin with priming, which lies before the film: ffmpeg's 1024 samples, Apple's 2112. */
const MAX_PRIMING_SAMPLES = 2112;

/** What the ear does not take for out of sync, and what `aresample=async` leaves alone (0.1 s). */
const SOUND_SLACK_SECONDS = 0.2;

/** Everything that can be wrong with one video rendition by itself; each text names the place. */
export function checkVideo(plan: Plan, rendition: Collected<VideoRendition>): readonly string[] {
  const { planned, segments } = rendition;
  return [
    ...checkEach(plan, rendition, 'video'),
    ...eachSegment(plan, rendition, ({ facts }) => {
      const first = segments[0]?.facts.sps;
      return facts.sps !== first ? 'has another sequence parameter set than segment 0' : undefined;
    }),
    ...checkSize(planned, segments[0]),
    ...checkDecodingOrder(plan, rendition),
    ...checkLengths(plan, rendition),
  ];
}

/** The same for an audio rendition. */
export function checkAudio(plan: Plan, rendition: Collected<AudioRendition>): readonly string[] {
  return [
    ...checkEach(plan, rendition, 'audio'),
    ...eachSegment(plan, rendition, ({ facts }) => checkFormat(rendition.planned, facts)),
    ...eachSegment(plan, rendition, ({ facts }, index) =>
      checkSoundStart(plan, facts, rendition.segments[index - 1]),
    ),
    ...checkDecodingOrder(plan, rendition),
    ...checkLengths(plan, rendition),
  ];
}

function checkEach(
  plan: Plan,
  rendition: Collected<Readonly<{ name: string }>>,
  kind: 'video' | 'audio',
): readonly string[] {
  const isLast = (index: number) => index === rendition.segments.length - 1;
  return eachSegment(plan, rendition, ({ facts }, index) => {
    const { grid } = plan;
    const { verdict, problems } = checkSegment({ facts, kind, grid, index, isLast: isLast(index) });
    if (verdict === 'sound') return undefined;
    return `${problems.join(', ')}${verdict === 'no space' ? ' (was the disk full?)' : ''}`;
  });
}

/** A picture of another size means that a rendition holds the segments of another. */
function checkSize(
  planned: VideoRendition,
  first: CollectedSegment | undefined,
): readonly string[] {
  if (first?.facts.sps === undefined) return [];
  const sps = readSps(first.facts.sps);
  if (sps === undefined)
    return [`${planned.name} has a sequence parameter set that makes no sense`];
  if (sps.bitDepth !== 8 || sps.chroma !== 1) {
    return [`${planned.name} has pictures that are not 8-bit 4:2:0`];
  }
  if (sps.width === planned.width && sps.height === planned.height) return [];
  return [
    `${planned.name} has pictures of ${sps.width}×${sps.height} instead of ${planned.width}×${planned.height}`,
  ];
}

/** What every player takes (Apple 2.3); HE-AAC is for far fewer bits (2.4). */
const AAC_LC = 2;

function checkFormat(planned: AudioRendition, facts: SegmentFacts): string | undefined {
  const { audio } = facts;
  if (audio === undefined) return undefined; // told by checkEach
  if (audio.objectType !== AAC_LC) return 'has sound that is not AAC-LC';
  if (audio.sampleRateHz !== planned.sampleRateHz) {
    return `has sound of ${audio.sampleRateHz} Hz instead of ${planned.sampleRateHz}`;
  }
  if (audio.channels !== planned.channels) {
    return `has ${audio.channels} channels instead of ${planned.channels}`;
  }
  return undefined;
}

/** The first segment begins with the film, each other one where the one before it ends. */
function checkSoundStart(
  plan: Plan,
  facts: SegmentFacts,
  before: CollectedSegment | undefined,
): string | undefined {
  if (facts.firstPts === undefined) return undefined;
  if (before === undefined) {
    const lateSeconds = ticksBetween(FIRST_PTS, facts.firstPts) / TICKS_PER_SECOND;
    const primingSeconds = MAX_PRIMING_SAMPLES / (facts.audio?.sampleRateHz ?? 48_000);
    if (lateSeconds >= -primingSeconds && lateSeconds <= SOUND_SLACK_SECONDS) return undefined;
    return `begins ${lateSeconds.toFixed(3)} s after the film`;
  }
  if (before.facts.firstPts === undefined) return undefined;
  const passed = ticksBetween(before.facts.firstPts, facts.firstPts) / TICKS_PER_SECOND;
  const gap = passed - lengthOf(before.facts, plan.grid.frameRate);
  if (Math.abs(gap) <= SOUND_SLACK_SECONDS) return undefined;
  return `begins ${gap.toFixed(3)} s after the end of the one before it`;
}

function checkDecodingOrder(
  plan: Plan,
  rendition: Collected<Readonly<{ name: string }>>,
): readonly string[] {
  return eachSegment(plan, rendition, ({ facts }, index) => {
    const { lastDts, endDts } = rendition.segments[index - 1]?.facts ?? {};
    if (lastDts === undefined || facts.firstDts === undefined) return undefined;
    // To the tick that rounding costs.
    if (endDts !== undefined && Math.abs(ticksBetween(endDts, facts.firstDts)) > 1) {
      return 'begins elsewhere than the one before it ends (tfdt)';
    }
    if (ticksBetween(lastDts, facts.firstDts) > 0) return undefined;
    return 'begins before the one before it ends (DTS)';
  });
}

function checkLengths(
  plan: Plan,
  rendition: Collected<Readonly<{ name: string }>>,
): readonly string[] {
  const target = targetSeconds(plan.grid);
  return eachSegment(plan, rendition, ({ durationSeconds }) => {
    if (durationSeconds > 0 && durationSeconds <= target + TARGET_SLACK_SECONDS) return undefined;
    return `lasts ${durationSeconds.toFixed(3)} s, where ${target} s were planned`;
  });
}

/**
 * Puts the place in front of each problem: `720p segment 3 (seg_00003.ts, at 0:18) …`. The time is that
 * of the plan: where something is wrong, measured lengths are not to be added up.
 */
function eachSegment(
  plan: Plan,
  rendition: Collected<Readonly<{ name: string }>>,
  check: (segment: CollectedSegment, index: number) => string | undefined,
): readonly string[] {
  return rendition.segments.flatMap((segment, index) => {
    const problem = check(segment, index);
    if (problem === undefined) return [];
    const time = formatRunningTime(1000 * placeOf(plan.grid, segment.facts.kind, index));
    return [`${rendition.planned.name} segment ${index} (${segment.file}, at ${time}) ${problem}`];
  });
}

/** Sound is cut every few seconds, at the nearest of its frames, wherever the picture is cut. */
function placeOf(grid: Grid, kind: SegmentFacts['kind'], index: number): number {
  if (kind === 'audio' && isCutList(grid)) return index * grid.segmentSeconds;
  return segmentStartSeconds(grid, index);
}
