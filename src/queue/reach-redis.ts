import type { Redis, RedisOptions } from 'ioredis';
import { within } from '../lib/within.ts';
import { explainRedisError } from './explain-redis-error.ts';
import { loadBullmq } from './load-bullmq.ts';
import { redisName, redisOptions } from './redis-options.ts';

/** A command that asks Redis must say within 8 s that nobody answers. */
const REACH_MS = 4_500;

export type ReachOptions = Readonly<{
  url: string;
  /** Goes on for ever once it was there: what is asked meanwhile waits. Else what is asked fails. */
  isPatient: boolean;
}>;

/**
 * A connection that has answered. Asked first, with a clock of its own: a queue that is told to add a job
 * while Redis is away hangs for ever, whatever its limits (catalog-sync-scale.md §6.2, T13). Throws
 * `queue` or `credentials` within 5 s.
 */
export async function reachRedis({ url, isPatient }: ReachOptions): Promise<Redis> {
  const { Redis } = await loadBullmq();
  let wasThere = false;
  const options: RedisOptions = {
    ...redisOptions(url),
    lazyConnect: true,
    maxRetriesPerRequest: null, // what BullMQ's workers demand
    ...(isPatient ? {} : { commandTimeout: REACH_MS }),
    retryStrategy: (times: number) =>
      wasThere && isPatient ? Math.min(2_000, 100 * 2 ** times) : null,
  };
  const redis = new Redis<'legacy'>({ ...options, replyMapping: 'legacy' });
  let last: unknown;
  redis.on('error', (error) => {
    last = error;
  });
  try {
    await within(
      REACH_MS,
      redis.connect().then(() => redis.ping()),
    );
    wasThere = true;
    return redis;
  } catch (error) {
    redis.disconnect();
    throw explainRedisError(last ?? error, redisName(url));
  }
}
