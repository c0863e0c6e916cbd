import type { EncoderName } from '../../model/toolchain.ts';

export type EncoderOptionsRequest = Readonly<{
  name: EncoderName;
  /** Private options that this build knows (`EncoderTrial.options`). */
  options: readonly string[];
  /** `source`: key frames where the source has them, and nowhere else. */
  gopFrames: number | 'source';
  /** Which output streams: `v` for all pictures (the default), `v:0` for the first alone. */
  streams?: string;
  /** Unused by VideoToolbox. */
  x264Preset: string;
  /** VideoToolbox: what the trial proved (`EncoderTrial.bFrames`); 2 when not said. */
  bFrames?: number | undefined;
}>;

/**
 * All video options but the bit rates, the same for all rungs. The trial encode runs with what the encode
 * itself runs with: elsewhere a trial of the bare encoder passed and the production options broke
 * (ffmpeg-hls.md §1.2). § below is of that page.
 */
export function encoderOptions(request: EncoderOptionsRequest): readonly string[] {
  const { name, gopFrames, streams = 'v' } = request;
  return [
    ['-c', name],
    ...OPTIONS_OF[name](request),
    ...keyFrameOptions(gopFrames),
    ['-flags', '+cgop'],
  ]
    .flat()
    .map((word) => (/^-[a-z]/.test(word) ? `${word}:${streams}` : word));
}

/** One flag, or flags that belong together, with their values; the streams are put behind each flag. */
type Row = readonly string[];

function keyFrameOptions(gopFrames: EncoderOptionsRequest['gopFrames']): readonly Row[] {
  if (gopFrames === 'source') {
    return [
      // No key frame but the source's, or the rungs are cut at different pictures (performance.md §2.1).
      ['-g', '99999', '-force_key_frames', 'source'],
      // The very pictures and times of the source, not those of a clock of 1/rate.
      ['-fps_mode', 'passthrough', '-enc_time_base', '1:90000'],
    ];
  }
  return [
    // VideoToolbox would make a key frame every 12 pictures without -g (§1.3).
    ['-g', String(gopFrames)],
    // Counted in frames: a grid in seconds cannot be resumed at 23.976 (performance.md §1.1).
    ['-force_key_frames', `expr:gte(n,n_forced*${gopFrames})`],
  ];
}

function x264Options({ x264Preset, gopFrames }: EncoderOptionsRequest): readonly Row[] {
  return [
    ['-preset', x264Preset, '-profile', 'high'],
    // Closed captions of the source would have to be declared in the master (Apple 4.4).
    ['-a53cc', '0'],
    // Key frames where they are forced and nowhere else, each one an IDR.
    ['-sc_threshold', '0', '-forced-idr', '1'],
    // The source may have two key frames closer than x264 allows by itself (a tenth of -g).
    gopFrames === 'source' ? ['-keyint_min', '1'] : [],
  ];
}

function x265Options({ x264Preset, gopFrames }: EncoderOptionsRequest): readonly Row[] {
  const own = [
    // Key frames on the grid and nowhere else, each one an IDR with nothing behind it that refers back.
    ...['open-gop=0', `keyint=${gopFrames}`, `min-keyint=${gopFrames}`, 'scenecut=0'],
    // Without its text of 2 KiB about the machine: the init segment is then the same everywhere.
    ...['info=0', 'log-level=error'],
  ];
  return [
    ['-preset', x264Preset, '-profile', 'main'],
    ['-x265-params', own.join(':'), '-forced-idr', '1'],
    APPLE_HEVC,
  ];
}

/** Parameter sets in the init segment and nowhere else: Apple plays no other HEVC (Apple 1.10). */
const APPLE_HEVC: Row = ['-tag', 'hvc1'];

function videoToolboxOptions({
  name,
  options,
  bFrames = 2,
}: EncoderOptionsRequest): readonly Row[] {
  const known = (option: string, value: string) =>
    options.includes(option) ? [`-${option}`, value] : [];
  return [
    // The chip or nothing: Apple's own software encoder is worse and slower than x264.
    ['-allow_sw', '0', '-realtime', '0'],
    ...(name === 'hevc_videotoolbox'
      ? [['-profile', 'main'], APPLE_HEVC]
      : // Without a profile a level would mean Baseline (§1.4).
        [['-profile', 'high', '-a53cc', '0']]),
    ['-bf', String(bFrames)],
    known('prio_speed', '0'),
    known('spatial_aq', '1'),
  ];
}

const OPTIONS_OF = {
  libx264: x264Options,
  libx265: x265Options,
  h264_videotoolbox: videoToolboxOptions,
  hevc_videotoolbox: videoToolboxOptions,
} as const;
