import type { Redis } from 'ioredis';
import type { RedisFacts } from './judge-redis.ts';

/** Asks for what `judgeRedis` weighs. A hosted Redis forbids CONFIG, and often tells the same in INFO. */
export async function askRedis(redis: Redis): Promise<RedisFacts> {
  const [info, policy, appendOnly, save] = await Promise.all([
    redis.info().catch(() => ''),
    configOf(redis, 'maxmemory-policy'),
    configOf(redis, 'appendonly'),
    configOf(redis, 'save'),
  ]);
  const told = (name: string) => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1];
  const aof = appendOnly === undefined ? told('aof_enabled') : appendOnly;
  return {
    evictionPolicy: policy ?? told('maxmemory_policy'),
    hasAppendLog: aof === undefined ? undefined : aof === 'yes' || aof === '1',
    snapshots: save,
    version: told('redis_version'),
  };
}

async function configOf(redis: Redis, name: string): Promise<string | undefined> {
  try {
    const answer = (await redis.config('GET', name)) as readonly unknown[];
    return typeof answer[1] === 'string' ? answer[1] : undefined;
  } catch {
    return undefined;
  }
}
