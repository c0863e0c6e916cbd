import { expect } from 'vitest';
import type { FleetOutcome } from './run-fleet.ts';

/** What must hold of every fleet, however it was treated. */
export function expectWhole(outcome: FleetOutcome, films: number): void {
  const said = outcome.blows.join(', ');
  expect(outcome.documents.size, said).toBe(films);
  expect(outcome.torn, said).toEqual([]);
  expect(outcome.holes, said).toEqual([]);
  expect(outcome.publishedTwice, said).toEqual([]);
  expect(outcome.verified.exitCode, `${said}\n${outcome.verified.stdout}`).toBe(0);
  expect(outcome.orphans, said).toEqual([]);
  expect(Object.fromEntries(outcome.documents)).toEqual(Object.fromEntries(outcome.undisturbed));
}
