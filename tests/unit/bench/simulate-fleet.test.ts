import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { scaleTable } from '../../../bench/lib/scale-table.ts';
import { type Fleet, simulateFleet } from '../../../bench/lib/simulate-fleet.ts';

/** A film of an hour at twice its speed, of 900 MB. */
const FLEET: Fleet = {
  films: 10,
  filmSeconds: 3_600,
  filmBytes: 900e6,
  filmObjects: 1_800,
  machines: 1,
  encodeSpeed: 2,
  uplinkBytesPerSecond: 100e6,
  sharesUplink: true,
  fixedSeconds: 0,
};

describe('a simulated fleet', () => {
  test('is as fast as its encoders where the line is wide', () => {
    expect(simulateFleet(FLEET)).toMatchObject({
      hours: expect.closeTo(5, 0),
      encoderShare: expect.closeTo(1, 1),
      limit: 'encoders',
    });
    expect(simulateFleet({ ...FLEET, machines: 5 }).hours).toBeCloseTo(1, 0);
  });

  test('is as fast as a line that all share where that is narrow, however many there are', () => {
    // 9 GB at 0.25 MB/s are ten hours.
    const narrow = { ...FLEET, uplinkBytesPerSecond: 0.25e6 };
    for (const machines of [2, 4, 8]) {
      const run = simulateFleet({ ...narrow, machines });
      expect(run).toMatchObject({ hours: expect.closeTo(10, 0), limit: 'uplink' });
      expect(run.uplinkShare).toBeGreaterThan(0.9);
      expect(run.uplinkShare).toBeLessThanOrEqual(1);
    }
    const each = simulateFleet({ ...narrow, machines: 5, sharesUplink: false });
    expect(each.hours).toBeCloseTo(2, 0);
  });

  test('uploads no more than it has encoded', () => {
    const { putsPerSecond } = simulateFleet({ ...FLEET, films: 1 });
    expect(putsPerSecond).toBeCloseTo(1_800 / 1_800, 1);
  });

  test('has nothing to do for the machines that outnumber the films', () => {
    const run = simulateFleet({ ...FLEET, films: 2, machines: 8 });
    expect(run.hours).toBeCloseTo(0.5, 1);
    expect(run.encoderShare).toBeCloseTo(0.25, 1);
  });
});

test('the table of docs/scale.md is what the simulation says (SCALE_WRITE_TABLE=1 writes it)', () => {
  const page = resolve(import.meta.dirname, '../../../docs/scale.md');
  const text = readFileSync(page, 'utf8');
  const [before = '', , after = ''] = text.split(/^(\| encoder \|[\s\S]*?)(?=\n\n)/m);
  const wanted = `${before}${scaleTable()}${after}`;
  if (process.env['SCALE_WRITE_TABLE'] === '1') writeFileSync(page, wanted);
  else expect(text).toBe(wanted);
});
