/** Where the two programs are. */
export type Tools = Readonly<{ ffmpeg: string; ffprobe: string }>;

export type EncoderName = 'libx264' | 'h264_videotoolbox' | 'libx265' | 'hevc_videotoolbox';

/** Apple's encoders: no CRF and no caps, only an average to aim at. */
export function isVideoToolbox(name: EncoderName): boolean {
  return name.endsWith('_videotoolbox');
}

/** Whether an encoder truly works here, as a trial encode showed, and if not why. */
export type EncoderTrial = Readonly<{
  name: EncoderName;
  works: boolean;
  /** Why it does not, or what was proved. One line. */
  detail: string;
  /** Private options that this build knows, from `ffmpeg -h encoder=…`. */
  options: readonly string[];
  /** VideoToolbox: pictures out of order (`-bf`) that were proved; 0 where 2 does not work here. */
  bFrames?: 0 | 2;
}>;

/** Ways from HDR to SDR: Apple's (VideoToolbox), zimg's, ffmpeg 8's own, and that of Vulkan. */
export type ToneMapperName = 'scale_vt' | 'zscale' | 'swscale' | 'libplacebo';

/** Whether it truly maps here, as a picture showed, and if not why. */
export type ToneMapTrial = Readonly<{ name: ToneMapperName; works: boolean; detail: string }>;

/** What this ffmpeg can do, asked once per run. Plain JSON. */
export type Toolchain = Readonly<{
  tools: Tools;
  /** As printed: `5.1.9-0+deb12u1`. */
  ffmpegVersion: string;
  /** In order of preference. */
  encoders: readonly EncoderTrial[];
  /** Those of the filters that we may want and that this build has. */
  filters: readonly string[];
  /** In order of preference. */
  toneMappers: readonly ToneMapTrial[];
}>;
