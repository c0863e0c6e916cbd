import { describe, expect, test } from 'vitest';
import { PictureGroupReader } from '../../../../src/ffmpeg/copyable/picture-groups.ts';
import type { CodedPacket } from '../../../../src/ffmpeg/copyable/read-coded-packets.ts';

const packet = (rest: Partial<CodedPacket> = {}): CodedPacket => ({
  pts: 0,
  dts: 0,
  bytes: 100,
  isKey: false,
  isHidden: false,
  isDamaged: false,
  ...rest,
});

/** 25 fps in milliseconds, a key frame every 4 pictures, each second picture shown late. */
const film = (pictures: number): CodedPacket[] =>
  Array.from({ length: pictures }, (_, number) => {
    const shown = [0, 2, 1, 3][number % 4] ?? 0;
    return packet({
      pts: 40 * (number - (number % 4) + shown),
      dts: 40 * number - 80,
      isKey: number % 4 === 0,
    });
  });

const read = (
  packets: readonly CodedPacket[],
  { clockStartUs = 0, timeBase = { num: 1, den: 1000 }, frameRate = { num: 25, den: 1 } } = {},
) => {
  const reader = new PictureGroupReader({ frameRate, timeBase, clockStartUs });
  const taken = packets.map((one) => reader.push(one));
  return { ...reader.finish(), stoppedAt: taken.indexOf(false) };
};

describe('the packets of a picture', () => {
  test('are groups, with the times that ffmpeg will give them', () => {
    expect(read(film(10))).toEqual({
      groups: [
        { keyFrame: 0, lastPicture: 10_800, frames: 4, bytes: 400 },
        { keyFrame: 14_400, lastPicture: 25_200, frames: 4, bytes: 400 },
        // The last one is not whole: two of its pictures are there, 8 and 10.
        expect.anything(),
      ].slice(0, 2),
      flaw: expect.stringContaining('constant rate: 80 ms instead of 40 ms'),
      stoppedAt: -1,
    });
    expect(read(film(8)).flaw).toBeUndefined();
  });

  test('count from the film’s start, to the tick of their own clock', () => {
    // Sound begins 1024 samples earlier: 21.333 ms are 262 ticks of 1/12288.
    const at = {
      clockStartUs: -21_333,
      timeBase: { num: 1, den: 12_288 },
      frameRate: { num: 24, den: 1 },
    };
    const { groups } = read([packet({ isKey: true }), packet({ pts: 512, dts: 512 })], at);
    expect(groups).toMatchObject([{ keyFrame: 1919, lastPicture: 5669, frames: 2 }]);
  });

  test.each<[string, (packets: CodedPacket[]) => CodedPacket[], string]>([
    ['of pre-roll', (all) => all.map((one, at) => ({ ...one, isHidden: at === 1 })), 'edit list'],
    ['that are damaged', (all) => all.map((one) => ({ ...one, isDamaged: true })), 'damaged'],
    ['without a key frame first', (all) => all.slice(1), 'does not begin with a key frame'],
    ['without times', (all) => all.map((one) => ({ ...one, pts: undefined })), 'no time stamp'],
    ['that are missing', (all) => all.filter((_, at) => at !== 6), 'constant rate'],
    ['that go back', (all) => [...all.slice(0, 4), ...all.slice(0, 4)], 'go back'],
    ['shown too early', (all) => all.map((one) => ({ ...one, dts: 1000 })), 'before it is decoded'],
    ['that are doubled', (all) => [...all, packet({ pts: 280, dts: 250 })], 'the same time'],
    [
      'that lead an open group',
      (all) => [
        ...all,
        packet({ pts: 360, dts: 250, isKey: true }),
        packet({ pts: 320, dts: 260 }),
      ],
      'open GOP',
    ],
    [
      'behind a key frame and shown before it',
      (all) => [
        ...all,
        packet({ pts: 320, dts: 250, isKey: true }),
        packet({ pts: 300, dts: 260 }),
      ],
      'open GOP',
    ],
    ['that are none', () => [], 'no packets'],
  ])('%s make it unfit', (_, harm, flaw) => {
    expect(read(harm(film(8))).flaw).toContain(flaw);
  });

  test('at 23.976 in milliseconds are unfit: players lose pictures at the cuts', () => {
    const stamps = Array.from({ length: 5 }, (_, number) => Math.round((number * 1001) / 24));
    const packets = stamps.map((pts) => packet({ pts, dts: pts, isKey: pts === 0 }));
    const { flaw } = read(packets, { frameRate: { num: 24_000, den: 1001 } });
    expect(flaw).toBe(
      'its pictures do not come at a constant rate: 42 ms instead of 41.71 ms at 0:00',
    );
  });
});
