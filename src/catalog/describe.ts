import { basename } from 'node:path';
import { cleanText } from '../lib/clean-text.ts';
import { formatClock } from '../lib/format-clock.ts';
import type { BadRange } from '../model/damage.ts';
import { targetSeconds } from '../model/grid.ts';
import type { Loudness } from '../model/loudness.ts';
import type { Movie, PipelineFields } from '../model/movie.ts';
import type { Package, VariantFacts } from '../model/package.ts';
import type { Plan } from '../model/plan.ts';
import type { Quality } from '../model/quality.ts';
import { toNumber } from '../model/rational.ts';
import type { Store } from '../model/store.ts';
import { describeAspectRatio } from './describe-aspect-ratio.ts';
import type { FilmNames } from './name-film.ts';

export type PublishedFacts = Readonly<{
  store: Pick<Store, 'kind' | 'bucket' | 'publicBaseUrl'>;
  /** `videos/<slug>/`. */
  prefix: string;
  hlsUrl: string;
  thumbnailUrl: string;
  /** All of this film in the store: segments, playlists, poster, manifest, master. */
  objects: number;
  bytes: number;
}>;

export type DescribeOptions = Readonly<{
  plan: Plan;
  package: Package;
  /** What of the source is lost. */
  damage?: readonly BadRange[];
  published: PublishedFacts;
  names: FilmNames;
  /** `1.2.0`. */
  toolVersion: string;
  ingestedAt: Date;
  /** Slug under which the same film is in already, when the user wants it twice. */
  duplicateOf?: string | undefined;
}>;

/**
 * The document of one film (DESIGN §5 and catalog-sync-scale.md §1.4) from what was planned, measured
 * and published. Pure: the same facts give the same document, whose texts are clean and whose numbers
 * are rounded, so that a second run finds nothing to change.
 */
export function describe(options: DescribeOptions): Movie {
  const { plan, published, names, ingestedAt } = options;
  const pipeline: PipelineFields = {
    schema_version: 1,
    status: 'ready',
    revision: plan.revision,
    thumbnail_url: published.thumbnailUrl,
    hls_url: published.hlsUrl,
    metadata: describeMetadata(options),
    renditions: describeRenditions(options),
    audio_tracks: describeAudio(options),
    subtitles: describeSubtitles(options),
    chapters: plan.source.chapters.map((chapter) => ({
      start_seconds: thousandths(chapter.startMs / 1_000),
      end_seconds: thousandths(chapter.endMs / 1_000),
      ...(chapter.title === undefined ? {} : { title: clean(chapter.title) }),
    })),
    ...(plan.source.chapters.length === 0
      ? {}
      : { chapters_url: fileUrl(options, 'chapters.vtt') }),
    ...describeStoryboard(options),
    storage: {
      provider: published.store.kind,
      ...(published.store.bucket === undefined ? {} : { bucket: published.store.bucket }),
      prefix: published.prefix,
      public_base_url: published.store.publicBaseUrl,
      objects: published.objects,
      bytes: published.bytes,
    },
    source: describeSource(options),
    encoder: {
      tool: `movie-ingest/${options.toolVersion}`,
      ffmpeg: clean(plan.encoder.ffmpegVersion),
      preset: plan.preset,
      video_encoder: plan.encoder.name,
      video_encoder_reason: clean(plan.encoder.reason),
      copy_reason: clean(plan.copyReason),
      recipe: plan.recipe,
    },
  };
  return { slug: plan.slug, pipeline, ...names, ingestedAt };
}

function describeMetadata(options: DescribeOptions): PipelineFields['metadata'] {
  const { plan, package: film } = options;
  const largest = variantsOf(options).at(-1);
  if (largest === undefined) throw new Error('a plan without a video rendition');
  return {
    duration: formatClock(film.durationSeconds),
    resolutions: plan.video.map(({ name }) => name),
    codec: plan.codec,
    duration_seconds: thousandths(film.durationSeconds),
    ...(plan.audio.length > 0 ? { audio_codec: 'aac' as const } : {}),
    width: largest.width,
    height: largest.height,
    fps: frameRate(plan),
    aspect_ratio: describeAspectRatio(plan.source.video.width, plan.source.video.height),
    hdr: false,
    segment_seconds: targetSeconds(plan.grid),
    segment_format: plan.container === 'fmp4' ? 'fmp4' : 'ts',
    size_bytes: film.bytes,
  };
}

function describeRenditions(options: DescribeOptions): PipelineFields['renditions'] {
  return variantsOf(options).map((variant) => ({
    name: variant.name,
    width: variant.width,
    height: variant.height,
    bandwidth: variant.bandwidth,
    average_bandwidth: variant.averageBandwidth,
    codecs: variant.codecs,
    frame_rate: frameRate(options.plan),
    url: playlistUrl(options, variant.name),
    size_bytes: variant.bytes,
    segments: variant.segments,
    ...copiedMark(options.plan.video, variant.name),
    ...describeQuality(options.package.quality?.get(variant.name)),
  }));
}

