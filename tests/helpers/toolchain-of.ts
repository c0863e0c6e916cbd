import type { VideoCodec } from '../../src/model/preset.ts';
import type { ToneMapperName, Toolchain } from '../../src/model/toolchain.ts';

/** A Debian-like ffmpeg; `videotoolbox` makes it a Mac's. */
export function toolchainOf(
  options: Readonly<{
    videotoolbox?: readonly string[];
    /** What its trial proved. */
    bFrames?: 0 | 2;
    filters?: readonly string[];
    codec?: VideoCodec;
    toneMapper?: ToneMapperName | 'none';
  }> = {},
): Toolchain {
  const isHevc = options.codec === 'hevc';
  return {
    tools: { ffmpeg: '/usr/bin/ffmpeg', ffprobe: '/usr/bin/ffprobe' },
    ffmpegVersion: '5.1.9',
    encoders: [
      ...(options.videotoolbox === undefined
        ? []
        : [
            {
              name: isHevc ? ('hevc_videotoolbox' as const) : ('h264_videotoolbox' as const),
              works: true,
              detail: 'proved by a trial encode',
              options: options.videotoolbox,
              ...(options.bFrames === undefined ? {} : { bFrames: options.bFrames }),
            },
          ]),
      {
        name: isHevc ? 'libx265' : 'libx264',
        works: true,
        detail: 'proved by a trial encode',
        options: ['preset', 'crf'],
      },
    ],
    filters: options.filters ?? ['zscale', 'tonemap', 'bwdif'],
    toneMappers: (['scale_vt', 'zscale', 'swscale', 'libplacebo'] as const).map((name) => ({
      name,
      works: name === (options.toneMapper ?? 'zscale'),
      detail: 'a test',
    })),
  };
}
