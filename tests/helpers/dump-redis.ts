import { Redis } from 'ioredis';

/** All that a Redis holds, as text. */
export async function dumpRedis(
  { port }: Readonly<{ port: number }>,
  password: string,
): Promise<string> {
  const redis = new Redis({ host: '127.0.0.1', port, password });
  const parts: string[] = [];
  for (const key of await redis.keys('*')) {
    const type = await redis.type(key);
    if (type === 'string') parts.push(key, String(await redis.get(key)));
    if (type === 'hash') parts.push(key, JSON.stringify(await redis.hgetall(key)));
    if (type === 'list') parts.push(key, JSON.stringify(await redis.lrange(key, 0, -1)));
    if (type === 'stream') parts.push(key, JSON.stringify(await redis.xrange(key, '-', '+')));
    if (type === 'zset') parts.push(key, JSON.stringify(await redis.zrange(key, '0', '-1')));
  }
  redis.disconnect();
  return parts.join('\n');
}