type RenditionFields = PipelineFields['renditions'][number];

function describeQuality(measured: Quality | undefined): Pick<RenditionFields, 'quality'> {
  return measured === undefined
    ? {}
    : { quality: { vmaf: measured.vmaf, vmaf_p5: measured.vmafP5 } };
}

function describeAudio(options: DescribeOptions): PipelineFields['audio_tracks'] {
  return options.plan.audio.map((track) => ({
    language: clean(track.language),
    label: clean(track.label),
    channels: track.channels,
    codec: 'aac',
    default: track.isDefault,
    role: track.role,
    ...describeLoudness(options.package.loudness?.get(track.name)),
    url: playlistUrl(options, track.name),
    ...copiedMark(options.plan.audio, track.name),
  }));
}

type AudioFields = PipelineFields['audio_tracks'][number];

function describeLoudness(measured: Loudness | undefined): Pick<AudioFields, 'loudness'> {
  if (measured === undefined) return {};
  const { integratedLufs, rangeLu, truePeakDbtp } = measured;
  return {
    loudness: {
      integrated_lufs: integratedLufs,
      range_lu: rangeLu,
      ...(truePeakDbtp === undefined ? {} : { true_peak_dbtp: truePeakDbtp }),
    },
  };
}

function copiedMark(
  renditions: readonly Readonly<{ name: string; isCopied?: true }>[],
  name: string,
): { copied?: true } {
  return renditions.find((rendition) => rendition.name === name)?.isCopied ? { copied: true } : {};
}

function describeSubtitles(options: DescribeOptions): PipelineFields['subtitles'] {
  return options.package.subtitles.map((subtitle) => ({
    language: clean(subtitle.language),
    label: clean(subtitle.label),
    // As HTML has it: captions are for those who cannot hear.
    kind: subtitle.isSdh ? 'captions' : 'subtitles',
    forced: subtitle.isForced,
    default: subtitle.isDefault,
    format: 'vtt',
    url: fileUrl(options, `${subtitle.name}/subtitles.vtt`),
    playlist_url: playlistUrl(options, subtitle.name),
  }));
}

function describeStoryboard(options: DescribeOptions): Pick<PipelineFields, 'storyboard'> {
  const { storyboard } = options.package;
  if (storyboard === undefined) return {};
  const { intervalMs, tileWidth, tileHeight, columns, rows } = storyboard;
  return {
    storyboard: {
      vtt_url: fileUrl(options, 'storyboard/storyboard.vtt'),
      interval_s: intervalMs / 1_000,
      tile: [tileWidth, tileHeight, columns, rows],
    },
  };
}

function describeSource({
  plan,
  damage = [],
  duplicateOf,
}: DescribeOptions): PipelineFields['source'] {
  const { source } = plan;
  return {
    filename: cleanText(basename(source.path), { maxLength: 255 }),
    size: source.bytes,
    mtime: new Date(source.modifiedAtMs),
    ...(duplicateOf === undefined
      ? { fingerprint: source.fingerprint }
      : { duplicate_of: duplicateOf }),
    container: clean(source.container),
    video_codec: clean(source.video.codec),
    duration_seconds: thousandths(source.durationMs / 1_000),
    ...(damage.length === 0 ? {} : { damage: damage.map(describeRange) }),
  };
}

function describeRange({ kind, startMs, endMs }: BadRange) {
  return {
    kind,
    start_seconds: thousandths(startMs / 1_000),
    end_seconds: thousandths(endMs / 1_000),
  };
}

/** What was measured, in the plan's order: from the smallest picture to the largest. */
function variantsOf({ plan, package: film }: DescribeOptions): readonly VariantFacts[] {
  return plan.video.map(({ name }) => {
    const variant = film.variants.find((it) => it.name === name);
    if (variant === undefined) throw new Error(`the package has no ${name}`);
    return variant;
  });
}

/** As a player resolves the master's relative URI. */
function playlistUrl(options: DescribeOptions, rendition: string): string {
  return fileUrl(options, `${rendition}/index.m3u8`);
}

/** `path` is below the revision's folder. */
function fileUrl({ plan, published }: DescribeOptions, path: string): string {
  return new URL(`${plan.revision}/${path}`, published.hlsUrl).href;
}

function frameRate(plan: Plan): number {
  return thousandths(toNumber(plan.grid.frameRate));
}

/** Seconds and frame rates: the last digits of a float would make equal documents differ. */
function thousandths(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}

function clean(text: string): string {
  return cleanText(text, { maxLength: 300 });
}
