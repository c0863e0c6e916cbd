import { existsSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { inspectToolchain } from '../../src/ffmpeg/tools/inspect-toolchain.ts';
import { toolVersion } from '../../src/ffmpeg/tools/tool-version.ts';
import { mayPass, tryEncoder } from '../../src/ffmpeg/tools/try-encoder.ts';
import { macFfmpeg } from '../helpers/mac-ffmpeg.ts';
import { makeTempDir } from '../helpers/temp-dir.ts';

const REAL = process.env['MOVIE_INGEST_FFMPEG'] || 'ffmpeg';
const DEFAULT = { name: 'default', codec: 'h264' } as const;
const OPTIONS = ['allow_sw', 'realtime', 'prio_speed', 'spatial_aq'];

function tryVideoToolbox(behaviour: string, timeoutMs = 60_000) {
  return tryEncoder({
    ffmpeg: macFfmpeg(behaviour),
    name: 'h264_videotoolbox',
    options: OPTIONS,
    timeoutMs,
  });
}

describe('a trial encode', () => {
  test('a VideoToolbox that works is proved with B-frames', async () => {
    await expect(tryVideoToolbox('works')).resolves.toMatchObject({ works: true, bFrames: 2 });
  });

  test('one that refuses B-frames is proved without', async () => {
    const trial = await tryVideoToolbox('no-b-frames');
    expect(trial).toMatchObject({ works: true, bFrames: 0 });
    expect(trial.detail).toContain('without B-frames');
  });

  test('one that is busy is asked once more, with B-frames', async () => {
    const marker = join(makeTempDir('busy'), 'asked');
    const trial = await tryVideoToolbox(`busy-once=${marker}`);
    expect(trial).toMatchObject({ works: true, bFrames: 2 });
  });

  test.each([
    ['refuses', /no hardware encoder .*−12908.*exit code was 187.*session: -12908/],
    ['busy', /busy or not available now \(−12915\)/],
    ['refuses-quietly', /VideoToolbox itself refused; ffmpeg's exit code was 187$/],
    ['lies', /no key frame at picture 30/],
    ['short', /made 30 pictures of 66/],
    ['empty', /is empty/],
    ['floods', /exit code was 1; it said: .*a warning that does not end/],
  ])('%s: it does not work, and the reason is told in one line', async (behaviour, detail) => {
    const trial = await tryVideoToolbox(behaviour);
    expect(trial.works).toBe(false);
    expect(trial.detail).toMatch(detail);
    expect(trial.detail).not.toContain('\n');
    expect(trial).not.toHaveProperty('bFrames');
  });

  test('one that hangs is stopped', async () => {
    const trial = await tryVideoToolbox('hangs', 300);
    expect(trial).toMatchObject({
      works: false,
      detail: 'it gave no answer within 0.3 s and was stopped',
    });
  });

  test('a program that is not there does not work', async () => {
    const trial = await tryEncoder({ ffmpeg: '/usr/nowhere/ffmpeg', name: 'libx264', options: [] });
    expect(trial).toMatchObject({ works: false, detail: 'ffmpeg could not be run (not found)' });
  });

  test('it ends with the reason of the signal', async () => {
    const stop = new AbortController();
    stop.abort(new Error('stopped by the test'));
    const trial = tryEncoder({ ffmpeg: REAL, name: 'libx264', options: [], signal: stop.signal });
    await expect(trial).rejects.toThrow('stopped by the test');
  });
});

describe('what this ffmpeg can do', () => {
  const inspect = (ffmpeg: string, cacheDir: string, rest: object = {}) =>
    inspectToolchain(
      { ffmpeg, ffprobe: 'ffprobe' },
      { preset: DEFAULT, choice: 'auto', cacheDir, ...rest },
    );

  test('a Mac whose VideoToolbox works: it comes first, libx264 stands by', async () => {
    const toolchain = await inspect(macFfmpeg('works'), makeTempDir('cache'));
    expect(toolchain.encoders.map(({ name, works }) => [name, works])).toEqual([
      ['h264_videotoolbox', true],
      ['libx264', true],
    ]);
    expect(toolchain.encoders[0]?.options).toContain('spatial_aq');
    expect(toolchain.ffmpegVersion).toMatch(/^\S+$/);
    expect(toolchain.filters).toContain('bwdif');
  });

  test('a Mac whose VideoToolbox refuses: libx264 is left, and the reason is kept', async () => {
    const toolchain = await inspect(macFfmpeg('refuses'), makeTempDir('cache'));
    expect(toolchain.encoders.map(({ name, works }) => [name, works])).toEqual([
      ['h264_videotoolbox', false],
      ['libx264', true],
    ]);
  });

  test.each([
    ['hdr-works', { works: true, detail: 'proved on a picture' }],
    ['hdr-washes', { works: false, detail: 'it leaves HDR colours as they are' }],
  ])(
    '%s: a Mac’s own way from HDR to SDR comes first, if a picture proves it',
    async (behaviour, trial) => {
      const { toneMappers } = await inspect(macFfmpeg(behaviour), makeTempDir('cache'));
      expect(toneMappers[0]).toEqual({ name: 'scale_vt', ...trial });
      expect(toneMappers.slice(1).map(({ name }) => name)).toEqual([
        'zscale',
        'swscale',
        'libplacebo',
      ]);
    },
  );

  test('an ffmpeg without scale_vt is not even asked for it', async () => {
    const { toneMappers } = await inspect(macFfmpeg('works'), makeTempDir('cache'));
    expect(toneMappers.map(({ name }) => name)).toEqual(['zscale', 'swscale', 'libplacebo']);
  });

  test('--encoder libx264 does not even try VideoToolbox', async () => {
    const ffmpeg = macFfmpeg('hangs');
    const toolchain = await inspect(ffmpeg, makeTempDir('cache'), { choice: 'libx264' });
    expect(toolchain.encoders.map(({ name }) => name)).toEqual(['libx264']);
  });

  test('--encoder videotoolbox that does not work is refused with reason and way out', async () => {
    const refused = inspect(macFfmpeg('refuses'), makeTempDir('cache'), { choice: 'videotoolbox' });
    await expect(refused).rejects.toMatchObject({
      exit: 'usage',
      message: 'VideoToolbox does not work here',
      why: expect.stringContaining('−12908'),
      fix: expect.stringContaining('--encoder auto'),
    });
  });

  const HEVC = { name: 'hevc', codec: 'hevc' } as const;

  test('a preset of HEVC: its two encoders are tried, and none of H.264', async () => {
    const cacheDir = makeTempDir('cache');
    const ffmpeg = macFfmpeg('works');
    const { encoders } = await inspect(ffmpeg, cacheDir, { preset: HEVC });
    expect(encoders.map(({ name, works }) => [name, works])).toEqual([
      ['hevc_videotoolbox', true],
      ['libx265', true],
    ]);
    const others = await inspect(ffmpeg, cacheDir);
    expect(others.encoders.map(({ name }) => name)).toEqual(['h264_videotoolbox', 'libx264']);
    const one = await inspect(ffmpeg, cacheDir, { preset: HEVC, choice: 'libx265' });
    expect(one.encoders.map(({ name }) => name)).toEqual(['libx265']);
  });

  test('an ffmpeg without libx265 is told with the preset that needs it, and what to do', async () => {
    const refused = inspect(macFfmpeg('h264-only'), makeTempDir('cache'), { preset: HEVC });
    await expect(refused).rejects.toMatchObject({
      exit: 'usage',
      message: expect.stringContaining('cannot encode HEVC, which the preset hevc makes'),
      why: expect.stringContaining('hevc_videotoolbox: this Mac has no hardware encoder'),
      fix: expect.stringContaining('--preset default'),
    });
  });

  test.each([
    [HEVC, 'libx264', '--encoder libx265'],
    [DEFAULT, 'libx265', '--preset hevc'],
  ] as const)(
    'an encoder of another codec than that of %o is refused',
    async (preset, choice, fix) => {
      await expect(inspect('none', makeTempDir('cache'), { preset, choice })).rejects.toMatchObject(
        {
          exit: 'usage',
          message: `the preset ${preset.name} cannot be encoded with ${choice}`,
          fix: expect.stringContaining(fix),
        },
      );
    },
  );

  test('an ffmpeg older than 5.1 is refused at once, not after hours of encoding', async () => {
    await expect(inspect(macFfmpeg('old'), makeTempDir('cache'))).rejects.toMatchObject({
      exit: 'usage',
      message: 'ffmpeg 4.4.2-0ubuntu0.22.04.1 is too old: 5.1 or newer is needed',
    });
  });

  test('a program that is no ffmpeg is refused', async () => {
    await expect(inspect(findOnPath('node'), makeTempDir('cache'))).rejects.toMatchObject({
      exit: 'usage',
      message: expect.stringContaining('is not a working ffmpeg'),
    });
    await expect(toolVersion({ name: 'ffprobe', path: '/bin/true' })).rejects.toMatchObject({
      exit: 'usage',
      why: expect.stringContaining('nothing'),
    });
  });
});

describe('the second time', () => {
  const inspect = (ffmpeg: string, cacheDir: string, rest: object = {}) =>
    inspectToolchain(
      { ffmpeg, ffprobe: 'ffprobe' },
      { preset: DEFAULT, choice: 'auto', cacheDir, ...rest },
    );
  /** Keeps size and time of the program, so that it counts as the same, and makes it useless. */
  const breakInPlace = (path: string) => {
    const size = readFileSync(path).length;
    writeFileSync(path, '#!/bin/sh\nexit 1\n#'.padEnd(size, '#'));
    utimesSync(path, STAMP, STAMP);
  };
  const STAMP = 1_700_000_000;
  const fresh = (behaviour: string) => {
    const path = macFfmpeg(behaviour);
    utimesSync(path, STAMP, STAMP);
    return path;
  };

  test('no process is started: the answer stands though the program is broken by now', async () => {
    const cacheDir = makeTempDir('cache');
    const ffmpeg = fresh('works');
    const first = await inspect(ffmpeg, cacheDir);
    breakInPlace(ffmpeg);
    expect(await inspect(ffmpeg, cacheDir)).toEqual(first);
    await expect(inspect(ffmpeg, cacheDir, { fresh: true })).rejects.toMatchObject({
      exit: 'usage',
    });
  });

  test('another binary in the same place is asked again', async () => {
    const cacheDir = makeTempDir('cache');
    const ffmpeg = fresh('works');
    await inspect(ffmpeg, cacheDir);
    writeFileSync(ffmpeg, readFileSync(macFfmpeg('refuses')));
    const second = await inspect(ffmpeg, cacheDir);
    expect(second.encoders[0]).toMatchObject({ name: 'h264_videotoolbox', works: false });
  });

  test.each(['', '{', '{"binary":1}', 'null'])(
    'a damaged cache (%j) is made anew',
    async (text) => {
      const cacheDir = makeTempDir('cache');
      const file = join(cacheDir, 'toolchain.json');
      writeFileSync(file, text);
      const { encoders } = await inspect(fresh('works'), cacheDir, { choice: 'libx264' });
      expect(encoders).toHaveLength(1);
      expect(JSON.parse(readFileSync(file, 'utf8'))).toHaveProperty('binary.osRelease');
    },
  );

  test('what one choice left out is asked when another choice needs it', async () => {
    const cacheDir = makeTempDir('cache');
    const ffmpeg = fresh('works');
    await inspect(ffmpeg, cacheDir, { choice: 'libx264' });
    const { encoders } = await inspect(ffmpeg, cacheDir, { choice: 'auto' });
    expect(encoders.map(({ name }) => name)).toEqual(['h264_videotoolbox', 'libx264']);
  });

  test('a busy encoder is not remembered; one that refuses is, but not against the user', async () => {
    const cacheDir = makeTempDir('cache');
    const kept = () => JSON.parse(readFileSync(join(cacheDir, 'toolchain.json'), 'utf8'));
    await inspect(macFfmpeg('busy'), cacheDir);
    expect(kept().answer.encoders.map((trial: { name: string }) => trial.name)).toEqual([
      'libx264',
    ]);

    expect(mayPass(await tryVideoToolbox('hangs', 100))).toBe(true);

    const marker = join(makeTempDir('marker'), 'asked');
    const ffmpeg = macFfmpeg(`refuses-until=${marker}`);
    expect((await inspect(ffmpeg, cacheDir)).encoders[0]?.works).toBe(false);
    writeFileSync(marker, '');
    expect((await inspect(ffmpeg, cacheDir)).encoders[0]?.works).toBe(false);
    const chosen = await inspect(ffmpeg, cacheDir, { choice: 'videotoolbox' });
    expect(chosen.encoders[0]?.works).toBe(true);
  });

  test('a folder that cannot be written costs only the cache', async () => {
    const file = join(makeTempDir('cache'), 'a-file');
    writeFileSync(file, '');
    const { encoders } = await inspect(fresh('works'), join(file, 'below'), { choice: 'libx264' });
    expect(encoders).toHaveLength(1);
    const deep = join(makeTempDir('cache'), 'a', 'b');
    await inspect(fresh('works'), deep, { choice: 'libx264' });
    expect(existsSync(join(deep, 'toolchain.json'))).toBe(true);
  });
});

function findOnPath(name: string): string {
  const folders = (process.env['PATH'] ?? '').split(':');
  const found = folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
  return found ?? name;
}
