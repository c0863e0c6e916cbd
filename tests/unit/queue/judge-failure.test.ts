import { describe, expect, test } from 'vitest';
import { EXIT_CODES, IngestError } from '../../../src/errors.ts';
import { judgeFailure, needsProof } from '../../../src/queue/judge-failure.ts';

const failing = (exit: (typeof EXIT_CODES)[number]['name'], isOfThisMachine = false) =>
  new IngestError(exit, { what: 'it failed', isOfThisMachine });

describe('what becomes of a job whose film was not made', () => {
  test.each(['film', 'usage'] as const)('%s fails once: it would fail everywhere', (exit) => {
    expect(judgeFailure(failing(exit))).toBe('never');
  });

  test.each(['encode', 'store', 'catalog', 'queue', 'bug'] as const)(
    '%s is tried again',
    (exit) => {
      expect(judgeFailure(failing(exit))).toBe('again');
    },
  );

  test.each(['space', 'credentials', 'locked'] as const)('%s is for another machine', (exit) => {
    expect(judgeFailure(failing(exit))).toBe('elsewhere');
  });

  test.each(EXIT_CODES.map(({ name }) => name))(
    '%s for want of something here is no failure of the film',
    (exit) => {
      expect(judgeFailure(failing(exit, true))).toBe('elsewhere');
    },
  );

  test('a full disk is for another machine wherever it shows', () => {
    expect(judgeFailure(Object.assign(new Error('no space'), { code: 'ENOSPC' }))).toBe(
      'elsewhere',
    );
  });

  test('what nobody foresaw is tried again', () => {
    expect(judgeFailure(new TypeError('x is not a function'))).toBe('again');
  });
});

test('after what the next film would meet as well a worker proves itself again', () => {
  expect(
    ['credentials', 'store', 'catalog', 'film', 'encode', 'space'].filter((exit) =>
      needsProof(failing(exit as 'film')),
    ),
  ).toEqual(['credentials', 'store', 'catalog']);
  expect(needsProof(new IngestError('store', { what: 'too big', isOfOneFilm: true }))).toBe(false);
});
