import { Queue } from 'bullmq';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { badFfmpeg } from '../helpers/bad-ffmpeg.ts';
import { dumpRedis } from '../helpers/dump-redis.ts';
import { eventsOfType } from '../helpers/events-of.ts';
import { isAlive } from '../helpers/is-alive.ts';
import { encoding, endMachines, machine } from '../helpers/machine.ts';
import { makeClip } from '../helpers/make-clip.ts';
import { TINY } from '../helpers/new-user.ts';
import { makeTempDir } from '../helpers/temp-dir.ts';
import { until } from '../helpers/until.ts';
import { isMissing } from '../servers/locate.ts';
import { type RedisServer, startRedis } from '../servers/redis.ts';

const PASSWORD = 'p@ss/w+rd=of&the:queue';

/** What can go wrong with workers and with Redis, on real ones. Locks are short; the shipped ones: test:scale. */
describe.skipIf(await isMissing('redis'))('when workers or Redis go away', () => {
  const dir = makeTempDir('films');
  let redis: RedisServer;
  let film: string;

  beforeAll(async () => {
    film = await makeClip({ dir, name: 'Phim 01.mp4', width: 160, height: 90, seconds: 20 });
  });
  afterEach(async () => {
    await endMachines();
    await redis.stop();
  });

  const open = async (options: Parameters<typeof startRedis>[0] = { persists: true }) => {
    redis = await startRedis(options);
    return {
      MOVIE_INGEST_PRESET: TINY,
      MOVIE_INGEST_LIBRARY: makeTempDir('library'),
      MOVIE_INGEST_QUEUE: redis.url,
    };
  };
  const job = async (places: Readonly<Record<string, string>>) => {
    const { stdout } = await machine(places).run(['queue', 'ls', '--json']);
    return stdout === '' ? undefined : JSON.parse(stdout);
  };

  test('promise 4: the film of a worker that is killed goes on elsewhere, from what is in the store', async () => {
    const places = await open();
    const long = { width: 160, height: 90, seconds: 48 }; // several segments are in the store by then
    const film = await makeClip({ dir: makeTempDir('long'), name: 'Phim 01.mp4', ...long });
    const worker = await machine({ ...places, ...badFfmpeg('slow').env }).worker();
    await machine(places).run(['add', film]);
    await until(() => /encode +phim-01 [6-9]\d%/.test(worker.said()));
    worker.kill('SIGKILL');
    const next = await machine(places).worker();
    await until(() => /phim-01\/master\.m3u8/.test(next.said()));
    expect(next.said()).toMatch(/resume +phim-01 segment=[1-9]/);
    expect(await job(places)).toMatchObject({ state: 'completed', started: 2, stalled: 1 });
  });

  test('a worker that slept and wakes stops: the film and the job are the other one’s', async () => {
    const places = await open();
    const ffmpeg = badFfmpeg('endless');
    const worker = await machine({ ...places, ...ffmpeg.env }).worker();
    await machine(places).run(['add', film]);
    await encoding(worker);
    worker.kill('SIGSTOP');
    const next = await machine(places).worker();
    await until(() => /phim-01\/master\.m3u8/.test(next.said()));
    worker.kill('SIGCONT');
    await until(() => /another worker has|this job is over/.test(worker.said()));
    await until(() => ffmpeg.pids().every((pid) => !isAlive(pid)));
    expect(await job(places)).toMatchObject({ state: 'completed', stalled: 1 });
  });

  test('a Redis that is away for longer than a lock does not cost the film', async () => {
    const places = await open();
    const worker = await machine({ ...places, ...badFfmpeg('slow').env }).worker();
    await machine(places).run(['add', film]);
    await encoding(worker);
    await redis.kill();
    await until(() => /films that are being made go on/.test(worker.said()));
    await until(() => /encode +phim-01 [7-9]\d%/.test(worker.said()));
    await redis.restart();
    await until(() => /is there again/.test(worker.said()));
    await until(() => /phim-01\/master\.m3u8/.test(worker.said()));
    await until(async () => (await job(places))?.state === 'completed');
  });

  test('a Redis that comes back without its data: said, and workers end', async () => {
    const places = await open({});
    const busy = await machine({ ...places, ...badFfmpeg('endless').env }).worker([
      '--allow-lossy-redis',
    ]);
    await machine(places).run(['add', film]);
    await encoding(busy);
    const idle = await machine(places).worker(['--allow-lossy-redis']);
    await redis.kill();
    await redis.restart();
    for (const worker of [busy, idle]) {
      expect(await worker.ended).toMatchObject({
        exitCode: 12,
        stderr: expect.stringContaining('has lost its data'),
      });
    }
    // The same command goes on where the segments are.
    const next = await machine(places).worker(['--allow-lossy-redis']);
    expect(await machine(places).run(['add', '--wait', film])).toMatchObject({ exitCode: 0 });
    next.kill('SIGTERM');
    await next.ended;
  });

  test('a film whose workers vanish three times fails, with that reason, and the queue moves on', async () => {
    const places = await open();
    await machine(places).run(['add', film]);
    for (let turn = 0; turn < 3; turn += 1) {
      const victim = await machine({ ...places, ...badFfmpeg('endless').env }).worker();
      await until(() => /started/.test(victim.said()));
      victim.kill('SIGKILL');
      await victim.ended;
    }
    await machine(places).worker();
    await until(async () => (await job(places))?.state === 'failed');
    const followed = await machine(places).run(['queue', 'show', 'phim-01']);
    expect(followed.stdout).toMatch(/gone without a word 3 times/);
    expect(await job(places)).toMatchObject({ stalled: 3 });
    expect(await machine(places).run(['queue', 'retry'])).toMatchObject({
      stdout: '1 begun anew\n',
    });
    expect(await machine(places).run(['add', '--wait', film])).toMatchObject({ exitCode: 0 });
  });

  test('a job of another version is left to whoever understands it', async () => {
    const places = await open();
    const queue = new Queue('movie-ingest', {
      connection: { host: '127.0.0.1', port: redis.port },
    });
    await queue.add('film', { v: 2, slug: 'of-tomorrow' }, { jobId: 'film-tomorrow' });
    const worker = await machine(places).worker();
    await until(() => /version 2/.test(worker.said()));
    expect(await job(places)).toMatchObject({
      state: 'delayed',
      slug: 'of-tomorrow',
      failed: 0,
      why: expect.stringContaining('understands 1'),
    });
    await queue.close();
  });

  test('a Redis that evicts or keeps nothing is refused, unless it is wanted', async () => {
    const places = await open({ settings: ['--maxmemory-policy', 'allkeys-lru'] });
    const here = machine(places);
    const refused = await here.run(['worker']);
    expect(refused).toMatchObject({ exitCode: 12, stderr: expect.stringContaining('allkeys-lru') });
    const worker = await here.worker(['--allow-lossy-redis']);
    expect(worker.said()).toContain('keeps nothing on disk');
  });

  test('promise 8: a password of the queue, and keys of the store, are nowhere', async () => {
    const places = await open({ persists: true, password: PASSWORD });
    const wrong = redis.url.replace(/:[^:@]*@/, ':wr0ng-password@');
    const s3 = {
      S3_ENDPOINT: 'http://127.0.0.1:1',
      S3_REGION: 'auto',
      S3_BUCKET: 'films',
      S3_ACCESS_KEY_ID: 'AKIDOFTHESTORE00042',
      S3_SECRET_ACCESS_KEY: 'Secret-of-the-store-0123456789',
      S3_PUBLIC_URL: 'https://media.example.com',
    };
    const here = machine(places);
    const worker = await here.worker();
    const runs = [
      await machine({ ...places, MOVIE_INGEST_QUEUE: wrong }).run(['add', film]),
      await here.run(['add', '--wait', '--json', '--verbose', film]),
      await here.run(['queue', 'show', '--json', 'phim-01']),
      await here.run(['queue', 'ls', '--queue', redis.url]),
      await machine({ ...places, ...s3 }).run(['queue', 'ls', '--verbose']),
    ];
    expect(runs.map(({ exitCode }) => exitCode)).toEqual([8, 0, 0, 0, 0]);
    expect(runs[3]?.stderr).toContain('list of processes');
    const data = await dumpRedis(redis, PASSWORD);
    expect(data).toContain('phim-01');
    const texts = [worker.said(), data, ...runs.flatMap(({ stdout, stderr }) => [stdout, stderr])];
    for (const secret of [
      PASSWORD,
      encodeURIComponent(PASSWORD),
      'wr0ng-password',
      s3.S3_SECRET_ACCESS_KEY,
    ]) {
      for (const text of texts) expect(text).not.toContain(secret);
    }
  });

  test('a follower ends with the code of the failure, and Ctrl-C ends the following alone', async () => {
    const places = await open();
    const worker = await machine({ ...places, ...badFfmpeg('endless').env }).worker();
    const follower = machine(places).start(['add', '--wait', '--json', film]);
    await encoding(worker);
    await until(() => /"encode\.progress"/.test(follower.said()));
    follower.kill('SIGINT');
    const ended = await follower.ended;
    expect(ended.exitCode).toBe(130);
    expect(eventsOfType(ended, 'error')).toMatchObject([{ message: 'stopped following' }]);
    expect(await job(places)).toMatchObject({ state: 'active' });
  });
});
