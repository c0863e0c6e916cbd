import { IngestError } from '../errors.ts';
import { type BadRange, badMs } from '../model/damage.ts';
import type { Package, PackagedSubtitle } from '../model/package.ts';
import type { Plan, VideoRendition } from '../model/plan.ts';
import { isVideoToolbox } from '../model/toolchain.ts';
import { buildPackage } from './build-package.ts';
import { checkAlignment, checkDuration, checkSoundLength, durationOf } from './check-film.ts';
import { checkPlaylists } from './check-playlists.ts';
import { checkReferences } from './check-references.ts';
import { checkAudio, checkVideo } from './check-rendition.ts';
import { checkSubtitles } from './check-subtitles.ts';
import {
  type Collected,
  type CollectedFilm,
  collectRenditions,
  type ScannedSegment,
} from './collect-renditions.ts';

export type GateInput = Readonly<{
  plan: Plan;
  /** Every segment of the encode, in any order. Bodies are not looked at. */
  segments: readonly ScannedSegment[];
  /** The folder that the master will point at: `plan.revision`, or `r-…-2` for a forced repeat. */
  revision: string;
  /** What of the source is lost, and allowed to be: by so much may the film be shorter or longer. */
  damage?: readonly BadRange[];
  /** Those of the planned ones that have anything in them. */
  subtitles?: readonly PackagedSubtitle[];
}>;

/** `warnings`: what is allowed but odd, one line each. */
export type GatedPackage = Package & Readonly<{ warnings: readonly string[] }>;

/** How many problems of one film are told. */
const MAX_TOLD = 5;

/**
 * The one way from segments to a Package: every check of ffmpeg-hls.md §5.1 (1–5) on what was measured
 * in the bytes, whatever ffmpeg's exit code was. Pure and repeatable. Throws IngestError (`encode`)
 * that names the rendition, the segment and its time; nothing is written then. The playlists that it
 * writes are read back and held against the segments (docs/conformance.md). What it cannot see is
 * damage inside the coded pictures: that takes a decoder (§5.1, 7).
 */
export function gate(input: GateInput): GatedPackage {
  const { plan, segments, revision, damage = [], subtitles = [] } = input;
  const slackSeconds = badMs(damage) / 1000;
  const { film, problems } = collectRenditions(plan, segments);
  refuse(problems, AGAIN);
  refuse(
    [
      ...film.video.flatMap((rendition) => checkVideo(plan, rendition)),
      ...film.audio.flatMap((rendition) => checkAudio(plan, rendition)),
      ...checkAlignment(plan, film),
    ],
    AGAIN,
  );
  const lengths = [checkDuration(plan, film, slackSeconds), checkSoundLength(film, slackSeconds)];
  refuse(
    lengths.flatMap((finding) => finding.problems),
    LOOK_AT_FILM,
  );
  const built = buildPackage({ plan, revision, film, subtitles });
  refuse(checkSubtitles(plan, subtitles, built.durationSeconds), AGAIN);
  refuse(checkPlaylists(built), REPORT);
  refuse(checkReferences(built, { revision, container: plan.container }), REPORT);
  const told = lengths.flatMap((finding) => finding.warnings);
  return { ...built, warnings: [...told, ...findOddRates(plan, film, built)] };
}

const AGAIN =
  'Nothing was published. See that the disk has room, then run the same command again; if this comes back, try `--encoder libx264` (HEVC: libx265).';
const REPORT =
  'Nothing was published. This is a fault in movie-ingest itself: please open an issue with this message.';
const LOOK_AT_FILM =
  'Nothing was published. Play the film to its end: it may be damaged or only partly copied. Get a whole copy and run the same command again.';

function refuse(problems: readonly string[], fix: string): void {
  const [first, ...others] = problems;
  if (first === undefined) return;
  const told = others.slice(0, MAX_TOLD - 1);
  const rest = others.length - told.length;
  throw new IngestError('encode', {
    what: `the encoded film is not as planned: ${first}`,
    why: [...told, ...(rest > 0 ? [`and ${rest} more`] : [])].join('; ') || WHY,
    fix,
  });
}

const WHY = 'ffmpeg does not always say when it fails; the segments themselves show it';

/** Where VideoToolbox falls so far below its target that the picture suffers. */
const MIN_SHARE_OF_TARGET = 0.4;
/** Apple 1.30. Below a minute the average says nothing. */
const MAX_PEAK_TO_AVERAGE = 2;
const MIN_SECONDS_FOR_PEAK = 60;

/** Rates that viewers may notice (ffmpeg-hls.md §5.1, 6): told, as the pictures are all there. */
function findOddRates(plan: Plan, film: CollectedFilm, built: Package): readonly string[] {
  const uneven = built.variants
    .filter(({ bandwidth, averageBandwidth }) => bandwidth > averageBandwidth * MAX_PEAK_TO_AVERAGE)
    .map(({ name }) => name);
  return [
    ...(uneven.length > 0 && built.durationSeconds >= MIN_SECONDS_FOR_PEAK
      ? [`the bit rate of ${uneven.join(', ')} peaks above twice its average`]
      : []),
    // x264 is given a quality, not a rate: an easy film is meant to fall far below the average.
    ...(isVideoToolbox(plan.encoder.name)
      ? film.video.filter(({ planned }) => planned.isCopied !== true).flatMap(findUndershoot)
      : []),
  ];
}

function findUndershoot(rendition: Collected<VideoRendition>): readonly string[] {
  const { name, averageKbps } = rendition.planned;
  const bytes = rendition.segments.reduce((total, { facts }) => total + facts.bytes, 0);
  const kbps = (bytes * 8) / 1000 / durationOf(rendition);
  if (kbps >= averageKbps * MIN_SHARE_OF_TARGET) return [];
  return [`${name} has ${Math.round(kbps)} kb/s on average, ${averageKbps} were asked for`];
}
