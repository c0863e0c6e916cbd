import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { eventsOfType } from '../helpers/events-of.ts';
import { endMachines, machine } from '../helpers/machine.ts';
import { makeClip } from '../helpers/make-clip.ts';
import { TINY } from '../helpers/new-user.ts';
import { makeTempDir } from '../helpers/temp-dir.ts';
import { isMissing } from '../servers/locate.ts';
import { type RedisServer, startRedis } from '../servers/redis.ts';

/** Real worker processes, a real Redis, real encodes of tiny films. */
describe.skipIf(await isMissing('redis'))('a queue, and workers on it', () => {
  const dir = makeTempDir('films');
  let redis: RedisServer;
  let film: string;

  beforeAll(async () => {
    redis = await startRedis({ persists: true });
    film = await makeClip({ dir, name: 'Phim 01.mp4', width: 160, height: 90, seconds: 8 });
  });
  afterEach(endMachines);
  afterAll(() => redis.stop());

  /** A library and a queue of its own for each test. */
  let tests = 0;
  const shared = () => {
    tests += 1;
    return {
      MOVIE_INGEST_PRESET: TINY,
      MOVIE_INGEST_LIBRARY: join(makeTempDir('library')),
      MOVIE_INGEST_QUEUE: `${redis.url}/${tests}`,
    };
  };

  test('a film that is handed in twice is one job, and is made once', async () => {
    const here = machine(shared());
    const first = await here.run(['add', film]);
    const second = await here.run(['add', '--json', film]);
    expect(first).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/^film-[0-9a-f-]+\n$/),
    });
    expect(eventsOfType(second, 'job')).toMatchObject([{ state: 'already', slug: 'phim-01' }]);

    const listed = await here.run(['queue', 'ls', '--json']);
    expect(
      listed.stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toMatchObject([{ type: 'queued-job', state: 'waiting', slug: 'phim-01', started: 0 }]);

    await here.worker();
    const followed = await here.run(['add', '--wait', film]);
    expect(followed).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/phim-01\/master\.m3u8\n$/),
    });
    const again = await here.run(['add', '--wait', '--json', film]);
    expect(eventsOfType(again, 'result')).toMatchObject([{ outcome: 'unchanged', file: film }]);
  });
});
