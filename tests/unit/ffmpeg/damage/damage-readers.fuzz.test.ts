import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DecodeLog } from '../../../../src/ffmpeg/damage/decode-log.ts';
import { findMissing } from '../../../../src/ffmpeg/damage/find-missing.ts';
import { PacketSurvey } from '../../../../src/ffmpeg/damage/packet-survey.ts';
import { isSuspicious, readLogLine } from '../../../../src/ffmpeg/log-line.ts';
import { fewRanges, tellRanges } from '../../../../src/ingest/tell-damage.ts';
import type { BadRange } from '../../../../src/model/damage.ts';
import { hostileText, isHarmless, RUNS } from '../../../helpers/hostile-text.ts';
import { sourceOf } from '../../../helpers/source-of.ts';

function expectRight(ranges: readonly Pick<BadRange, 'startMs' | 'endMs'>[]): void {
  for (const { startMs, endMs } of ranges) {
    expect([Number.isFinite(startMs), Number.isFinite(endMs), endMs >= startMs]).toEqual([
      true,
      true,
      true,
    ]);
  }
}

test('whatever ffmpeg prints, what is bad is told as places in the film', () => {
  const ms = fc.double({ min: -10, max: 1e5, noNaN: true });
  const line = fc.oneof(
    hostileText,
    ms.map((at) => `[Parsed_showinfo_0 @ 0x5] [info] pts_time:${at} iskey:${Math.round(at) % 2}`),
    ms.map((at) => `[Parsed_ashowinfo_0 @ 0x5] [info] pts_time:${at}`),
    fc.constantFrom(
      '[h264 @ 0x5] [error] error while decoding MB 13 4',
      '[error] Error while decoding stream #0:1: Invalid data',
      '[warning] a: corrupt decoded frame in stream 0',
      '[Parsed_showinfo_0 @ 0x5] [info] pts_time:NaN',
    ),
  );
  fc.assert(
    fc.property(fc.array(line, { maxLength: 40 }), (lines) => {
      const log = new DecodeLog({
        container: 'matroska,webm',
        audioIndexes: [1],
        audioCodecs: ['aac'],
        isJoined: false,
        endMs: 100_000,
      });
      for (const text of lines) {
        readLogLine(text);
        isSuspicious(text);
        log.line(text);
      }
      const { picture, sound } = log.finish();
      expectRight(picture);
      expectRight(sound);
      const told = tellRanges(
        fewRanges(picture.map((it) => ({ kind: 'picture' as const, ...it }))),
      );
      expect(isHarmless(told)).toBe(true);
    }),
    RUNS,
  );
});

test('whatever packets a film has, what is missing is told as places in the film', () => {
  const tick = fc.oneof(
    fc.integer({ min: -10_000, max: 1_000_000 }),
    fc.constantFrom('-9223372036854775808', '9223372036854775807', 'NOPTS'),
  );
  const line = fc.oneof(
    fc
      .tuple(fc.nat(2), tick, tick, tick)
      .map(([track, ...it]) => `${track}, ${it.join(', ')}, 10, 0x0`),
    fc.constantFrom('#tb 0: 1/1000', '#tb 1: 1/0', '#tb 0: 0/0', '#tb x: y'),
    hostileText,
  );
  fc.assert(
    fc.property(fc.array(line, { maxLength: 60 }), fc.boolean(), (lines, isBroken) => {
      const survey = new PacketSurvey();
      for (const text of lines) survey.line(text);
      const found = findMissing(sourceOf({}, { durationMs: 60_000 }), {
        picture: survey.track(0),
        audio: [survey.track(1)],
        isBroken,
        isCutOff: isBroken,
      });
      expectRight(found);
    }),
    RUNS,
  );
});
