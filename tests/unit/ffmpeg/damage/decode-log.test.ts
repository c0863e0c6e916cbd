import { describe, expect, test } from 'vitest';
import { DecodeLog, type DecodeLogOptions } from '../../../../src/ffmpeg/damage/decode-log.ts';
import { isSuspicious } from '../../../../src/ffmpeg/log-line.ts';

const ADDRESS = '@ 0x55f331a3d340';

const picture = (seconds: number, type = 'P') =>
  `[Parsed_showinfo_0 ${ADDRESS}] [info] n: 236 pts: 120832 pts_time:${seconds} pos: 1912669 fmt:yuv420p sar:1/1 s:320x180 i:P iskey:${type === 'I' ? 1 : 0} type:${type}`;
const sound = (seconds: number) =>
  `[Parsed_ashowinfo_0 ${ADDRESS}] [info] n:0 pts:0 pts_time:${seconds} pos:44 fmt:fltp`;
const broken = `[h264 ${ADDRESS}] [error] error while decoding MB 13 4, bytestream 4528`;

/** A minute at a picture a second, a key frame every five. */
function minute(extra: Readonly<Record<number, readonly string[]>>): readonly string[] {
  return Array.from({ length: 60 }, (_, second) => [
    ...(extra[second] ?? []),
    picture(second, second % 5 === 0 ? 'I' : 'P'),
    sound(second),
  ]).flat();
}

function read(lines: readonly string[], options: Partial<DecodeLogOptions> = {}) {
  const log = new DecodeLog({
    container: 'mov,mp4,m4a,3gp,3g2,mj2',
    audioIndexes: [1],
    audioCodecs: ['aac'],
    isJoined: false,
    endMs: 60_000,
    ...options,
  });
  for (const line of lines) log.line(line);
  return log.finish();
}

const seconds = (...pairs: readonly (readonly [number, number])[]) =>
  pairs.map(([from, to]) => ({ startMs: from * 1000, endMs: to * 1000 }));

describe('broken pictures', () => {
  test('are seen from the last good picture to the next key frame', () => {
    expect(read(minute({ 22: [broken] })).picture).toEqual(seconds([21, 25]));
  });

  test('a broken key frame does not mend anything', () => {
    expect(read(minute({ 20: [broken] })).picture).toEqual(seconds([19, 25]));
  });

  test('that break within the first second, after good ones, are told as far as they are seen', () => {
    const lines = Array.from({ length: 100 }, (_, at) => [
      ...(at === 5 ? [broken] : []),
      picture(at / 10, at % 30 === 0 ? 'I' : 'P'),
    ]).flat();
    expect(read(lines).picture).toEqual([{ startMs: 400, endMs: 3_000 }]);
  });

  test('that come before the first good one count from where the film begins', () => {
    const lines = [broken, broken, ...minute({}).slice(20)];
    expect(read(lines, { pictureStartMs: 0 }).picture).toEqual(seconds([0, 10]));
    // A picture that begins late is no damage, nor one that cannot be decoded for half a second.
    expect(read(lines, { pictureStartMs: 9_500 }).picture).toEqual([]);
  });

  test('of a film of half a second are told, where there is none but them', () => {
    expect(read([broken], { endMs: 500 }).picture).toEqual([{ startMs: 0, endMs: 500 }]);
  });

  test('near ones are told as one', () => {
    const found = read(minute({ 22: [broken], 26: [broken], 41: [broken, broken] }));
    expect(found.picture).toEqual(seconds([21, 30], [40, 45]));
    expect(found.firstWords).toBe('h264: error while decoding MB 13 4, bytestream 4528');
  });

  test('without another key frame the trace is taken to fade within ten seconds', () => {
    const lines = Array.from({ length: 60 }, (_, at) => [
      ...(at === 10 ? [broken] : []),
      picture(at, at === 0 ? 'I' : 'P'),
    ]).flat();
    expect(read(lines).picture).toEqual(seconds([9, 21]));
  });

  test('when no picture comes any more, all the rest is lost', () => {
    const lines = minute({}).filter((line) => Number(/pts_time:(\d+)/.exec(line)?.[1]) < 30);
    expect(read([...lines, broken, sound(31)]).picture).toEqual(seconds([29, 60]));
  });

  test.each([
    ['before the first picture', 0],
    ['in its first second, as where a recording begins', 1],
    ['in its last second, as where it was cut', 59],
  ])('%s they count for nothing', (_what, at) => {
    expect(read(minute({ [at]: [broken] }), { endMs: 59_000 }).picture).toEqual([]);
  });

  test.each([
    '[warning] file:/films/a.mp4: corrupt decoded frame in stream 0',
    '[vist#0:0/h264 @ 0x5] [warning] corrupt decoded frame',
    `[h264 ${ADDRESS}] [info] concealing 196 DC, 196 AC, 196 MV errors in B frame`,
    '[error] Error while decoding stream #0:0: Invalid data found when processing input',
    '[vist#0:0/hevc @ 0x5] [dec:hevc @ 0x6] [error] Error submitting packet to decoder: Invalid data',
    `[hevc ${ADDRESS}] [error] The cu_qp_delta 26 is outside the valid range [-26, 25].`,
    `[vp9 ${ADDRESS}] [IMGUTILS @ 0x7ff] [error] Picture size 0x0 is invalid`,
    `[mjpeg ${ADDRESS}] [fatal] No JPEG data found in image`,
    `[libdav1d ${ADDRESS}] [error] Error parsing OBU data`,
  ])('are told by: %s', (line) => {
    expect(read(minute({ 22: [line] })).picture).toEqual(seconds([21, 25]));
  });

  test.each([
    `[h264 ${ADDRESS}] [error] mmco: unref short failure`,
    `[h264 ${ADDRESS}] [error] number of reference frames (0+5) exceeds max (4; probably corrupt input), discarding one`,
    `[null ${ADDRESS}] [error] Application provided invalid, non monotonically increasing dts to muxer in stream 0: 270 >= 270`,
    `[mov,mp4,m4a,3gp,3g2,mj2 ${ADDRESS}] [error] stream 0, offset 0x5: partial file`,
    `[NULL ${ADDRESS}] [error] missing picture in access unit with size 697`,
    '[warning] Guessed Channel Layout for Input Stream #0.1 : mono',
    'no level at all: error',
    '',
  ])('are not told by: %s', (line) => {
    const found = read(minute({ 22: [line] }));
    expect({ picture: found.picture, sound: found.sound }).toEqual({ picture: [], sound: [] });
  });

  test('at the seams of joined recordings pictures lack others, and nothing is broken', () => {
    const seam = `[h264 ${ADDRESS}] [error] co located POCs unavailable`;
    expect(read(minute({ 22: [seam] })).picture).not.toEqual([]);
    expect(read(minute({ 22: [seam] }), { isJoined: true }).picture).toEqual([]);
    expect(read(minute({ 22: [broken] }), { isJoined: true }).picture).not.toEqual([]);
  });
});

