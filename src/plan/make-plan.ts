import { IngestError } from '../errors.ts';
import type { Copyable } from '../model/coded-stream.ts';
import { isCutList } from '../model/grid.ts';
import type { Measured, SampledRates } from '../model/measured.ts';
import type { Plan } from '../model/plan.ts';
import type { Preset } from '../model/preset.ts';
import type { HdrChoice } from '../model/settings.ts';
import type { Source } from '../model/source.ts';
import type { SubtitleFile } from '../model/subtitle-file.ts';
import { type EncoderTrial, isVideoToolbox, type Toolchain } from '../model/toolchain.ts';
import { audioRenditions } from './audio-renditions.ts';
import { chooseBurn } from './choose-burn.ts';
import { copyWhatFits } from './copy-what-fits.ts';
import { estimate } from './estimate.ts';
import { fillSound } from './fill-sound.ts';
import { frameGrid } from './frame-grid.ts';
import { ladder } from './ladder.ts';
import { perTitle } from './per-title.ts';
import { pictureFilters } from './picture-filters.ts';
import { pictureWarnings } from './picture-warnings.ts';
import { recipeOf, revisionOf } from './revision.ts';
import { soundWarnings } from './sound-warnings.ts';
import { storyboardGrid } from './storyboard-grid.ts';
import { leftOutSubtitles, subtitleRenditions } from './subtitle-renditions.ts';
import { topRungWarning } from './top-rung-warning.ts';

/** A plan before its argument list and revision are known. */
export type PlanDraft = Omit<Plan, 'ffmpegArgs' | 'revision'>;

export type PlanRequest = Readonly<{
  slug: string;
  source: Source;
  preset: Preset;
  toolchain: Toolchain;
  /** Default: `tonemap`. */
  hdr?: HdrChoice | undefined;
  /** What of the film can be taken as it is; nothing when left out. */
  copyable?: Copyable;
  /** What a look at samples of the film showed; nothing when left out. */
  measured?: Measured;
  /** Found beside the film, or named by the user. */
  subtitleFiles?: readonly SubtitleFile[] | undefined;
  /** Number of the subtitle track to draw into the picture; 1 is the film's first. */
  burnSubtitle?: number | undefined;
  /** ffmpeg's arguments for a draft (`ffmpeg/encode/encode-args.ts`); passed in, as stages do not know one another. */
  encodeArgs: (draft: PlanDraft) => readonly string[];
}>;

/**
 * Decides everything about one encode. Pure: the same request gives the same plan. Throws `film` for
 * HDR that this ffmpeg cannot map and `usage` when no encoder works, or the subtitle to burn in cannot
 * be.
 */
export function makePlan(request: PlanRequest): Plan {
  const { slug, source, preset, toolchain, hdr } = request;
  const { subtitleFiles = [], burnSubtitle, measured = {} } = request;
  const trial = chooseEncoder(toolchain, preset);
  const tracks = source.subtitles;
  const burnt =
    burnSubtitle === undefined ? undefined : chooseBurn(burnSubtitle, { tracks, toolchain });
  const { grid, audio, copyReason, ...fitting } = copyWhatFits(
    {
      grid: frameGrid(source.video.frameRate, preset),
      video: ladder(source.video, preset),
      audio: fillSound(audioRenditions(source.audio, preset), source.durationMs),
    },
    { source, segmentSeconds: preset.segmentSeconds, copyable: copyableWith(burnt, request) },
  );
  const sampled = ratesIn(measured);
  const video = perTitle(fitting.video, { sampled, codec: preset.codec });
  const picture = pictureFilters({ video: source.video, toolchain, hdr: hdr ?? 'tonemap' });
  const texts = { files: subtitleFiles, tracks, burnt: burnt?.track };
  const subtitles = subtitleRenditions(texts);
  const storyboard = storyboardGrid(source.durationMs, smallest(video));
  const draft: PlanDraft = {
    slug,
    recipe: recipeOf({ fingerprint: source.fingerprint, preset, subtitleFiles, burnSubtitle }),
    preset: preset.name,
    container: preset.container,
    codec: preset.codec,
    source,
    encoder: encoderWith(trial, request),
    picture,
    copyReason,
    grid,
    isResumable:
      source.video.timeStamps === 'steady' && !isCutList(grid) && burnt?.kind !== 'picture',
    video,
    ...(measured.detail === undefined ? {} : { topDetail: measured.detail }),
    ...(sampled === undefined ? {} : { perTitle: sampled }),
    audio,
    subtitles,
    ...(burnt === undefined ? {} : { burnt }),
    storyboard,
    estimate: estimate({
      durationMs: source.durationMs,
      grid,
      video,
      audio,
      container: preset.container,
      usesCrf: !isVideoToolbox(trial.name),
      beside: { subtitles, storyboard, hasChapters: source.chapters.length > 0 },
    }),
    warnings: [
      ...pictureWarnings(source.video, picture),
      ...topRungWarning(video, measured.detail),
      ...perTitleWarnings(request, trial),
      ...soundWarnings(source, preset),
      ...warningsFor(source),
      ...leftOutSubtitles(texts),
    ],
  };
  const ffmpegArgs = request.encodeArgs(draft);
  const revision = revisionOf({
    recipe: draft.recipe,
    ffmpegVersion: toolchain.ffmpegVersion,
    args: ffmpegArgs.filter((argument) => argument !== `file:${source.path}`),
  });
  return { ...draft, ffmpegArgs, revision };
}

