import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { channelMix, hasSurround } from '../../../src/plan/channel-mix.ts';

const stereo = (channels: number, channelLayout?: string) =>
  channelMix({ channels, ...(channelLayout === undefined ? {} : { channelLayout }) }, 'stereo')
    ?.channels;

/** Gain of ffmpeg 5.1's own downmix for voices in the centre of 5.1: 0.7071 ÷ (1 + 0.7071 + 0.7071). */
const FFMPEG_CENTRE = 0.293;

describe('the film downmix to stereo', () => {
  test('keeps the ratios of BS.775 and brings voices out louder than ffmpeg does', () => {
    expect(stereo(6, '5.1')).toEqual({
      FL: { FL: 0.71, FC: 0.5, LFE: 0.5, BL: 0.5 },
      FR: { FR: 0.71, FC: 0.5, LFE: 0.5, BR: 0.5 },
    });
    expect(stereo(6, '5.1(side)')?.['FL']).toEqual({ FL: 0.71, FC: 0.5, LFE: 0.5, SL: 0.5 });
    expect(stereo(6, '5.1')?.['FL']?.['FC']).toBeGreaterThan(FFMPEG_CENTRE);
  });

  test('leaves the fronts as loud as they are where no centre carries the voices', () => {
    expect(stereo(3, '2.1')).toEqual({ FL: { FL: 1, LFE: 0.71 }, FR: { FR: 1, LFE: 0.71 } });
    expect(stereo(4, 'quad')?.['FL']).toEqual({ FL: 1, BL: 0.71 });
  });

  test('gives mono to both sides as loud as it is, and stereo if it should turn into that', () => {
    expect(stereo(1, 'mono')).toEqual({ FL: { FC: 1, FL: 1 }, FR: { FC: 1, FR: 1 } });
  });

  test('takes a single channel without a name by its number, as a name would find nothing', () => {
    expect(stereo(1)).toEqual({ FL: { c0: 1 }, FR: { c0: 1 } });
  });

  test('mixes two channels that are no left and right', () => {
    expect(stereo(2, '2 channels (FC+LFE)')).toEqual({
      FL: { FC: 1, LFE: 1 },
      FR: { FC: 1, LFE: 1 },
    });
  });

  test('calls channels otherwise that ffmpeg would not mix: half pairs, and nothing in front', () => {
    expect(channelMix({ channels: 2, channelLayout: '2 channels (SL+SR)' }, 'stereo')).toEqual({
      layout: 'stereo',
      renamedAs: 'stereo',
      channels: { FL: { c0: 1 }, FR: { c1: 1 } },
    });
    expect(
      channelMix({ channels: 4, channelLayout: '4 channels (FL+FC+SL+SR)' }, 'stereo'),
    ).toEqual({
      layout: 'stereo',
      renamedAs: 'quad',
      channels: { FL: { c0: 0.71, c1: 0.5, c2: 0.5 }, FR: { c1: 0.5, c3: 0.5 } },
    });
    expect(channelMix({ channels: 6, channelLayout: '5.1' }, 'stereo')).not.toHaveProperty(
      'renamedAs',
    );
  });

  test('knows the 24 channels of 22.2, with and without their name', () => {
    expect(stereo(24, '22.2')?.['FL']).toMatchObject({ FL: 0.71, FC: 0.5, BFL: 0.5 });
    expect(stereo(24)?.['FL']).toMatchObject({ c0: 0.71, c2: 0.5, c22: 0.5 });
  });

  test('takes a single channel for mono, whatever place it claims', () => {
    expect(stereo(1, '1 channels (FR)')).toEqual({ FL: { FR: 1 }, FR: { FR: 1 } });
    expect(stereo(1, 'FL')).toEqual({ FL: { FL: 1 }, FR: { FL: 1 } });
  });

  test('puts what is in the middle of the back on both sides', () => {
    expect(stereo(7, '6.1')?.['FL']).toEqual({ FL: 0.71, FC: 0.5, LFE: 0.5, BC: 0.35, SL: 0.5 });
    expect(stereo(4, '4.0')?.['FR']).toEqual({ FR: 0.71, FC: 0.5, BC: 0.35 });
  });

  test('goes by position in the usual order where only a number is known', () => {
    expect(stereo(6)?.['FL']).toEqual({ c0: 0.71, c2: 0.5, c3: 0.5, c4: 0.5 });
    expect(stereo(6, '6 channels')).toEqual(stereo(6));
    expect(stereo(4)).toEqual({
      FL: { c0: 1, c2: 0.5, c3: 0.5 },
      FR: { c1: 1, c2: 0.5, c3: 0.5 },
    });
  });

  test('leaves stereo alone', () => {
    expect(stereo(2, 'stereo')).toBeUndefined();
    expect(stereo(2)).toBeUndefined();
    expect(stereo(2, 'downmix')).toBeUndefined();
    expect(stereo(2, '2 channels (FL+FR)')).toBeUndefined();
  });

  test('never loses a channel, whatever the layout is called', () => {
    const layouts = [
      ...['mono', '2.1', '3.0', '3.0(back)', '4.0', 'quad', '5.1', '5.1(side)', '6.1', '7.1'],
      ...['7.1(wide)', '22.2', 'hexadecagonal', 'ambisonic 1', 'FL+FR+LFE', 'NONE', '', '7.1.4'],
      '4 channels (FL+FR+BL+BR)',
    ];
    fc.assert(
      fc.property(fc.integer({ min: 3, max: 64 }), fc.constantFrom(...layouts), (count, layout) => {
        const heard = new Set(
          Object.values(stereo(count, layout) ?? {}).flatMap((gains) => Object.keys(gains)),
        );
        expect(heard.size).toBe(count);
      }),
    );
  });
});

describe('5.1', () => {
  const surround = (channels: number, channelLayout: string) =>
    channelMix({ channels, channelLayout }, '5.1')?.channels;

  test('stays as it is, with side speakers where back ones are asked for', () => {
    expect(surround(6, '5.1(side)')).toEqual({
      FL: { FL: 1 },
      FR: { FR: 1 },
      FC: { FC: 1 },
      LFE: { LFE: 1 },
      BL: { SL: 1 },
      BR: { SR: 1 },
    });
  });

  test('takes side and back of 7.1 together, and the middle of the back on both', () => {
    expect(surround(8, '7.1')?.['BL']).toEqual({ BL: 0.71, SL: 0.71 });
    expect(surround(7, '6.1')?.['BR']).toEqual({ BC: 0.71, SR: 1 });
    expect(surround(8, '7.1(wide)')?.['FL']).toEqual({ FL: 1, FLC: 0.71 });
    expect(surround(5, '5.0')?.['LFE']).toEqual({});
  });

  test('is only made of what has a centre and surrounds', () => {
    const has = (channels: number, channelLayout?: string) =>
      hasSurround({ channels, ...(channelLayout === undefined ? {} : { channelLayout }) });
    expect([has(6, '5.1'), has(5, '5.0(side)'), has(8, '7.1'), has(6)]).toEqual([
      true,
      true,
      true,
      true,
    ]);
    expect([has(2, 'stereo'), has(1, 'mono'), has(4, 'quad'), has(4), has(3, '3.0')]).toEqual([
      false,
      false,
      false,
      false,
      false,
    ]);
  });
});
