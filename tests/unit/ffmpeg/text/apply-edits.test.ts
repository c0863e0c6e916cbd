import { expect, test } from 'vitest';
import { applyEdits } from '../../../../src/ffmpeg/text/apply-edits.ts';

const WHOLE = [{ seconds: Number.POSITIVE_INFINITY, from: 0 }];

test('a track that is shown as it is keeps its times', () => {
  expect(applyEdits({ start: 2, end: 3 }, WHOLE)).toStrictEqual([{ start: 2, end: 3 }]);
});

test('what the edit list cuts off at either end is not in the film, the rest moves up', () => {
  const edits = [{ seconds: 5, from: 1.5 }];
  expect(applyEdits({ start: 0, end: 1.5 }, edits)).toStrictEqual([]);
  expect(applyEdits({ start: 1, end: 2 }, edits)).toStrictEqual([{ start: 0, end: 0.5 }]);
  expect(applyEdits({ start: 6, end: 9 }, edits)).toStrictEqual([{ start: 4.5, end: 5 }]);
});

test('an empty edit makes it come later, one that is repeated shows it again', () => {
  const edits = [
    { seconds: 10, from: undefined },
    { seconds: 4, from: 0 },
    { seconds: 4, from: 0 },
  ];
  expect(applyEdits({ start: 1, end: 2 }, edits)).toStrictEqual([
    { start: 11, end: 12 },
    { start: 15, end: 16 },
  ]);
});
