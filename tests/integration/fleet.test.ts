import { describe, inject, test } from 'vitest';
import { expectWhole } from '../scale/expect-whole.ts';
import { runFleet } from '../scale/run-fleet.ts';
import { isMissing } from '../servers/locate.ts';

const hasServers = inject('s3') !== undefined && inject('mongod') !== undefined;

/** The short part of `npm run test:scale`. */
describe.skipIf(!hasServers || (await isMissing('redis')))('two workers', () => {
  test('make four films, each once, while they are killed, stopped and sent to sleep', {
    timeout: 900_000,
  }, async () => {
    const outcome = await runFleet({
      films: 4,
      workers: 2,
      seed: 7,
      mostBlows: 6,
      pauseMs: [1_000, 3_000],
      lock: '3s',
      sleepMs: 5_000,
      giveUpAfterMs: 600_000,
    });
    expectWhole(outcome, 4);
  });
});
