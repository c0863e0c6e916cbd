import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PACKET_BYTES, scanSegment } from '../../../../src/lib/mpegts/scan-segment.ts';
import {
  aacFrame,
  group,
  keyNals,
  OTHER_SPS,
  type Picture,
  SegmentWriter,
  SPS,
  sliceNals,
  VIDEO_PID,
} from './write-segment.ts';

const H264 = 0x1b;
const HEVC = 0x24;
const AAC = 0x0f;

function video(pictures: readonly Picture[], streamType = H264): SegmentWriter {
  const writer = new SegmentWriter().tables(streamType);
  for (const picture of pictures) writer.picture(picture);
  return writer;
}

const scanVideo = (pictures: readonly Picture[]) => scanSegment(video(pictures).bytes);

describe('a sound video segment', () => {
  const pictures = [...group(126_000, 5, 3750), ...group(144_750, 5, 3750)];
  const bytes = video(pictures).bytes;
  const facts = scanSegment(bytes);

  test('is counted, timed and free of problems', () => {
    expect(facts).toMatchObject({
      bytes: bytes.length,
      kind: 'video',
      frames: 10,
      firstPts: 126_000,
      lastPts: 159_750,
      firstDts: 122_250,
      lastDts: 156_000,
      sps: SPS,
      problems: [],
    });
    expect(facts.audio).toBeUndefined();
  });

  test('has the byte range of each key picture, without the tables in front of the first', () => {
    expect(facts.keyFrames).toEqual([
      { pts: 126_000, offset: 2 * 188, bytes: 5 * 188, isIdr: true },
      { pts: 144_750, offset: 15 * 188, bytes: 5 * 188, isIdr: true },
    ]);
    const alone = facts.keyFrames.map(({ offset, bytes: length }) =>
      scanSegment(
        Buffer.concat([bytes.subarray(0, 2 * 188), bytes.subarray(offset, offset + length)]),
      ),
    );
    expect(alone).toMatchObject([
      { frames: 1, firstPts: 126_000, problems: [] },
      { frames: 1, firstPts: 144_750, problems: [] },
    ]);
  });

  test('begins at its earliest picture in presentation, wherever that lies in the file', () => {
    const late = { pts: 140_000, dts: 100_000, nals: keyNals(), isRandomAccess: true };
    const facts = scanVideo([late, { pts: 130_000, dts: 103_000 }, { pts: 135_000, dts: 106_000 }]);
    expect(facts).toMatchObject({ firstPts: 130_000, lastPts: 140_000, problems: [] });
  });
});

describe('time stamps', () => {
  test.each([2 ** 30, 2 ** 31, 2 ** 32 + 12_345, 2 ** 33 - 100_000])(
    'are read with all 33 bits (%d)',
    (first) => {
      const facts = scanVideo(group(first, 4, 3750));
      expect(facts).toMatchObject({ firstPts: first, firstDts: first - 3750, problems: [] });
    },
  );

  test('may start again at 0 within a segment, after 26.5 hours', () => {
    const facts = scanVideo(group(2 ** 33 - 5000, 4, 3750));
    expect(facts).toMatchObject({
      firstPts: 2 ** 33 - 5000,
      lastPts: 3 * 3750 - 5000,
      lastDts: 2 * 3750 - 5000,
      problems: [],
    });
  });

  const key = { pts: 10_000, dts: 5_000, nals: keyNals(), isRandomAccess: true };
  test.each<[string, Picture, string]>([
    ['missing', {}, 'has a picture (2) that has no time stamp'],
    ['not rising', { pts: 20_000, dts: 5_000 }, 'not later in decoding time'],
    ['falling', { pts: 20_000, dts: 4_000 }, 'not later in decoding time'],
    ['shown before decoded', { pts: 6_000, dts: 7_000 }, 'is shown before it is decoded'],
  ])('%s are a problem', (_, picture, problem) => {
    const facts = scanVideo([key, picture]);
    expect(facts.frames).toBe(2);
    expect(facts.problems).toEqual([expect.stringContaining(problem)]);
  });
});

