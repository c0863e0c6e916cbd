import { describe, expect, test } from 'vitest';
import { encoderOptions } from '../../../../src/ffmpeg/encode/encoder-options.ts';
import { trialArgs } from '../../../../src/ffmpeg/tools/try-encoder.ts';

const common = { gopFrames: 48, x264Preset: 'faster' };

describe('the options of the encoders', () => {
  test('libx264', () => {
    expect(encoderOptions({ name: 'libx264', options: [], ...common }).join(' ')).toBe(
      '-c:v libx264 -preset:v faster -profile:v high -a53cc:v 0 -sc_threshold:v 0 -forced-idr:v 1 ' +
        '-g:v 48 -force_key_frames:v expr:gte(n,n_forced*48) -flags:v +cgop',
    );
  });

  test('libx265: closed groups on the grid, hvc1, and not a word about the machine', () => {
    expect(encoderOptions({ name: 'libx265', options: [], ...common }).join(' ')).toBe(
      '-c:v libx265 -preset:v faster -profile:v main ' +
        '-x265-params:v open-gop=0:keyint=48:min-keyint=48:scenecut=0:info=0:log-level=error ' +
        '-forced-idr:v 1 -tag:v hvc1 ' +
        '-g:v 48 -force_key_frames:v expr:gte(n,n_forced*48) -flags:v +cgop',
    );
  });

  test('VideoToolbox for HEVC: Main and hvc1, and no option that only H.264 has', () => {
    const options = ['allow_sw', 'realtime', 'prio_speed'];
    expect(encoderOptions({ name: 'hevc_videotoolbox', options, ...common }).join(' ')).toBe(
      '-c:v hevc_videotoolbox -allow_sw:v 0 -realtime:v 0 -profile:v main -tag:v hvc1 -bf:v 2 ' +
        '-prio_speed:v 0 -g:v 48 -force_key_frames:v expr:gte(n,n_forced*48) -flags:v +cgop',
    );
  });

  test('VideoToolbox of ffmpeg 5.1 gets only options that it knows', () => {
    const options = ['allow_sw', 'realtime', 'a53cc', 'prio_speed'];
    expect(encoderOptions({ name: 'h264_videotoolbox', options, ...common }).join(' ')).toBe(
      '-c:v h264_videotoolbox -allow_sw:v 0 -realtime:v 0 -profile:v high -a53cc:v 0 -bf:v 2 ' +
        '-prio_speed:v 0 -g:v 48 -force_key_frames:v expr:gte(n,n_forced*48) -flags:v +cgop',
    );
  });

  test('VideoToolbox of ffmpeg 8 adds spatial AQ; B-frames as the trial proved them', () => {
    const options = ['prio_speed', 'spatial_aq'];
    const args = encoderOptions({ name: 'h264_videotoolbox', options, bFrames: 0, ...common });
    expect(args.join(' ')).toContain('-bf:v 0 -prio_speed:v 0 -spatial_aq:v 1');
  });

  test('VideoToolbox is never given what makes it hang or what it ignores', () => {
    const args = encoderOptions({ name: 'h264_videotoolbox', options: [], ...common });
    for (const flag of ['-maxrate:v', '-bufsize:v', '-crf:v', '-preset:v', '-sc_threshold:v']) {
      expect(args).not.toContain(flag);
    }
  });

  test.each(['libx264', 'h264_videotoolbox', 'libx265', 'hevc_videotoolbox'] as const)(
    'the trial of %s runs with the options of the encode',
    (name) => {
      const options = ['a53cc', 'prio_speed', 'spatial_aq'];
      const trial = trialArgs({ name, options }, name.startsWith('lib') ? undefined : 2).join(' ');
      const real = encoderOptions({ name, options, gopFrames: 30, x264Preset: 'ultrafast' });
      expect(trial).toContain(real.join(' '));
    },
  );

  test('the trial picture is large enough for Intel Macs', () => {
    expect(trialArgs({ name: 'h264_videotoolbox', options: [] }, 2).join(' ')).toContain(
      'size=1280x720',
    );
  });
});