describe('broken sound', () => {
  test.each([
    '[error] Error while decoding stream #0:1: Invalid data found when processing input',
    `[aac ${ADDRESS}] [error] channel element 0.0 is not allocated`,
    '[aist#0:1/aac @ 0x5] [dec:aac @ 0x6] [error] Error submitting packet to decoder: Invalid data',
  ])('is told by: %s', (line) => {
    const found = read(minute({ 22: [line, line], 40: [line] }));
    expect(found.picture).toEqual([]);
    expect(found.sound).toEqual(seconds([21, 23], [39, 41]));
    expect(found.soundLostMs).toBe(4_000);
  });

  test('a decoder that is called otherwise than its codec is known', () => {
    const line = `[mp3float ${ADDRESS}] [error] Header missing`;
    expect(read(minute({ 22: [line] }), { audioCodecs: ['mp3'] }).soundLostMs).toBe(2_000);
  });
});

test('where sound alone is decoded, whatever is said is about the sound', () => {
  const found = read([sound(1), broken, sound(2), sound(3)], { isSoundOnly: true });
  expect(found.picture).toEqual([]);
  expect(found.sound).toEqual(seconds([1, 3]));
});

test('what the encoder is told makes a film suspicious, what it always says does not', () => {
  expect(isSuspicious(broken)).toBe(true);
  expect(isSuspicious('[warning] a.ts: corrupt input packet in stream 0')).toBe(true);
  expect(isSuspicious('[warning] Guessed Channel Layout for Input Stream #0.1 : mono')).toBe(false);
  expect(isSuspicious('[libx264 @ 0x5] [warning] -sc_threshold ignored')).toBe(false);
});

describe('a packet counter that jumps', () => {
  const jump = (stream: number) => `[warning] film.ts: corrupt input packet in stream ${stream}`;
  const lines = minute({ 22: [jump(0), jump(1)] });

  test('is left to decoders that tell of losses themselves', () => {
    expect(read(lines, { pictureCodec: 'h264' })).toMatchObject({
      picture: [],
      sound: seconds([21, 23]),
    });
    const lost = minute({ 22: [jump(0), broken] });
    expect(read(lost, { pictureCodec: 'h264' }).picture).toEqual(seconds([21, 25]));
  });

  test('is a loss to those that do not', () => {
    expect(read(lines, { pictureCodec: 'hevc' }).picture).toEqual(seconds([21, 25]));
  });
});