describe('key frames', () => {
  const key = (nals: readonly Buffer[], rest: Partial<Picture> = {}) => ({
    pts: 10_000,
    nals,
    isRandomAccess: true,
    ...rest,
  });

  test('are told from recovery points: IDR is NAL type 5', () => {
    expect(scanVideo([key(keyNals(SPS, 0x65))]).keyFrames[0]?.isIdr).toBe(true);
    expect(scanVideo([key(keyNals(SPS, 0x61))]).keyFrames[0]?.isIdr).toBe(false);
  });

  test('are read behind start codes of three bytes and of four', () => {
    for (const startCodeBytes of [3, 4] as const) {
      const facts = scanVideo([key(keyNals(), { startCodeBytes })]);
      expect(facts).toMatchObject({ sps: SPS, keyFrames: [{ isIdr: true }], problems: [] });
    }
  });

  test('are read behind a long SEI that fills several packets and holds what looks like a slice', () => {
    // 00 00 03 01 is 00 00 01 behind emulation prevention: no start code.
    const sei = Buffer.concat([
      Buffer.from([6, 5]),
      Buffer.alloc(1500, 0x11),
      Buffer.from([0, 0, 3, 1, 0x61]),
    ]);
    const facts = scanVideo([key([sei, ...keyNals()])]);
    expect(facts).toMatchObject({ sps: SPS, keyFrames: [{ isIdr: true }], problems: [] });
  });

  test('without parameter sets are a problem', () => {
    const facts = scanVideo([key(keyNals().slice(3))]);
    expect(facts.problems).toEqual(['begins without the parameter sets that a decoder needs']);
  });

  test('with another sequence parameter set than the first are a problem', () => {
    const facts = scanVideo([key(keyNals()), key(keyNals(OTHER_SPS), { pts: 20_000 })]);
    expect(facts.problems).toEqual(['changes its sequence parameter set at key frame 2']);
  });

  test('of HEVC are IDR when of type 19 or 20, not when CRA', () => {
    const isIdr = [19, 20, 21].map((type) => {
      const slice = Buffer.concat([Buffer.from([type << 1, 1]), Buffer.alloc(50, 0xaa)]);
      const pictures = [key([Buffer.from([32 << 1, 1]), slice])];
      return scanSegment(video(pictures, HEVC).bytes).keyFrames[0]?.isIdr;
    });
    expect(isIdr).toEqual([true, true, false]);
  });
});