function ratesIn({ sampled }: Measured): SampledRates | undefined {
  return sampled === undefined || 'objection' in sampled ? undefined : sampled;
}

/** Where bit rates by the film were asked for and there are none. */
function perTitleWarnings({ preset, measured }: PlanRequest, { name }: EncoderTrial): string[] {
  if (preset.perTitle !== true) return [];
  if (!isVideoToolbox(name)) {
    return [
      `--per-title changes nothing here: ${name} works at constant quality and gives each film what it needs anyway. It counts where VideoToolbox encodes.`,
    ];
  }
  const sampled = measured?.sampled;
  if (sampled === undefined || !('objection' in sampled)) return [];
  return [`The bit rates are the preset's own, not made for the film: ${sampled.objection}.`];
}

const NOTHING: Copyable = { picture: { objection: 'nobody asked for more' }, sounds: [] };

/** What is drawn into the picture has to be encoded. */
function copyableWith(
  burnt: Plan['burnt'],
  { copyable = NOTHING }: Pick<PlanRequest, 'copyable'>,
): Copyable {
  if (burnt === undefined || 'objection' in copyable.picture) return copyable;
  return { ...copyable, picture: { objection: 'a subtitle is drawn into it' } };
}

/** Rungs stand from the smallest to the largest, and there is one. */
function smallest(video: Plan['video']): Plan['video'][number] {
  const [rung] = video;
  if (rung === undefined) throw new Error('a ladder without a rung');
  return rung;
}

function chooseEncoder(toolchain: Toolchain, { name, codec }: Preset): EncoderTrial {
  const trial = toolchain.encoders.find((encoder) => encoder.works);
  if (trial !== undefined) return trial;
  throw new IngestError('usage', {
    what: `this ffmpeg has no ${codec === 'hevc' ? 'HEVC' : 'H.264'} encoder that works, and the preset ${name} needs one`,
    why: toolchain.encoders.map((encoder) => `${encoder.name}: ${encoder.detail}`).join('; '),
    fix: `Install an ffmpeg with ${codec === 'hevc' ? 'libx265' : 'libx264'}, then run: movie-ingest doctor`,
    isOfThisMachine: true,
  });
}

function encoderWith(
  trial: EncoderTrial,
  { toolchain, preset }: Pick<PlanRequest, 'toolchain' | 'preset'>,
): Plan['encoder'] {
  return {
    name: trial.name,
    reason: reasonFor(trial, toolchain),
    ffmpegVersion: toolchain.ffmpegVersion,
    x264Preset: preset.x264Preset,
    options: trial.options,
    ...(trial.bFrames === undefined ? {} : { bFrames: trial.bFrames }),
  };
}

/** Why this encoder, and why not the one before it. */
function reasonFor(trial: EncoderTrial, toolchain: Toolchain): string {
  const passedOver = toolchain.encoders
    .slice(0, toolchain.encoders.indexOf(trial))
    .map((encoder) => `${encoder.name} not used: ${encoder.detail}`);
  return [trial.detail, ...passedOver].join('; ');
}

function warningsFor(source: Source): readonly string[] {
  const warnings: string[] = [];
  if (source.video.timeStamps === 'jumping') {
    warnings.push('Its time stamps jump, as in joined recordings: ffmpeg makes new ones.');
  }
  if (source.programmes !== undefined) {
    warnings.push(
      `The recording holds ${source.programmes} programmes: the one with the largest picture is taken, with its own sound.`,
    );
  }
  return warnings;
}
