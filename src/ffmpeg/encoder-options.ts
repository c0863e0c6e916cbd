import type { EncoderName } from '../model/toolchain.ts';

export type EncoderOptionsRequest = Readonly<{
  name: EncoderName;
  /** Private options that this build knows (`EncoderTrial.options`). */
  options: readonly string[];
  gopFrames: number;
  /** Unused by VideoToolbox. */
  x264Preset: string;
  /** VideoToolbox: what the trial proved (`EncoderTrial.bFrames`); 2 when not said. */
  bFrames?: number | undefined;
}>;

/**
 * All video options but the bit rates, for all rungs alike. The trial encode runs with what the encode
 * itself runs with: elsewhere a trial of the bare encoder passed and the production options broke
 * (ffmpeg-hls.md §1.2). § below is of that page.
 */
export function encoderOptions(request: EncoderOptionsRequest): readonly string[] {
  const own = OPTIONS_OF[request.name](request);
  return [
    ['-c:v', request.name],
    ...own,
    // VideoToolbox would make a key frame every 12 pictures without -g (§1.3).
    ['-g:v', String(request.gopFrames)],
    // Counted in frames: a grid in seconds cannot be resumed at 23.976 (performance.md §1.1).
    ['-force_key_frames:v', `expr:gte(n,n_forced*${request.gopFrames})`],
    ['-flags:v', '+cgop'],
  ].flat();
}

/** One flag, or flags that belong together, with their values. */
type Row = readonly string[];

function x264Options({ x264Preset }: EncoderOptionsRequest): readonly Row[] {
  return [
    ['-preset:v', x264Preset, '-profile:v', 'high'],
    // Closed captions of the source would have to be declared in the master (Apple 4.4).
    ['-a53cc:v', '0'],
    // Key frames on the grid and nowhere else, each one an IDR.
    ['-sc_threshold:v', '0', '-forced-idr:v', '1'],
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
    ['-preset:v', x264Preset, '-profile:v', 'main'],
    ['-x265-params:v', own.join(':'), '-forced-idr:v', '1'],
    APPLE_HEVC,
  ];
}

/** Parameter sets in the init segment and nowhere else: Apple plays no other HEVC (Apple 1.10). */
const APPLE_HEVC: Row = ['-tag:v', 'hvc1'];

function videoToolboxOptions({
  name,
  options,
  bFrames = 2,
}: EncoderOptionsRequest): readonly Row[] {
  const known = (option: string, value: string) =>
    options.includes(option) ? [`-${option}:v`, value] : [];
  return [
    // The chip or nothing: Apple's own software encoder is worse and slower than x264.
    ['-allow_sw:v', '0', '-realtime:v', '0'],
    ...(name === 'hevc_videotoolbox'
      ? [['-profile:v', 'main'], APPLE_HEVC]
      : // Without a profile a level would mean Baseline (§1.4).
        [['-profile:v', 'high', '-a53cc:v', '0']]),
    ['-bf:v', String(bFrames)],
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
