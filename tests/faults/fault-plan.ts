import { describe, inject, test } from 'vitest';
import { seededRandom } from '../helpers/seeded-random.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Set by `npm run test:faults`; otherwise only the short part of the suite runs. */
    faults: Readonly<{ seed: number }> | undefined;
  }
}

const given = inject('faults');

/** The rest of the suite, beyond the short part that `npm test` runs too. */
export const isWhole = given !== undefined;

export const seed = given?.seed ?? 1;

/** A test of the whole suite; in the short part there is none such, not even a skipped one. */
export const wholly: (title: string, work: () => Promise<void>, limitMs?: number) => void = isWhole
  ? (title, work, limitMs) => test(title, work, limitMs)
  : () => {};

/** A group of such tests. */
export const wholeGroup: (title: string, tests: () => void | Promise<void>) => void = isWhole
  ? describe
  : () => {};

/** Numbers in [0, 1) that are the same for the same seed and name. */
export function chances(name: string): () => number {
  return seededRandom([...name].reduce((sum, char) => sum * 31 + char.charCodeAt(0), seed));
}