describe('packets', () => {
  const key = { pts: 10_000, nals: keyNals(), isRandomAccess: true };
  const packet = (b1: number, b2: number, b3: number) =>
    Buffer.concat([Buffer.from([0x47, b1, b2, b3]), Buffer.alloc(184, 0xff)]);

  test('that are missing show in the continuity counter', () => {
    const facts = scanSegment(video([key]).skipCounter(VIDEO_PID).picture({ pts: 13_750 }).bytes);
    expect(facts.problems).toEqual([expect.stringContaining('lost or gained packets')]);
  });

  test('may begin with any counter, and jump where discontinuity is announced', () => {
    const writer = new SegmentWriter();
    for (const pid of [0, 0x1000, VIDEO_PID]) writer.skipCounter(pid).skipCounter(pid);
    writer.tables(H264).picture(key).skipCounter(VIDEO_PID);
    writer.packet({ pid: VIDEO_PID, payload: Buffer.alloc(100, 7), isDiscontinuity: true });
    expect(scanSegment(writer.bytes).problems).toEqual([]);
  });

  test('of stuffing, and those that carry a clock only, count for nothing', () => {
    const clock = Buffer.from(packet(0x01, 0x00, 0x20 | 9));
    clock[4] = 183;
    const writer = video([key])
      .raw(packet(0x1f, 0xff, 0x10))
      .raw(clock)
      .picture({ pts: 13_750 });
    expect(scanSegment(writer.bytes)).toMatchObject({ frames: 2, problems: [] });
  });

  test.each<[string, (bytes: Buffer) => Buffer, string]>([
    ['cut off at 4096 bytes', (bytes) => bytes.subarray(0, 4096), 'is cut off: 4096 bytes'],
    ['empty', (bytes) => bytes.subarray(0, 0), 'is empty'],
    [
      'one wrong sync byte',
      (bytes) => patch(bytes, 188 * 4, 0x46),
      'at byte 752 that does not begin with 0x47',
    ],
    [
      'a packet marked as damaged',
      (bytes) => patch(bytes, 188 * 4 + 1, 0x81),
      'is marked as damaged',
    ],
    ['an encrypted packet', (bytes) => patch(bytes, 188 * 4 + 3, 0x90), 'is encrypted'],
    [
      'a packet that is neither',
      (bytes) => patch(bytes, 188 * 4 + 3, 0x00),
      'has a damaged header',
    ],
    [
      'too long an adaptation field',
      (bytes) => patch(patch(bytes, 188 * 4 + 3, 0x31), 188 * 4 + 4, 190),
      'has a damaged header',
    ],
    [
      'another PID',
      (bytes) => patch(bytes, 188 * 4 + 2, 0x07),
      'of a stream (263) that no table names',
    ],
    ['a flipped bit in the PAT', (bytes) => patch(bytes, 16, 0x11), 'has a wrong checksum'],
    ['a flipped bit in the PMT', (bytes) => patch(bytes, 188 + 18, 0x1a), 'has a wrong checksum'],
    [
      'no start code in a picture',
      (bytes) => patch(bytes, 188 * 2 + 6 + 2, 9),
      'that has no start code',
    ],
    [
      'a damaged marker bit',
      (bytes) => patch(bytes, 188 * 2 + 6 + 13, 0),
      'that has a damaged time stamp',
    ],
    ['no tables', (bytes) => bytes.subarray(188 * 2), 'that no table names'],
    [
      'no first packet of the first picture',
      (bytes) => Buffer.concat([bytes.subarray(0, 376), bytes.subarray(564)]),
      'begins inside a picture',
    ],
  ])('a segment with %s has a problem', (_, harm, problem) => {
    const pictures = [...group(126_000, 8, 3750), ...group(156_000, 8, 3750)];
    const bytes = video(pictures).bytes;
    expect(scanSegment(bytes).problems).toEqual([]);
    expect(scanSegment(harm(Buffer.from(bytes))).problems.join('\n')).toContain(problem);
  });

  test('tell at most ten problems, one line each', () => {
    const { problems } = scanSegment(Buffer.alloc(188 * 1000, 0x55));
    expect(problems).toHaveLength(10);
    expect(problems.join('')).not.toContain('\n');
  });

  test('of no known kind of stream are a problem', () => {
    const facts = scanSegment(new SegmentWriter().tables(0x03).bytes);
    expect(facts).toMatchObject({ kind: 'unknown', frames: 0 });
    expect(facts.problems).toEqual([expect.stringContaining('no H.264, HEVC or AAC')]);
  });
});

describe('an audio segment', () => {
  const sound = () => new SegmentWriter().tables(AAC);
  const frames = (count: number) =>
    Array.from({ length: count }, (_, index) => aacFrame(150 + index * 37));

  test('is counted by AAC frames, several in a PES packet, headers cut by packets included', () => {
    const writer = sound()
      .sound(124_080, frames(9))
      .sound(124_080 + 9 * 1920, frames(7));
    expect(scanSegment(writer.bytes)).toEqual({
      bytes: writer.bytes.length,
      isCutOff: false,
      kind: 'audio',
      frames: 16,
      firstPts: 124_080,
      lastPts: 141_360,
      firstDts: 124_080,
      lastDts: 141_360,
      keyFrames: [],
      audio: { objectType: 2, sampleRateHz: 48_000, channels: 2 },
      problems: [],
    });
  });

  test('with a frame cut off has a problem, in the middle and at the end', () => {
    const cut = [...frames(2), aacFrame(200).subarray(0, 90)];
    expect(scanSegment(sound().sound(0, cut).bytes).problems).toEqual([
      'has an audio frame (3) cut off',
    ]);
    const going = sound().sound(0, cut).sound(5760, frames(1));
    expect(scanSegment(going.bytes).problems).toEqual(['has an audio frame (3) cut off']);
  });

  test('with something else between its frames, or a change of rate, has a problem', () => {
    const noise = sound().sound(0, [aacFrame(150), Buffer.alloc(30, 1), aacFrame(150)]);
    expect(scanSegment(noise.bytes).problems).toEqual([expect.stringContaining('damaged audio')]);
    const change = sound().sound(0, [aacFrame(150), aacFrame(150, { rateIndex: 4 })]);
    expect(scanSegment(change.bytes).problems).toEqual([expect.stringContaining('damaged audio')]);
  });
});

