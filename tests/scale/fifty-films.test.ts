import { describe, expect, inject, test } from 'vitest';
import { isMissing } from '../servers/locate.ts';
import { expectWhole } from './expect-whole.ts';
import { runFleet } from './run-fleet.ts';

const hasServers = inject('s3') !== undefined && inject('mongod') !== undefined;
const { seed, films } = inject('scale');

describe.skipIf(!hasServers || (await isMissing('redis')))('three workers', () => {
  test(`make ${films} films, each once, while they are killed, stopped and sent to sleep (seed ${seed})`, {
    timeout: 3_600_000,
  }, async () => {
    const outcome = await runFleet({
      films,
      workers: 3,
      seed,
      mostBlows: 3 * films,
      pauseMs: [1_000, 5_000],
      lock: '3s',
      sleepMs: 6_000,
      giveUpAfterMs: 3_000_000,
    });
    process.stderr.write(
      `${outcome.documents.size} of ${films} films in ${Math.round(outcome.seconds)} s; seed ${seed}: ${outcome.blows.length} blows, ${outcome.interrupted.length} films begun more than once\n`,
    );
    expect(outcome.interrupted.length).toBeGreaterThan(0); // or nothing was seen
    expectWhole(outcome, films);
  });
});
