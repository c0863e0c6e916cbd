import { describe, expect, test } from 'vitest';
import { loadPreset } from '../../../src/config/load-preset.ts';
import { ladder } from '../../../src/plan/ladder.ts';
import { videoOf } from '../../helpers/source-of.ts';

const preset = await loadPreset('default', { cwd: '/' });

const sizes = (width: number, height: number) =>
  ladder(videoOf({ width, height }), preset)
    .map((rung) => `${rung.name} ${rung.width}x${rung.height}`)
    .join(', ');

describe('the ladder', () => {
  test.each([
    [1920, 1080, '360p 640x360, 720p 1280x720, 1080p 1920x1080'],
    [1920, 800, '360p 640x266, 720p 1280x534, 1080p 1920x800'],
    [1440, 1080, '360p 480x360, 720p 960x720, 1080p 1440x1080'],
    [3840, 2160, '360p 640x360, 720p 1280x720, 1080p 1920x1080'],
    [1080, 1920, '360p 360x640, 720p 720x1280, 1080p 1080x1920'],
    [1280, 720, '360p 640x360, 720p 1280x720'],
    [1916, 1076, '360p 640x360, 720p 1280x718, 1080p 1916x1076'],
    [640, 360, '360p 640x360'],
  ])('of a film of %i×%i is %s', (width, height, expected) => {
    expect(sizes(width, height)).toBe(expected);
  });

  test.each([
    [854, 480, '360p 640x360, 480p 854x480'],
    [960, 540, '360p 640x360, 540p 960x540'],
    [1024, 576, '360p 640x360, 576p 1024x576'],
    [768, 576, '360p 480x360, 576p 768x576'],
    [960, 402, '360p 640x268, 540p 960x402'],
    [1600, 900, '360p 640x360, 720p 1280x720, 900p 1600x900'],
    [161, 121, '120p 160x120'],
    [320, 240, '240p 320x240'],
  ])('of a film between the boxes, %i×%i, ends at its own size: %s', (width, height, expected) => {
    expect(sizes(width, height)).toBe(expected);
  });

  test('never has a rung larger than the film, keeps its shape within 1 % and is even', () => {
    for (let width = 100; width < 9000; width += 37) {
      for (const height of [16, 17, 90, 121, 266, 402, 576, 817, 1080, 1920, 2160]) {
        for (const rung of ladder(videoOf({ width, height }), preset)) {
          expect((rung.width % 2) + (rung.height % 2)).toBe(0);
          expect(rung.width).toBeLessThanOrEqual(width);
          expect(rung.height).toBeLessThanOrEqual(height);
          const shape = (rung.width * height) / (rung.height * width);
          expect(
            Math.abs(shape - 1),
            `${rung.width}×${rung.height} of ${width}×${height}`,
          ).toBeLessThanOrEqual(0.0102);
        }
      }
    }
  });

  test('grows a film of less than 100 pixels where no smaller even size has its shape', () => {
    expect(sizes(16, 16)).toBe('16p 16x16');
    expect(sizes(17, 17)).toBe('16p 16x16');
    expect(sizes(17, 16)).toBe('28p 30x28');
    for (let width = 16; width < 100; width += 1) {
      for (let height = 16; height < 100; height += 1) {
        const [rung, ...others] = ladder(videoOf({ width, height }), preset);
        expect(others).toEqual([]);
        const shape = ((rung?.width ?? 0) * height) / ((rung?.height ?? 1) * width);
        expect(Math.abs(shape - 1), `${width}×${height}`).toBeLessThanOrEqual(0.0102);
        expect(rung?.width).toBeLessThanOrEqual(2 * width);
      }
    }
  });

  test('leaves out a rung in which the film would be a line, and keeps the film', () => {
    expect(sizes(16, 4000)).toBe('2250p 16x4000');
    expect(sizes(100, 2000)).toMatch(/^360p 32x640, /);
  });

  test('spends no more than the source has × 1.3, and less from rung to rung', () => {
    const rungs = ladder(videoOf({ bitrateKbps: 1000 }), preset);
    expect(rungs.map((rung) => rung.maxKbps)).toEqual([769, 1000, 1300]);
    expect(rungs.map((rung) => rung.averageKbps)).toEqual([769, 1000, 1300]);
  });

  test('leaves enough for a picture that stands still, of which a film may have hardly any bits', () => {
    const rungs = ladder(videoOf({ bitrateKbps: 26 }), preset);
    expect(rungs.map((rung) => rung.maxKbps)).toEqual([250, 678, 1216]);
  });

  test('goes by the bits of a picture where a film rests: a recording of a screen', () => {
    const resting = videoOf({ bitrateKbps: 300, sourceFps: 4, frameRate: { num: 24, den: 1 } });
    expect(ladder(resting, preset).at(-1)?.maxKbps).toBe(2340);
  });

  test('allows more for a source in a newer codec, and for 50 pictures a second and more', () => {
    const top = (video: Parameters<typeof videoOf>[0]) => ladder(videoOf(video), preset).at(-1);
    expect(top({ bitrateKbps: 1000, codec: 'hevc' })?.maxKbps).toBe(2080);
    expect(top({ frameRate: { num: 50, den: 1 } })?.maxKbps).toBe(9100);
    expect(top({})?.maxKbps).toBe(6500);
  });
});
