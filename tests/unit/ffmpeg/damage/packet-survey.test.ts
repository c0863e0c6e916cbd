import { expect, test } from 'vitest';
import { PacketSurvey } from '../../../../src/ffmpeg/damage/packet-survey.ts';

const read = (...lines: readonly string[]) => {
  const survey = new PacketSurvey();
  for (const line of lines) survey.line(line);
  return survey;
};

test('time stamps are read in the time base of their track', () => {
  const survey = read('#tb 0: 1/12288', '0,      -1024,          0,      512,  12532, 0xfe43091e');
  expect(survey.track(0)).toEqual({ packets: 1, startMs: 0, endMs: 42, gaps: [] });
});

test('a track that rests for a quarter of a second has a gap, by decode time', () => {
  const survey = read(
    '#tb 0: 1/1000',
    '0, 0, 0, 40, 100, 0x0',
    '0, 40, 120, 40, 100, 0x0, F=0x0',
    '0, 80, 80, 40, 100, 0x0, F=0x0, S=1,        1',
    '0, 371, 371, 40, 100, 0x0',
    '0, 411, 411, 40, 100, 0x0',
  );
  expect(survey.track(0)).toEqual({
    packets: 5,
    startMs: 0,
    endMs: 451,
    gaps: [{ startMs: 120, endMs: 371 }],
  });
});

test('after time stamps that fall back, as in joined recordings, there is no gap', () => {
  const lines = [0, 40, 50_000, 50_040, 0, 40].map((ms) => `0, ${ms}, ${ms}, 40, 100, 0x0`);
  expect(read('#tb 0: 1/1000', ...lines).track(0)?.gaps).toEqual([{ startMs: 80, endMs: 50_000 }]);
});

test('packets without a time are passed over, and other lines are not packets', () => {
  const noTime = '-9223372036854775808';
  const survey = read(
    '#software: Lavf',
    '#tb 0: 1/1000',
    `0, ${noTime}, ${noTime}, 0, 100, 0x0`,
    `0, ${noTime}, 7, 1, 100, 0x0`,
    'anything',
  );
  expect(survey.track(0)).toEqual({ packets: 1, startMs: 7, endMs: 8, gaps: [] });
  expect(survey.track(1)).toBeUndefined();
});

test.each([
  ['ffmpeg 5', '[framecrc @ 0x5] [warning] Non-monotonous DTS in output stream 0:1; '],
  ['ffmpeg 8', '[aost#0:1/copy @ 0x5] [warning] Non-monotonic DTS; '],
])('what comes at times that are taken overlaps, by the words of %s', (_, words) => {
  const survey = read('#tb 1: 1/1000', '1, 60000, 60000, 40, 100, 0x0');
  expect(survey.track(1)).not.toHaveProperty('overlapMs');
  // A little reordering is none.
  survey.warning(`${words}previous: 60000, current: 59000; changing to 60000. This may …`);
  expect(survey.track(1)).not.toHaveProperty('overlapMs');
  for (const current of [10, 50, 59_010]) {
    survey.warning(`${words}previous: 60000, current: ${current}; changing to 60000. This may …`);
  }
  expect(survey.track(1)?.overlapMs).toBe(59_001);
  expect(survey.track(0)).toBeUndefined();
});
