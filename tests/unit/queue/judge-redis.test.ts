import { describe, expect, test } from 'vitest';
import { judgeRedis } from '../../../src/queue/judge-redis.ts';

const GOOD = { evictionPolicy: 'noeviction', hasAppendLog: true, snapshots: '', version: '7.0.15' };

describe('whether a Redis keeps what it is given', () => {
  test('one that evicts nothing and logs every write is trusted', () => {
    expect(judgeRedis(GOOD)).toEqual({ faults: [], warnings: [] });
  });

  test.each(['allkeys-lru', 'volatile-ttl', 'allkeys-random'])(
    '%s is refused',
    (evictionPolicy) => {
      const { faults } = judgeRedis({ ...GOOD, evictionPolicy });
      expect(faults.map(({ what }) => what)).toEqual([expect.stringContaining(evictionPolicy)]);
    },
  );

  test('one that keeps nothing on disk is refused', () => {
    expect(judgeRedis({ ...GOOD, hasAppendLog: false }).faults).toHaveLength(1);
  });

  test('one that keeps snapshots alone is warned about', () => {
    const judged = judgeRedis({ ...GOOD, hasAppendLog: false, snapshots: '3600 1 300 100' });
    expect(judged).toMatchObject({ faults: [], warnings: [{}] });
  });

  test('what it does not tell is not held against it, but said', () => {
    const judged = judgeRedis({
      evictionPolicy: undefined,
      hasAppendLog: undefined,
      snapshots: undefined,
      version: undefined,
    });
    expect(judged).toMatchObject({ faults: [], warnings: [{}] });
  });
});
