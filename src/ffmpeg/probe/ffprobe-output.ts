import { z } from 'zod';

/** The fields of `ffprobe -of json` that are used; everything else is passed over. Numbers come as text. */
const Numeric = z
  .union([z.string(), z.number()])
  .transform((value) => Number(value))
  // `N/A`, and what broken files make of a number: neither is one.
  .refine((value) => Math.abs(value) < 1e15)
  .optional()
  .catch(undefined);
const Text = z.string().optional().catch(undefined);
const Tags = z.record(z.string(), z.coerce.string()).catch({}).default({});

export const ProbedStream = z.object({
  index: z.number(),
  /** MP4's number of the track, as hex. */
  id: Text,
  codec_type: Text,
  codec_name: Text,
  codec_tag_string: Text,
  profile: Text,
  level: Numeric,
  time_base: Text,
  width: Numeric,
  height: Numeric,
  sample_aspect_ratio: Text,
  pix_fmt: Text,
  bits_per_raw_sample: Numeric,
  field_order: Text,
  color_range: Text,
  color_space: Text,
  color_transfer: Text,
  color_primaries: Text,
  r_frame_rate: Text,
  avg_frame_rate: Text,
  start_time: Numeric,
  duration: Numeric,
  bit_rate: Numeric,
  nb_frames: Numeric,
  channels: Numeric,
  channel_layout: Text,
  sample_rate: Numeric,
  disposition: z.record(z.string(), z.number()).catch({}).default({}),
  tags: Tags,
  side_data_list: z
    .array(
      z.looseObject({
        side_data_type: Text,
        rotation: Numeric,
        displaymatrix: Text,
        dv_profile: Numeric,
        dv_bl_signal_compatibility_id: Numeric,
        crop_top: Numeric,
        crop_bottom: Numeric,
        crop_left: Numeric,
        crop_right: Numeric,
      }),
    )
    .catch([])
    .default([]),
});

export const ProbedFile = z.object({
  streams: z.array(ProbedStream).default([]),
  format: z.object({
    format_name: z.string().default(''),
    start_time: Numeric,
    duration: Numeric,
    bit_rate: Numeric,
    tags: Tags,
  }),
  /** Of a transport stream: which tracks belong together. */
  programs: z
    .array(z.object({ streams: z.array(z.object({ index: z.number() })).default([]) }))
    .catch([])
    .default([]),
  chapters: z
    .array(z.object({ start_time: Numeric, end_time: Numeric, tags: Tags }))
    .catch([])
    .default([]),
});

export type ProbedStream = z.infer<typeof ProbedStream>;
export type ProbedFile = z.infer<typeof ProbedFile>;
