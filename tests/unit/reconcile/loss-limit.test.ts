import { expect, test } from 'vitest';
import { filmsAtMost, parseLossLimit } from '../../../src/reconcile/loss-limit.ts';

test.each([
  [undefined, 3, 5],
  [undefined, 50, 5],
  [undefined, 1_000, 100],
  ['0', 1_000, 0],
  ['7', 3, 7],
  ['20%', 1_000, 200],
  [' 100 % ', 12, 12],
  ['0%', 12, 0],
])('--max-delete %j of %d films lets %d lose something', (text, films, most) => {
  expect(filmsAtMost(text === undefined ? undefined : parseLossLimit(text), films)).toBe(most);
});

test.each(['', 'x', '-1', '1.5', '101%', '5 films', '1e9', '99999999999'])(
  '--max-delete %j is refused',
  (text) => {
    expect(() => parseLossLimit(text)).toThrow(expect.objectContaining({ exit: 'usage' }));
  },
);
