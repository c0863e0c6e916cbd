import { formatRunningTime } from '../lib/format-running-time.ts';
import { isCutList, segmentStartSeconds } from '../model/grid.ts';
import type { AudioRendition, Plan } from '../model/plan.ts';
import type { Collected, CollectedFilm } from './collect-renditions.ts';

/** Below this, sound of another length than told is rounding (ffmpeg-hls.md §5.1 (2), with room). */
const SOUND_SLACK_SECONDS = 2;

export type Finding = Readonly<{ problems: readonly string[]; warnings: readonly string[] }>;

/** Seconds from the first to the last moment of a rendition. */
export function durationOf(rendition: Collected<unknown>): number {
  return rendition.segments.reduce((total, { durationSeconds }) => total + durationSeconds, 0);
}

/**
 * All video renditions are cut at the same pictures (RFC 8216 §6.2.4): each segment is on the grid by
 * itself already, so what is left to differ is their number, the length of the last, and a tick.
 */
export function checkAlignment(plan: Plan, { video }: CollectedFilm): readonly string[] {
  const [reference, ...others] = video;
  if (reference === undefined) return [];
  const { length } = reference.segments;
  if (isCutList(plan.grid) && length !== plan.grid.segments.length) {
    return [
      `${reference.planned.name} has ${length} segments instead of ${plan.grid.segments.length}`,
    ];
  }
  return others.flatMap(({ planned, segments }) => {
    const expected = reference.segments;
    const name = reference.planned.name;
    if (segments.length !== expected.length) {
      return [
        `${planned.name} has ${segments.length} segments, but ${name} has ${expected.length}`,
      ];
    }
    const odd = segments.findIndex(({ facts }, index) => {
      const twin = expected[index]?.facts;
      return facts.frames !== twin?.frames || facts.firstPts !== twin.firstPts;
    });
    return odd < 0 ? [] : [`${planned.name} segment ${odd} is cut elsewhere than that of ${name}`];
  });
}

/**
 * The picture lasts as long as the source says: the one thing that shows a truncated film, as ffmpeg
 * exits 0 with half of it (reliability.md §2.1). Tolerance: 0.5 s, as containers count the last picture
 * or not; 0.5 % for headers that are estimates; but never 10 s, so that two whole segments can never be
 * lost unseen from a long film. Where the source's time stamps jump its length is no measure: two
 * joined recordings claim the length of one, one with a hole claims the hole (performance.md §1.6).
 * `lostSeconds` of a damaged film may be missing, or be filled.
 */
export function checkDuration(plan: Plan, film: CollectedFilm, lostSeconds: number): Finding {
  const [first] = film.video;
  if (first === undefined) return { problems: [], warnings: [] };
  // A copied picture that begins late is not padded, as an encoded one is.
  const expected = plan.source.durationMs / 1000 - segmentStartSeconds(plan.grid, 0);
  const tolerance = Math.max(0.5, Math.min(expected * 0.005, 10)) + lostSeconds;
  const difference = durationOf(first) - expected;
  if (Math.abs(difference) <= tolerance) return { problems: [], warnings: [] };
  const side = difference < 0 ? 'less' : 'more';
  const text =
    `the film lasts ${formatRunningTime(plan.source.durationMs)} by its own account, ` +
    `but ${Math.abs(difference).toFixed(1)} s ${side} were encoded`;
  return plan.picture.keepTimeStamps
    ? { problems: [text], warnings: [] }
    : { problems: [], warnings: [text] };
}

/**
 * Sound against the source. Apple 8.3 wants sound and picture equally long, but a film's sound may
 * truly end before its picture or outlast it, so it is held against what the file says of its tracks.
 * Sound that stops long before its end is a decoder that gave up (one error line, exit 0): refused,
 * as a warning in a nightly log would not keep that film from viewers. Where the file says nothing,
 * only the default track is refused, when it stops within the first half of the picture.
 */
export function checkSoundLength(film: CollectedFilm, lostSeconds: number): Finding {
  const [first] = film.video;
  if (first === undefined) return { problems: [], warnings: [] };
  const picture = durationOf(first);
  const found = film.audio.map((audio) => soundFinding(audio, picture, lostSeconds));
  return {
    problems: found.flatMap(({ problems }) => problems),
    warnings: found.flatMap(({ warnings }) => warnings),
  };
}

function soundFinding(
  audio: Collected<AudioRendition>,
  picture: number,
  lostSeconds: number,
): Finding {
  const { name, endMs, fillMs = 0, isDefault } = audio.planned;
  const seconds = durationOf(audio);
  const expected = endMs === undefined ? picture : (endMs + fillMs) / 1000;
  const missing = expected - seconds;
  const slack = soundSlack(expected) + lostSeconds;
  const told = `${name} has ${seconds.toFixed(1)} s of sound, ${expected.toFixed(1)} s were to be expected`;
  const isBroken =
    endMs === undefined
      ? isDefault && seconds + lostSeconds < picture / 2 - SOUND_SLACK_SECONDS
      : missing > slack;
  if (isBroken) return { problems: [told], warnings: [] };
  const isOdd = Math.abs(missing) > slack;
  return { problems: [], warnings: isOdd ? [told] : [] };
}

/** Files round, and decoders add or drop a few frames at both ends. */
function soundSlack(seconds: number): number {
  return Math.max(SOUND_SLACK_SECONDS, seconds * 0.005);
}
