import { commonRanges, joinRanges, type TimeRange } from '../../lib/time-ranges.ts';
import type { BadRange } from '../../model/damage.ts';
import type { Source } from '../../model/source.ts';
import type { TrackSurvey } from './packet-survey.ts';
import type { FilmSurvey } from './survey-packets.ts';

/**
 * Where picture and sound are silent together for this long, something was there: a camera of varying
 * rate rests its picture, a player of music its sound, no film both.
 */
const SHORTEST_HOLE_MS = 500;

/** In a film joined of several recordings a longer leap is the time between them. */
const LONGEST_HOLE_AT_A_SEAM_MS = 600_000;

/** Files round, and decoders add or drop a few frames at both ends. */
const SOUND_SLACK_MS = 2_000;

/**
 * Where the film's packets do not fill the time that its header names, from what a survey found. Pure.
 * The end of the picture is held against the header with the tolerance of the gate; not so where the
 * time stamps jump, as such a film's length is a guess (performance.md §1.6).
 */
export function findMissing(source: Source, survey: FilmSurvey): readonly BadRange[] {
  const { picture, audio } = survey;
  const isJoined = source.video.timeStamps === 'jumping';
  if (picture === undefined) return [{ kind: 'missing', startMs: 0, endMs: source.durationMs }];
  const holes = findHoles(picture, audio).filter(
    ({ startMs, endMs }) => !isJoined || endMs - startMs <= LONGEST_HOLE_AT_A_SEAM_MS,
  );
  const found: readonly BadRange[] = [
    ...holes.map((range) => ({ kind: 'missing' as const, ...range })),
    ...(survey.isBroken && !isJoined ? findLosses(picture, audio, holes) : []),
    ...(isJoined ? [] : findWrongEnds(source, survey)),
  ];
  return found.toSorted((a, b) => a.startMs - b.startMs);
}

/** Nothing at all is there. Without sound a picture that rests cannot be told from one that is lost. */
function findHoles(
  picture: TrackSurvey,
  audio: readonly (TrackSurvey | undefined)[],
): readonly TimeRange[] {
  const sound = audio.filter((track) => track !== undefined);
  if (sound.length === 0) return [];
  const silent = sound.map((track) => [
    { startMs: Number.NEGATIVE_INFINITY, endMs: track.startMs },
    ...track.gaps,
    { startMs: track.endMs, endMs: Number.POSITIVE_INFINITY },
  ]);
  const common = silent.reduce<readonly TimeRange[]>(
    (holes, gaps) => commonRanges(holes, joinRanges(gaps, 0)),
    picture.gaps,
  );
  return common.filter(({ startMs, endMs }) => endMs - startMs > SHORTEST_HOLE_MS);
}

/** The demuxer said that it lost its way: then a gap in one track alone is a loss too. */
function findLosses(
  picture: TrackSurvey,
  audio: readonly (TrackSurvey | undefined)[],
  holes: readonly TimeRange[],
): readonly BadRange[] {
  const isNew = (gap: TimeRange) => commonRanges([gap], holes).length === 0;
  return [
    ...picture.gaps.filter(isNew).map((gap) => ({ kind: 'picture' as const, ...gap })),
    ...audio.flatMap((track) =>
      (track?.gaps ?? []).filter(isNew).map((gap) => ({ kind: 'sound' as const, ...gap })),
    ),
  ];
}

function findWrongEnds(
  source: Source,
  { picture, audio, isCutOff }: FilmSurvey,
): readonly BadRange[] {
  const { durationMs } = source;
  const endMs = picture?.endMs ?? 0;
  const slackMs = Math.max(500, Math.min(durationMs * 0.005, 10_000));
  const overlapMs = picture?.overlapMs ?? 0;
  return [
    // A film behind the film: its pictures come at times that are taken, and would be left out.
    ...(overlapMs > 0
      ? [{ kind: 'beyond' as const, startMs: durationMs, endMs: durationMs + overlapMs }]
      : []),
    // Nobody knows how much.
    ...(isCutOff ? [{ kind: 'missing' as const, startMs: endMs, endMs: endMs + 1_000 }] : []),
    ...(durationMs - endMs > slackMs
      ? [{ kind: 'missing' as const, startMs: endMs, endMs: durationMs }]
      : []),
    ...(endMs - durationMs > slackMs
      ? [{ kind: 'beyond' as const, startMs: durationMs, endMs }]
      : []),
    ...source.audio.flatMap((track, index) => {
      const reachedMs = audio[index]?.endMs ?? 0;
      const toldMs = track.endMs ?? 0;
      if (toldMs - reachedMs <= Math.max(SOUND_SLACK_MS, toldMs * 0.005)) return [];
      return [{ kind: 'sound' as const, startMs: reachedMs, endMs: toldMs }];
    }),
  ];
}
