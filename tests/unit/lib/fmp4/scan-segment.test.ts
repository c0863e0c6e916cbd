import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { scanSegment } from '../../../../src/lib/fmp4/scan-segment.ts';
import {
  box,
  type FragmentFields,
  fragment,
  HEVC_SPS,
  IDR,
  type InitFields,
  init,
  NON_SYNC,
  picture,
  SLICE,
  SPS,
  SYNC,
  sidx,
  styp,
  u32,
} from './write-fmp4.ts';

/** 1.4 s as ffmpeg writes it at 24 fps: no whole number of 1/12288 s. */
const START = 17_203n;
const key = { data: IDR, flags: SYNC };
const four = [key, { data: SLICE, cts: 2048 }, { data: SLICE, cts: 512 }, { data: SLICE }];
const pictures = (rest: Partial<FragmentFields> = {}) =>
  fragment({ time: START, samples: four, ...rest });

const scan = (bytes: Buffer, fields: InitFields = {}) => scanSegment(bytes, init(fields));
const problemsOf = (bytes: Buffer, fields: InitFields = {}) => scan(bytes, fields).problems;

describe('a segment of pictures', () => {
  const content = pictures();
  const bytes = Buffer.concat([styp, sidx(content.length), content]);

  test('is counted, timed without the delay of the edit list, and has its key frame', () => {
    const offset = bytes.length - content.length;
    const isAt = bytes.indexOf(IDR);
    expect(scan(bytes)).toEqual({
      bytes: bytes.length,
      isCutOff: false,
      kind: 'video',
      frames: 4,
      firstPts: 125_999, // 1.39998 s, to the nearest tick
      lastPts: 125_999 + 3 * 3_750,
      firstDts: 125_999,
      lastDts: 125_999 + 3 * 3_750,
      endDts: 125_999 + 4 * 3_750,
      keyFrames: [{ pts: 125_999, offset, bytes: isAt + IDR.length - offset, isIdr: true }],
      sps: SPS,
      problems: [],
    });
  });

  test('a key frame inside a fragment has no range that a player could read', () => {
    const facts = scan(pictures({ samples: [...four, key, { data: SLICE }] }));
    expect(facts.keyFrames.map((it) => it.bytes > 0)).toEqual([true, false]);
    const two = Buffer.concat([pictures(), pictures({ time: START + 2048n })]);
    expect(scan(two).keyFrames.map((it) => it.bytes > 0)).toEqual([true, true]);
    expect(scan(two)).toMatchObject({ frames: 8, problems: [] });
  });

  test.each([
    ['avc1', picture([0x65]), true],
    ['avc1', picture([0x61]), false],
    ['avc1', Buffer.concat([picture([0x06]), picture([0x65])]), true],
    ['hvc1', picture([38, 1]), true], // IDR_W_RADL
    ['hvc1', picture([40, 1]), true], // IDR_N_LP
    ['hvc1', picture([42, 1]), false], // CRA
    ['hvc1', Buffer.concat([picture([78, 1]), picture([38, 1])]), true],
  ] as const)('%s: its first slice says whether it is an IDR', (entry, data, isIdr) => {
    const facts = scan(pictures({ samples: [{ data, flags: SYNC }] }), { entry });
    expect(facts).toMatchObject({ keyFrames: [{ isIdr }], problems: [] });
  });

  test('of HEVC has the parameter set of hvcC', () => {
    const samples = [{ data: picture([38, 1]), flags: SYNC }];
    expect(scan(pictures({ samples }), { entry: 'hvc1' }).sps).toBe(HEVC_SPS);
  });
});

test('a segment of sound has its format from the init segment, its times from before the film on', () => {
  const samples = [1, 2, 3].map(() => ({
    data: Buffer.alloc(50),
    duration: 1024,
    cts: 0,
    flags: SYNC,
  }));
  const time = BigInt(1.4 * 48_000 - 1024);
  const fields = { entry: 'mp4a', timescale: 48_000, edits: [[0, 0]] } as const;
  expect(scan(fragment({ time, samples }), fields)).toMatchObject({
    kind: 'audio',
    frames: 3,
    firstPts: 124_080,
    endDts: 124_080 + 3 * 1920,
    keyFrames: [],
    audio: { objectType: 2, sampleRateHz: 48_000, channels: 2 },
    problems: [],
  });
});

test('what a trun leaves out is taken from tfhd, and what that leaves out from trex', () => {
  const data = Buffer.concat([IDR, IDR]);
  const moof = (offset: number) =>
    box(
      'moof',
      box(
        'traf',
        box('tfhd', u32(0x20010), u32(1), u32(IDR.length)),
        box('tfdt', u32(0), u32(12_288)),
        box('trun', u32(0x5), u32(2), u32(offset), u32(SYNC)),
      ),
    );
  const bytes = Buffer.concat([moof(moof(0).length + 8), box('mdat', data)]);
  expect(scan(bytes, { edits: [] })).toMatchObject({
    frames: 2,
    firstPts: 90_000,
    lastPts: 93_750,
    keyFrames: [{ pts: 90_000 }],
    problems: [],
  });
});

