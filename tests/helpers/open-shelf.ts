import { join } from 'node:path';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { type RedisServer, startRedis } from '../servers/redis.ts';
import { endMachines } from './machine.ts';
import { makeClip } from './make-clip.ts';
import { TINY } from './new-user.ts';
import { makeTempDir } from './temp-dir.ts';

export type Places = Readonly<
  Record<'MOVIE_INGEST_PRESET' | 'MOVIE_INGEST_LIBRARY' | 'MOVIE_INGEST_QUEUE', string>
>;

/** For a suite: a film of 8 s, and a Redis that its tests share. */
export type Shelf = Readonly<{
  dir: string;
  film: string;
  /** A library and a queue of its own, for one test. */
  shared: () => Places;
}>;

/** To be called while a suite is described; all of it ends with the suite. */
export function openShelf(): Shelf {
  const dir = makeTempDir('films');
  let redis: RedisServer;
  const name = 'Phim 01.mp4';
  let tests = 0;
  beforeAll(async () => {
    redis = await startRedis({ persists: true });
    await makeClip({ dir, name, width: 160, height: 90, seconds: 8 });
  });
  afterEach(endMachines);
  afterAll(() => redis.stop());
  return {
    dir,
    film: join(dir, name),
    shared: () => {
      tests += 1;
      return {
        MOVIE_INGEST_PRESET: TINY,
        MOVIE_INGEST_LIBRARY: makeTempDir('library'),
        MOVIE_INGEST_QUEUE: `${redis.url}/${tests}`,
      };
    },
  };
}
