import { IngestError } from '../errors.ts';
import type { Copyable } from '../model/coded-stream.ts';
import { isCutList } from '../model/grid.ts';
import type { Plan } from '../model/plan.ts';
import type { Preset } from '../model/preset.ts';
import type { HdrChoice } from '../model/settings.ts';
import type { Source } from '../model/source.ts';
import { type EncoderTrial, isVideoToolbox, type Toolchain } from '../model/toolchain.ts';
import { audioRenditions } from './audio-renditions.ts';
import { copyWhatFits } from './copy-what-fits.ts';
import { estimate } from './estimate.ts';
import { frameGrid } from './frame-grid.ts';
import { ladder } from './ladder.ts';
import { pictureFilters } from './picture-filters.ts';
import { pictureWarnings } from './picture-warnings.ts';
import { recipeOf, revisionOf } from './revision.ts';
import { soundWarnings } from './sound-warnings.ts';

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
  /** ffmpeg's arguments for a draft (`ffmpeg/encode-args.ts`); passed in, as stages do not know one another. */
  encodeArgs: (draft: PlanDraft) => readonly string[];
}>;

/**
 * Decides everything about one encode. Pure: the same request gives the same plan. Throws `film` for
 * HDR that this ffmpeg cannot map and `usage` when no encoder works.
 */
export function makePlan(request: PlanRequest): Plan {
  const { slug, source, preset, toolchain, hdr } = request;
  const trial = chooseEncoder(toolchain, preset);
  const { grid, video, audio, copyReason } = copyWhatFits(
    {
      grid: frameGrid(source.video.frameRate, preset),
      video: ladder(source.video, preset),
      audio: audioRenditions(source.audio, preset),
    },
    { source, segmentSeconds: preset.segmentSeconds, copyable: request.copyable ?? NOTHING },
  );
  const picture = pictureFilters({ video: source.video, toolchain, hdr: hdr ?? 'tonemap' });
  const draft: PlanDraft = {
    slug,
    recipe: recipeOf({ fingerprint: source.fingerprint, preset }),
    preset: preset.name,
    container: preset.container,
    codec: preset.codec,
    source,
    encoder: {
      name: trial.name,
      reason: reasonFor(trial, toolchain),
      ffmpegVersion: toolchain.ffmpegVersion,
      x264Preset: preset.x264Preset,
      options: trial.options,
      ...(trial.bFrames === undefined ? {} : { bFrames: trial.bFrames }),
    },
    picture,
    copyReason,
    grid,
    isResumable: source.video.timeStamps === 'steady' && !isCutList(grid),
    video,
    audio,
    estimate: estimate({
      durationMs: source.durationMs,
      grid,
      video,
      audio,
      container: preset.container,
      usesCrf: !isVideoToolbox(trial.name),
    }),
    warnings: [
      ...pictureWarnings(source.video, picture),
      ...soundWarnings(source, preset),
      ...warningsFor(source),
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

const NOTHING: Copyable = { picture: { objection: 'nobody asked for more' }, sounds: [] };

function chooseEncoder(toolchain: Toolchain, { name, codec }: Preset): EncoderTrial {
  const trial = toolchain.encoders.find((encoder) => encoder.works);
  if (trial !== undefined) return trial;
  throw new IngestError('usage', {
    what: `this ffmpeg has no ${codec === 'hevc' ? 'HEVC' : 'H.264'} encoder that works, and the preset ${name} needs one`,
    why: toolchain.encoders.map((encoder) => `${encoder.name}: ${encoder.detail}`).join('; '),
    fix: `Install an ffmpeg with ${codec === 'hevc' ? 'libx265' : 'libx264'}, then run: movie-ingest doctor`,
  });
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
  if (source.subtitles.length > 0) {
    warnings.push(`${source.subtitles.length} subtitle track(s) are left out: not supported yet.`);
  }
  return warnings;
}