describe('what is wrong is told', () => {
  const cut = pictures().subarray(0, 300);
  test.each<[string, Buffer, RegExp, InitFields?]>([
    ['empty', Buffer.alloc(0), /^is empty$/],
    ['cut off', cut, /is cut off: 300 bytes end inside a box/],
    ['zeros', Buffer.alloc(4096), /is cut off/],
    ['text', Buffer.from('<!doctype html><title>404</title>'), /is cut off/],
    ['a box of another', Buffer.concat([box('evil'), pictures()]), /"evil"\) that is none of ours/],
    ['data alone', box('mdat', IDR), /has data that no fragment tells of/],
    ['no data', pictures({ data: Buffer.alloc(0) }), /without its data/],
    [
      'data too long',
      pictures({ data: box('mdat', ...four.map((it) => it.data), IDR) }),
      /do not fill/,
    ],
    ['data elsewhere', pictures({ dataShift: 4 }), /do not fill their data/],
    ['another track', pictures({ trackId: 2 }), /of a track that has no name/],
    ['time before 0', pictures({ time: 2n ** 64n - 1024n }), /begins before the time 0/],
    ['a hole', Buffer.concat([pictures(), pictures({ time: START + 2049n })]), /begins elsewhere/],
    [
      'no time',
      pictures({ samples: [key, { data: SLICE, duration: 0 }, { data: SLICE }] }),
      /not later/,
    ],
    [
      'a damaged picture',
      pictures({ samples: [{ data: Buffer.alloc(80, 7), flags: SYNC }] }),
      /\(1\) that is damaged/,
    ],
    ['an index that lies', Buffer.concat([sidx(7), pictures()]), /index that does not fit/],
    ['no picture', styp, /neither a picture nor sound/],
    ['two tracks', pictures(), /init segment that holds 2 tracks/, { tracks: 2 }],
    ['hev1', pictures(), /names its codec hev1 instead of hvc1/, { entry: 'hev1' }],
    ['avc3', pictures(), /names its codec avc3 instead of avc1/, { entry: 'avc3' }],
    ['no codec of ours', pictures(), /a track \(ac-3\) of no codec/, { entry: 'ac-3' }],
    ['an edit that cuts', pictures(), /edit list that cuts/, { edits: [[9, 0]] }],
    [
      'two edits',
      pictures(),
      /edit list that cuts/,
      {
        edits: [
          [0, -1],
          [0, 0],
        ],
      },
    ],
    [
      'a picture in the init',
      pictures(),
      /init segment that holds pictures/,
      { more: [pictures()] },
    ],
    ['an init cut off', pictures(), /init segment that is cut off/, { more: [Buffer.alloc(3)] }],
    ['no parameter sets', pictures(), /without the parameter sets/, { sps: '' }],
  ])('%s', (_, bytes, problem, fields = {}) => {
    expect(problemsOf(bytes, fields).join('\n')).toMatch(problem);
  });

  test('a file that ends inside a box is known as such', () => {
    expect(scan(cut).isCutOff).toBe(true);
    expect(scan(pictures()).isCutOff).toBe(false);
  });

  test('a run that claims billions of samples costs nothing', () => {
    const bytes = pictures();
    bytes.writeUInt32BE(0xffff_ffff, bytes.indexOf('trun') + 8);
    expect(problemsOf(bytes).join()).toMatch(/list of samples that is cut off/);
  });

  test('any bytes are taken, any byte may be another, and nothing is thrown', () => {
    const sound = [styp, pictures(), pictures({ time: START + 2048n })];
    const bytes = Buffer.concat(sound);
    const first = init();
    fc.assert(
      fc.property(
        fc.nat(bytes.length - 1),
        fc.nat(first.length - 1),
        fc.nat(255),
        (at, inInit, value) => {
          const [segment, start] = [Buffer.from(bytes), Buffer.from(first)];
          segment[at] = value;
          start[inInit] = value;
          expect(scanSegment(segment, first).problems.length).toBeLessThanOrEqual(10);
          expect(scanSegment(bytes, start).problems.length).toBeLessThanOrEqual(10);
        },
      ),
      { numRuns: 500 },
    );
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (any) => void scanSegment(any, any)));
  });

  test('a picture marked as no key frame is none', () => {
    expect(scan(pictures({ samples: [{ data: IDR, flags: NON_SYNC }] })).keyFrames).toEqual([]);
  });
});
