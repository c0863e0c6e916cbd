import type { AudioRole } from './source.ts';

/**
 * The document that `add` writes, before it becomes BSON: plain values; dates are Dates, sizes are
 * numbers (the catalogue turns those of `bytes`, `size` and `size_bytes` into Long). Field names are
 * the contract of DESIGN §5 and reference/catalog-sync-scale.md §1.4; snake_case because the API and
 * the app read them so.
 */
export type Movie = Readonly<{
  slug: string;
  /** Fields that the pipeline owns: set at every ingest. */
  pipeline: PipelineFields;
  /** Fields that editors own: set on insert, later only when named in `explicit`. */
  editorial: EditorialFields;
  /** Which editorial fields the user gave himself (a flag, a sidecar) rather than we guessed. */
  explicit: readonly (keyof EditorialFields)[];
  /** `ingested_at`; also `created_at` on insert. */
  ingestedAt: Date;
  /** Absent in manifests of before it was kept. */
  stamp?: DocumentStamp;
}>;

/**
 * Of the document what neither the film nor an editor gives: decided before the film is published, so
 * that its manifest can bring back the very same document (promise 6). Each value in canonical Extended
 * JSON (`{ $oid: … }`), because an `_id` made by others may be of any type.
 */
export type DocumentStamp = Readonly<{
  _id?: unknown;
  created_at?: unknown;
  updated_at?: unknown;
  version?: unknown;
}>;

export type EditorialFields = Readonly<{
  title: string;
  description: string;
  original_title?: string;
  sort_title?: string;
  tagline?: string;
  year?: number;
  genres?: readonly string[];
  countries?: readonly string[];
  directors?: readonly string[];
  studios?: readonly string[];
  cast?: readonly Readonly<{ name: string; role?: string; order?: number }>[];
  ids?: Readonly<Record<string, string | number>>;
  tags?: readonly string[];
  language?: string;
}>;

export type PipelineFields = Readonly<{
  schema_version: 1;
  status: 'ready';
  revision: string;
  thumbnail_url: string;
  hls_url: string;
  metadata: Readonly<{
    /** `01:45:20`. */
    duration: string;
    resolutions: readonly string[];
    codec: 'h264' | 'hevc';
    duration_seconds: number;
    audio_codec?: 'aac';
    width: number;
    height: number;
    fps: number;
    aspect_ratio: string;
    hdr: false;
    segment_seconds: number;
    segment_format: 'ts' | 'fmp4';
    size_bytes: number;
  }>;
  renditions: readonly Readonly<{
    name: string;
    width: number;
    height: number;
    bandwidth: number;
    average_bandwidth: number;
    codecs: string;
    frame_rate: number;
    url: string;
    size_bytes: number;
    segments: number;
    /** The film's own picture, not encoded. Left out where it is. */
    copied?: true;
    /**
     * VMAF (v0.6.1) against the film at this rung's size, by samples: harmonic mean, and what 5 % of the
     * pictures stay below. Only with `--report-quality`.
     */
    quality?: Readonly<{ vmaf: number; vmaf_p5: number }>;
  }>[];
  audio_tracks: readonly Readonly<{
    language: string;
    label: string;
    channels: number;
    codec: 'aac';
    default: boolean;
    /** `main`, `commentary`, `description`, `clear-speech`, `no-speech`. */
    role: AudioRole;
    /** EBU R128 of what viewers hear, where it could be measured. */
    loudness?: Readonly<{ integrated_lufs: number; range_lu: number; true_peak_dbtp?: number }>;
    url: string;
    copied?: true;
  }>[];
  subtitles: readonly Readonly<{
    language: string;
    label: string;
    kind: string;
    forced: boolean;
    default: boolean;
    format: 'vtt';
    /** Of the WebVTT text itself, for players that take one file. */
    url: string;
    playlist_url: string;
  }>[];
  chapters: readonly Readonly<{ start_seconds: number; end_seconds: number; title?: string }>[];
  /** WebVTT; absent where there are none. */
  chapters_url?: string;
  /** For the seek bar; absent where none could be made. */
  storyboard?: Readonly<{
    vtt_url: string;
    interval_s: number;
    /** Width and height of a tile, columns and rows of a sheet. */
    tile: readonly [number, number, number, number];
  }>;
  storage: Readonly<{
    provider: string;
    bucket?: string;
    prefix: string;
    public_base_url: string;
    objects: number;
    bytes: number;
  }>;
  source: Readonly<{
    filename: string;
    size: number;
    mtime: Date;
    /** Left out, and `duplicate_of` given instead, when the same film is in under another slug on purpose. */
    fingerprint?: string;
    duplicate_of?: string;
    container: string;
    video_codec: string;
    duration_seconds: number;
    /** What of it is bad (`--allow-damaged`), from its start; absent for a sound film. */
    damage?: readonly Readonly<{ kind: string; start_seconds: number; end_seconds: number }>[];
  }>;
  encoder: Readonly<{
    tool: string;
    ffmpeg: string;
    preset: string;
    video_encoder: string;
    video_encoder_reason: string;
    /** What was copied and why no more. Films of version 0.1.0 have none. */
    copy_reason?: string;
    recipe: string;
  }>;
}>;
