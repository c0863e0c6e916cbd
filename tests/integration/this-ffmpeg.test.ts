import { describe, expect, test } from 'vitest';
import { inspectToolchain } from '../../src/ffmpeg/tools/inspect-toolchain.ts';
import { tryEncoder } from '../../src/ffmpeg/tools/try-encoder.ts';
import { TOOLS } from '../helpers/encode-film.ts';
import { makeTempDir } from '../helpers/temp-dir.ts';
import { hasPart } from '../helpers/tested-ffmpeg.ts';

/**
 * The ffmpeg that is tested, looked at as `add` does it; tests/integration/toolchain.test.ts has those of
 * Macs, and what is kept.
 */
const cacheDir = makeTempDir('cache');
const inspect = (rest: object = {}) =>
  inspectToolchain(TOOLS, {
    preset: { name: 'default', codec: 'h264' },
    choice: 'auto',
    cacheDir,
    ...rest,
  });

const isMac = process.platform === 'darwin';

describe('the ffmpeg that is here', () => {
  test('encodes H.264, which a trial proves', async () => {
    const { encoders } = await inspect({ choice: 'libx264' });
    expect(encoders).toMatchObject([
      {
        name: 'libx264',
        works: true,
        detail: 'a trial encode made 66 pictures with key frames where they belong',
        options: expect.arrayContaining(['preset', 'crf', 'a53cc']),
      },
    ]);
  });

  test('and HEVC', async () => {
    const preset = { name: 'hevc', codec: 'hevc' } as const;
    const { encoders } = await inspect({ preset, choice: 'libx265' });
    expect(encoders).toMatchObject([{ name: 'libx265', works: true }]);
  });

  test('has the filters that it says it has, as far as films may need them', async () => {
    const { filters, ffmpegVersion } = await inspect();
    expect(filters).toEqual(expect.arrayContaining(['alimiter', 'bwdif', 'idet', 'loudnorm']));
    for (const name of ['zscale', 'subtitles', 'libvmaf']) {
      expect(filters.includes(name), name).toBe(await hasPart('filters', name));
    }
    expect(ffmpegVersion).toMatch(/\d/);
  });

  test('turns HDR into SDR by one filter at least, proved on a picture', async () => {
    const { toneMappers } = await inspect();
    const best = toneMappers.find(({ works }) => works);
    expect(best?.detail).toBe('proved on a picture');
    if (await hasPart('filters', 'zscale')) expect(best?.name).toBe('zscale');
  });

  test.skipIf(isMac)('has no encoder of a Mac, and what is asked for it says so', async () => {
    const trial = await tryEncoder({
      ffmpeg: TOOLS.ffmpeg,
      name: 'h264_videotoolbox',
      options: [],
    });
    expect(trial.works).toBe(false);
    await expect(inspect({ choice: 'videotoolbox' })).rejects.toMatchObject({
      exit: 'usage',
      why: expect.stringContaining('built without it'),
    });
  });
});
