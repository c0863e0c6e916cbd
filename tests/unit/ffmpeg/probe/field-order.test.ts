import { expect, test } from 'vitest';
import { ProbedFile } from '../../../../src/ffmpeg/probe/ffprobe-output.ts';
import { isFieldOrderInDoubt, judgeFields } from '../../../../src/ffmpeg/probe/field-order.ts';

const counts = {
  top: 0,
  bottom: 0,
  progressive: 0,
  repeated: 0,
  neither: 100,
  marked: 0,
  pictures: 100,
};

test.each([
  ['fields in one order', { top: 90, progressive: 10 }, 'interlaced'],
  [
    'fields in the other, and a few that look otherwise',
    { top: 8, bottom: 60, progressive: 32 },
    'interlaced',
  ],
  // Measured: ffmpeg's own test picture, whose fine patterns move; a film of whole pictures.
  [
    'fine patterns that look like both orders by turns',
    { top: 72, bottom: 43, progressive: 10 },
    'progressive',
  ],
  ['whole pictures', { top: 3, progressive: 97 }, 'progressive'],
])('%s', (_, seen, expected) => {
  expect(judgeFields('unknown', { ...counts, ...seen })?.fieldOrder).toBe(expected);
});

test.each([
  ['says nothing, at a rate of television', { height: 480 }, true],
  ['says nothing, and has hardly any lines', { height: 240 }, false],
  ['says interlaced, however few lines it has', { height: 240, field_order: 'tt' }, true],
  ['says progressive, at a size of television', { height: 576, field_order: 'progressive' }, true],
  ['says progressive, at another', { height: 720, field_order: 'progressive' }, false],
  ['has 24 pictures a second', { height: 480, avg_frame_rate: '24/1' }, false],
  ['has a codec without fields', { height: 480, codec_name: 'vp9' }, false],
])('a film that %s is looked at: %o %s', (_, stream, expected) => {
  const { streams } = ProbedFile.parse({
    format: {},
    streams: [{ index: 0, codec_name: 'mpeg4', avg_frame_rate: '25/1', ...stream }],
  });
  expect(streams.map(isFieldOrderInDoubt)).toEqual([expected]);
});
