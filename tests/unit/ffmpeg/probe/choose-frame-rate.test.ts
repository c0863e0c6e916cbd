import { expect, test } from 'vitest';
import { chooseFrameRate } from '../../../../src/ffmpeg/probe/choose-frame-rate.ts';

const rate = (text: string | undefined) => {
  const [num, den] = (text ?? '').split('/').map(Number);
  return num === undefined || den === undefined ? undefined : { num, den };
};

test.each([
  ['24000/1001', '24000/1001', '24000/1001'],
  ['2997/125', '24000/1001', '24000/1001'],
  ['24/1', '24/1', '24/1'],
  ['25/1', '50/1', '25/1'], // interlaced: the base counts fields
  ['30000/1001', '30000/1001', '30000/1001'],
  ['60/1', '60/1', '60/1'],
  ['15/1', '15/1', '15/1'],
  ['25/2', '25/2', '25/2'],
  ['120/1', '120/1', '60/1'],
  ['240000/1001', '240000/1001', '60000/1001'],
  ['100/1', '100/1', '50/1'],
  ['2500/83', '2500/83', '30/1'], // a second of 30 fps in whole milliseconds
  ['140000/5087', '30/1', '30/1'], // a constant rate with pictures missing
  ['35000/3513', '79/4', '24000/1001'], // varies around 10
  ['29000/1001', '90000/1', '30000/1001'], // a bogus base never wins
  ['1000/1', '60/1', '60/1'], // a bogus average neither
])('average %s and base %s are encoded at %s', (average, base, expected) => {
  expect(
    chooseFrameRate({ average: rate(average), base: rate(base), measured: undefined }).rate,
  ).toEqual(rate(expected));
});

const even = (fps: number) => ({ fps, isEven: true });

test.each([
  ['15/1', '90000/1', even(15), '15/1'], // even, under a bogus base: no reason to double any
  ['1000/42', '1000/42', even(23.976), '24000/1001'], // a header that rounds to whole milliseconds
  ['60/1', '60/1', even(24), '24/1'], // a header that tells more pictures than there are
  ['30/1', '30/1', even(29.997), '30/1'],
  ['30000/1001', '30/1', even(29.97), '30000/1001'], // ffprobe rounds the base to the neighbour
  ['25/1', '50/1', even(50), '25/1'], // interlaced, a packet for each field
  ['2398/100', '2398/100', even(23.98), '1199/50'], // truly so, for an hour
])('average %s, base %s, pictures %o are encoded at %s', (average, base, measured, expected) => {
  const facts = { average: rate(average), base: rate(base), measured, durationSeconds: 3600 };
  const { num, den } = chooseFrameRate(facts).rate;
  const [wantedNum = 0, wantedDen = 1] = expected.split('/').map(Number);
  expect(num / den).toBeCloseTo(wantedNum / wantedDen, 6);
});

test('an uneven rate is said to be one, with what it is on average', () => {
  const uneven = { fps: 11, isEven: false };
  expect(
    chooseFrameRate({ average: rate('35000/3513'), base: rate('79/4'), measured: uneven }),
  ).toMatchObject({ rate: { num: 24_000, den: 1001 }, isVariable: true });
});

test('what the packets show is used when the header says nothing, and 25 when they do not either', () => {
  const nothing = { average: undefined, base: undefined };
  const measured = { fps: 23.98, isEven: true };
  expect(chooseFrameRate({ ...nothing, measured }).rate).toEqual({ num: 24_000, den: 1001 });
  expect(chooseFrameRate({ ...nothing, measured: undefined }).rate).toEqual({ num: 25, den: 1 });
});