describe('whatever the bytes', () => {
  const film = video([...group(126_000, 8, 3750), ...group(156_000, 8, 3750)]).bytes;
  const speech = new SegmentWriter()
    .tables(AAC)
    .sound(0, [aacFrame(300), aacFrame(411)])
    .sound(3840, [aacFrame(700)]).bytes;

  const expectSane = (bytes: Uint8Array) => {
    const facts = scanSegment(bytes);
    expect(facts.problems.length).toBeLessThanOrEqual(10);
    for (const { offset, bytes: length, pts } of facts.keyFrames) {
      expect(offset % PACKET_BYTES).toBe(0);
      expect(length).toBeGreaterThan(0);
      expect(offset + length).toBeLessThanOrEqual(bytes.length);
      expect(pts).toBeLessThan(2 ** 33);
    }
    for (const ticks of [facts.firstPts, facts.lastPts, facts.firstDts, facts.lastDts]) {
      expect(ticks ?? 0).toBeGreaterThanOrEqual(0);
      expect(ticks ?? 0).toBeLessThan(2 ** 33);
    }
    return facts;
  };

  test('random bytes never throw', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 3000 }), (bytes) => void expectSane(bytes)));
  });

  test('random packets of the right PIDs never throw', () => {
    const head = video([]).bytes;
    const packet = fc
      .tuple(
        fc.uint8Array({ minLength: 188, maxLength: 188 }),
        fc.constantFrom(0, 0x1000, VIDEO_PID),
      )
      .map(([bytes, pid]) => {
        bytes.set([0x47, (pid >> 8) | ((bytes[1] ?? 0) & 0x40), pid & 0xff]);
        return Buffer.from(bytes);
      });
    fc.assert(
      fc.property(fc.array(packet, { maxLength: 30 }), (packets) => {
        expectSane(Buffer.concat([head, ...packets]));
      }),
    );
  });

  test('each flipped bit of a packet header is noticed', () => {
    for (const bytes of [film, speech]) {
      const whole = scanSegment(bytes);
      for (let bit = 0; bit < (bytes.length / 188) * 32; bit += 1) {
        const number = bit >> 5;
        const [byte, mask] = [(bit >> 3) & 3, 1 << (bit & 7)];
        if (byte === 1 && mask === 0x20) continue; // priority: says nothing to anybody
        if (byte === 3 && mask === 0x20) continue; // turns stuffing into picture, or the reverse
        if (byte === 3 && mask < 0x10 && number < 2) continue; // the first counter of a PID is free
        const harmed = Buffer.from(bytes);
        harmed[number * 188 + byte] = (harmed[number * 188 + byte] ?? 0) ^ mask;
        expect(expectSane(harmed), `packet ${number}, byte ${byte}`).not.toEqual(whole);
      }
    }
  });

  test('flipped bits anywhere never throw', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(film.length * 8 - 1), { maxLength: 20 }), (places) => {
        const harmed = Buffer.from(film);
        for (const at of places) harmed[at >> 3] = (harmed[at >> 3] ?? 0) ^ (1 << (at & 7));
        expectSane(harmed);
      }),
      { numRuns: 500 },
    );
  });

  test('a file cut anywhere never throws, and is never taken for the whole one', () => {
    for (const bytes of [film, speech]) {
      const whole = scanSegment(bytes);
      for (let length = 0; length < bytes.length; length += 1) {
        const facts = expectSane(bytes.subarray(0, length));
        if (length % 188 !== 0) expect(facts.problems).not.toEqual([]);
        else expect(facts).not.toEqual(whole);
      }
    }
  });

  test('a packet taken out or doubled is noticed', () => {
    for (let at = 0; at < film.length; at += 188) {
      const packet = film.subarray(at, at + 188);
      const parts = [film.subarray(0, at), film.subarray(at + 188)] as const;
      expect(scanSegment(Buffer.concat([parts[0], packet, packet, parts[1]])).problems).not.toEqual(
        [],
      );
      const without = scanSegment(Buffer.concat(parts));
      const isTail = at + sliceNals.length * 188 * 2 >= film.length;
      if (!isTail) expect(without.problems).not.toEqual([]);
    }
  });
});

function patch(bytes: Buffer, at: number, value: number): Buffer {
  bytes[at] = value;
  return bytes;
}
