import { z } from 'zod';

const Kbps = z.int().min(16).max(100_000);

/** One rung of the ladder: the box that the picture must fit into, and its bit rates. */
const PresetRung = z.strictObject({
  name: z.string().regex(/^[a-z0-9]+$/, 'use letters and digits, like 720p'),
  /** Landscape box; portrait films use it turned. */
  width: z.int().min(16).max(8192),
  height: z.int().min(16).max(8192),
  /** libx264 and libx265: quality, and the cap that keeps hard scenes within what a line can carry. */
  crf: z.int().min(0).max(51),
  maxKbps: Kbps,
  bufferKbits: Kbps,
  /** VideoToolbox, which has no CRF: the average to aim at. */
  averageKbps: Kbps,
});

/** How pictures and sound are wrapped: MPEG-TS, or fragmented MP4 (CMAF), which HEVC needs (Apple 1.5). */
const Container = z.enum(['mpegts', 'fmp4']);
const VideoCodec = z.enum(['h264', 'hevc']);
export const CopyChoice = z.enum(['auto', 'long-gops', 'never']);

/**
 * A ladder and the settings to encode it with. Presets are data: `presets/<name>.json`.
 * Rungs stand from the smallest to the largest.
 */
export const Preset = z.strictObject({
  $schema: z.string().optional(),
  name: z.string().regex(/^[a-z0-9-]{1,40}$/),
  description: z.string().max(200),
  container: Container.default('mpegts'),
  codec: VideoCodec.default('h264'),
  /**
   * Whether a film's own picture and sound are published as they are, where they are what a rendition
   * would be. `long-gops` takes key frames up to 10.5 s apart, `auto`, which counts when nothing is
   * said, up to 4 s.
   */
  copy: CopyChoice.exactOptional(),
  /**
   * Gives encoders without constant quality (VideoToolbox) the bit rates that samples of the film ask
   * for; never more than `averageKbps`.
   */
  perTitle: z.boolean().exactOptional(),
  segmentSeconds: z.literal(6),
  keyFrameSeconds: z.literal(2),
  /** Of libx264 or libx265, which have the same names. */
  x264Preset: z.enum([
    'ultrafast',
    'superfast',
    'veryfast',
    'faster',
    'fast',
    'medium',
    'slow',
    'slower',
    'veryslow',
  ]),
  rungs: z.array(PresetRung).min(1).max(8),
  audio: z.strictObject({
    kbps: z.int().min(32).max(320),
    channels: z.literal(2),
    sampleRateHz: z.literal(48_000),
    /** BCP-47: the language that plays when a viewer chooses none; else what the film marks. */
    language: z
      .string()
      .regex(/^[a-zA-Z]{2,3}(-[a-zA-Z0-9]{1,8})*$/, 'use a code like vi or pt-BR')
      .exactOptional(),
    /** A second group of playlists, in 5.1, for the tracks that have as much. */
    surround: z.boolean().exactOptional(),
    /** Brings every track to −16 LUFS, the usual for streaming; the film is read twice for that. */
    normalize: z.boolean().exactOptional(),
  }),
});

export type Preset = z.infer<typeof Preset>;
export type Container = z.infer<typeof Container>;
export type CopyChoice = z.infer<typeof CopyChoice>;
export type VideoCodec = z.infer<typeof VideoCodec>;
export type PresetRung = Preset['rungs'][number];
