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
  const own = request.name === 'libx264' ? x264Options(request) : videoToolboxOptions(request);
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

function videoToolboxOptions({ options, bFrames = 2 }: EncoderOptionsRequest): readonly Row[] {
  const known = (option: string, value: string) =>
    options.includes(option) ? [`-${option}:v`, value] : [];
  return [
    // The chip or nothing: Apple's own software encoder is worse and slower than x264.
    ['-allow_sw:v', '0', '-realtime:v', '0'],
    // Without a profile a level would mean Baseline (§1.4).
    ['-profile:v', 'high', '-a53cc:v', '0', '-bf:v', String(bFrames)],
    known('prio_speed', '0'),
    known('spatial_aq', '1'),
  ];
}
