import { existsSync } from 'node:fs';
import { stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { badFfmpeg } from '../helpers/bad-ffmpeg.ts';
import { eventsOfType } from '../helpers/events-of.ts';
import { isAlive } from '../helpers/is-alive.ts';
import { encoding, machine } from '../helpers/machine.ts';
import { makeClip } from '../helpers/make-clip.ts';
import { openShelf } from '../helpers/open-shelf.ts';
import { makeTempDir } from '../helpers/temp-dir.ts';
import { until } from '../helpers/until.ts';
import { isMissing } from '../servers/locate.ts';
import { startRedis } from '../servers/redis.ts';

/** Real worker processes, a real Redis, real encodes of tiny films. What goes away: queue-faults.test.ts. */
describe.skipIf(await isMissing('redis'))('workers on a queue', () => {
  const { dir, film, shared } = openShelf();

  test('a worker that is stopped hands its film over at once', async () => {
    const places = shared();
    const slow = machine({ ...places, ...badFfmpeg('endless').env });
    const other = machine(places);
    const worker = await slow.worker();
    await slow.run(['add', film]);
    await encoding(worker);
    const next = await other.worker();
    worker.kill('SIGTERM');
    expect(await worker.ended).toMatchObject({ exitCode: 143 });
    await until(() => /phim-01\/master\.m3u8/.test(next.said()));
    const listed = await other.run(['queue', 'ls', '--json']);
    expect(JSON.parse(listed.stdout)).toMatchObject({
      state: 'completed',
      started: 2,
      stalled: 0,
      failed: 0,
    });
  });

  test('a film is cancelled from any machine: its encoder ends, nothing is published', async () => {
    const places = shared();
    const ffmpeg = badFfmpeg('endless');
    const here = machine({ ...places, ...ffmpeg.env });
    const worker = await here.worker();
    const follower = here.start(['add', '--wait', film]);
    await encoding(worker);
    const cancelled = await machine(places).run(['queue', 'cancel', 'phim-01']);
    expect(cancelled).toMatchObject({
      exitCode: 0,
      stdout: 'phim-01 is being stopped on its worker\n',
    });
    expect(await follower.ended).toMatchObject({
      exitCode: 130,
      stderr: expect.stringContaining('cancelled by'),
    });
    expect(ffmpeg.pids().filter(isAlive)).toEqual([]);
    expect(existsSync(join(places.MOVIE_INGEST_LIBRARY, 'media/videos/phim-01/master.m3u8'))).toBe(
      false,
    );
    // The worker goes on with others.
    const listed = await here.run(['queue', 'ls', '--json']);
    expect(JSON.parse(listed.stdout)).toMatchObject({
      state: 'failed',
      why: expect.stringContaining('cancelled'),
    });
  });

  test('promise 7: a queue that is away is told within 8 seconds, whatever way it is away', async () => {
    const silent = await startRedis();
    silent.pause();
    const urls = ['redis://127.0.0.1:1', silent.url, 'redis://no-such-host.invalid:6379'];
    const runs = await Promise.all(
      urls.map(async (url) => {
        const startedAt = Date.now();
        const run = await machine({ ...shared(), MOVIE_INGEST_QUEUE: url }).run(['add', film]);
        return { ...run, ms: Date.now() - startedAt };
      }),
    );
    silent.resume();
    await silent.stop();
    for (const run of runs) {
      expect(run).toMatchObject({
        exitCode: 12,
        stdout: '',
        stderr: expect.stringMatching(/queue at .* (cannot be reached|is not found)/),
      });
    }
  });

  test('promise 7: a bad film fails once, with its own code, when it is handed in and on a worker', async () => {
    const places = shared();
    const here = machine(places);
    const bad = await makeClip({
      dir,
      name: 'bad.mp4',
      ...{ width: 160, height: 90, seconds: 8, outputArgs: ['-movflags', '+faststart'] },
    });
    await truncate(bad, Math.floor(0.6 * (await stat(bad)).size));
    await here.worker();
    const run = await here.run(['add', '--wait', '--json', bad]);
    expect(run.exitCode).toBe(4);
    expect(eventsOfType(run, 'error')).toMatchObject([{ code: 'film' }]);
    const listed = await here.run(['queue', 'ls', '--json']);
    expect(JSON.parse(listed.stdout)).toMatchObject({ state: 'failed', started: 1, failed: 1 });
    const text = join(dir, 'text.mp4');
    await writeFile(text, 'no film at all, but a text that calls itself one');
    for (const film of [text, join(dir, 'not there.mp4')]) {
      const run = await here.run(['add', film]);
      expect(run).toMatchObject({ exitCode: 4, stdout: '' });
    }
  });

  test('a worker gives back what it cannot do, with the reason, and another does it', async () => {
    const places = shared();
    const elsewhere = machine({ ...places, MOVIE_INGEST_LIBRARY: makeTempDir('other-library') });
    const here = machine(places);
    await elsewhere.worker();
    await here.run(['add', film]);
    await until(async () => {
      const { stdout } = await here.run(['queue', 'ls', '--json']);
      return /this worker writes to/.test(stdout);
    });
    const next = await here.worker();
    await until(() => /phim-01\/master\.m3u8/.test(next.said()));
    const { stdout } = await here.run(['queue', 'ls', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ state: 'completed', failed: 0 });
  });
});
