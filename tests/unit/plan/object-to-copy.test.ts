import { describe, expect, test } from 'vitest';
import { loadPreset } from '../../../src/config/load-preset.ts';
import type { CodedPicture } from '../../../src/model/coded-stream.ts';
import type { Preset } from '../../../src/model/preset.ts';
import type { Source } from '../../../src/model/source.ts';
import {
  objectToGroups,
  objectToPicture,
  objectToSound,
  objectToTrack,
} from '../../../src/plan/object-to-copy.ts';
import { audioOf, sourceOf } from '../../helpers/source-of.ts';

const preset = await loadPreset('default', { cwd: '/' });
const ask = (source: Source, more: Partial<Preset> = {}) => ({
  source,
  preset: { ...preset, ...more },
});

describe('a picture’s header', () => {
  test.each([
    [1920, 1080, 40],
    [1920, 800, 41],
    [1280, 720, 41],
    [1080, 1920, 40],
    [854, 480, 30],
  ])('of %d×%d has nothing against copying', (width, height, level) => {
    expect(objectToPicture(ask(sourceOf({ width, height, level })))).toBeUndefined();
  });

  test.each<[string, Parameters<typeof sourceOf>[0]]>([
    ['it is hevc', { codec: 'hevc' }],
    ['its profile is High 4:2:2', { profile: 'High 4:2:2' }],
    ['its profile is Baseline', { profile: 'Baseline' }],
    ['its pixels are yuv422p', { pixelFormat: 'yuv422p' }],
    ['its pixels are yuvj420p', { pixelFormat: 'yuvj420p' }],
    ['interlaced', { fieldOrder: 'interlaced' }],
    ['interlaced', { fieldOrder: 'unknown' }],
    ['its level is 5.1, not at most 4.1', { level: 51 }],
    ['jump', { timeStamps: 'jumping' }],
    ['turned by 90°', { rotation: 90 }],
    ['not square', { sampleAspect: { num: 4, den: 3 } }],
    ['it carries "Display Matrix"', { sideData: ['Display Matrix'] }],
    ['it is 3840×2160, and 1080p is 1920×1080', { width: 3840, height: 2160, level: 40 }],
    ['it is 1919×1080', { width: 1919 }],
    ['full range', { colour: { fullRange: true } }],
    ['bt470bg', { colour: { matrix: 'bt470bg', fullRange: false } }],
    ['it is HDR', { transfer: 'hlg' }],
  ])('is refused: %s', (reason, video) => {
    expect(objectToPicture(ask(sourceOf(video)))).toContain(reason);
  });

  test('is refused beside another picture, without a wish to copy, and for other codecs and containers', () => {
    expect(objectToPicture(ask(sourceOf({}, { pictureTracks: 2 })))).toContain('cover art');
    expect(objectToPicture(ask(sourceOf(), { copy: 'never' }))).toContain('switched off');
    expect(objectToPicture(ask(sourceOf(), { codec: 'hevc' }))).toContain('hevc');
    expect(objectToPicture(ask(sourceOf(), { container: 'fmp4' }))).toContain('fMP4');
  });

  test('may leave the colours untold, and may be 1080p60 at level 4.2', () => {
    expect(objectToPicture(ask(sourceOf({ colour: { fullRange: false } })))).toBeUndefined();
    const fast = { level: 42, frameRate: { num: 60, den: 1 } };
    expect(objectToPicture(ask(sourceOf(fast)))).toBeUndefined();
    expect(objectToPicture(ask(sourceOf({ ...fast, level: 50 })))).toContain('5.0');
  });
});

describe('a picture’s packets', () => {
  /** 24 fps, groups of `seconds`, with the kilobits a second of each. */
  const coded = (seconds: number, kbps: readonly number[]): CodedPicture => ({
    groups: kbps.map((rate, number) => ({
      keyFrame: number * seconds * 90_000,
      lastPicture: (number + 1) * seconds * 90_000 - 3750,
      frames: seconds * 24,
      bytes: (rate * 1000 * seconds) / 8,
    })),
  });
  const judge = (picture: CodedPicture, more: Partial<Preset> = {}) => {
    const end = ((picture.groups.at(-1)?.lastPicture ?? 0) + 3750) / 90;
    return objectToGroups(picture, ask(sourceOf({}, { durationMs: end }), more));
  };

  test('of ordinary films have nothing against copying', () => {
    expect(judge(coded(2, Array(20).fill(5000)))).toBeUndefined();
    expect(judge(coded(4, Array(20).fill(6400)))).toBeUndefined();
  });

  test('of web films need a wish: their key frames lie 10.4 s apart', () => {
    const web = coded(10.4, Array(5).fill(5000));
    expect(judge(web)).toBe(
      'its key frames lie up to 10.4 s apart, not at most 4 s (--copy-long-gops)',
    );
    expect(judge(web, { copy: 'long-gops' })).toBeUndefined();
    expect(judge(coded(11, Array(5).fill(5000)), { copy: 'long-gops' })).toContain('11.0 s');
  });

  test('may have no more bits than the rung, on average or at a peak', () => {
    expect(judge(coded(2, Array(20).fill(6600)))).toContain('and 1080p at most 6500 kb/s');
    const hard = coded(2, [...Array(9).fill(1000), ...Array(6).fill(6900), ...Array(9).fill(1000)]);
    expect(judge(hard)).toContain('up to 69');
    const uneven = coded(2, [
      ...Array(30).fill(1000),
      ...Array(3).fill(4000),
      ...Array(30).fill(1000),
    ]);
    expect(judge(uneven)).toContain('more than twice its average');
  });

  test('that begin after the sound are encoded: players were given a hole', () => {
    const late = (seconds: number): CodedPicture => ({
      groups: coded(2, Array(20).fill(5000)).groups.map((group) => ({
        ...group,
        keyFrame: group.keyFrame + seconds * 90_000,
        lastPicture: group.lastPicture + seconds * 90_000,
      })),
    });
    expect(judge(late(0.5))).toBeUndefined();
    expect(judge(late(0.8))).toContain('begins 0.80 s after the film');
  });

  test('of a film that was cut off are encoded, so that the gate can say what is missing', () => {
    const source = sourceOf({}, { durationMs: 60_000 });
    expect(objectToGroups(coded(2, Array(10).fill(5000)), ask(source))).toContain('40.0 s longer');
  });
});

describe('a sound track', () => {
  const source = sourceOf();
  test.each([
    [{}, undefined],
    [{ channels: 1, sampleRateHz: 44_100 }, undefined],
    [{ profile: 'HE-AAC' }, 'not AAC-LC'],
    [{ codec: 'mp3' }, 'not AAC-LC'],
    [{ channels: 6 }, '6 channels'],
    [{ sampleRateHz: 32_000 }, '32000 Hz'],
  ])('%j by its header', (track, reason) => {
    const found = objectToTrack(audioOf(track), ask(source));
    if (reason === undefined) expect(found).toBeUndefined();
    else expect(found).toContain(reason);
  });

  test.each([
    [0, 128, undefined],
    [-0.044, 192, undefined],
    [-0.07, 128, 'begins -0.070 s'],
    [0.1, 128, 'begins 0.100 s'],
    [0, 256, '256 kb/s'],
  ])('that begins at %d with %d kb/s', (startSeconds, kbps, reason) => {
    const found = objectToSound({ startSeconds, kbps }, audioOf());
    if (reason === undefined) expect(found).toBeUndefined();
    else expect(found).toContain(reason);
  });
});
