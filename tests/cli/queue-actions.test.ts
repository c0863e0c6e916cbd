import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { badFfmpeg } from '../helpers/bad-ffmpeg.ts';
import { encoding, type Machine, machine } from '../helpers/machine.ts';
import { makeClip } from '../helpers/make-clip.ts';
import { openShelf } from '../helpers/open-shelf.ts';
import { until } from '../helpers/until.ts';
import { isMissing } from '../servers/locate.ts';

/** What an operator types, for people and for scripts. */
describe.skipIf(await isMissing('redis'))('movie-ingest queue', () => {
  const { dir, film, shared } = openShelf();
  const second = join(dir, 'Phim 02.mp4');

  beforeAll(async () => {
    await makeClip({ dir, name: 'Phim 02.mp4', width: 160, height: 90, seconds: 9 });
  });

  const lines = (text: string) =>
    text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)]));
  const jobs = async (here: Machine) => lines((await here.run(['queue', 'ls', '--json'])).stdout);
  const json = async (here: Machine, ...args: readonly string[]) =>
    lines((await here.run(['queue', ...args, '--json'])).stdout);

  test('ls of an empty queue says so on stderr, and prints nothing', async () => {
    const here = machine(shared());
    const listed = await here.run(['queue', 'ls']);
    expect(listed).toMatchObject({ exitCode: 0, stdout: '' });
    expect(listed.stderr).toMatch(/127\.0\.0\.1:\d+\/\d+ · no jobs · no workers/);
    expect(await here.run(['queue', 'ls', '--json'])).toMatchObject({ exitCode: 0, stdout: '' });
  });

  test('ls and show tell where a film is made, since when, how far, how often and why', async () => {
    const here = machine(shared());
    const worker = await machine({ ...here.env, ...badFfmpeg('endless').env }).worker();
    const before = Date.now();
    await here.run(['add', '--priority', '7', film]);
    await here.run(['add', second]);
    await encoding(worker);
    await until(async () => (await jobs(here))[0]?.done > 0);
    const [active, waiting] = await jobs(here);
    expect(active).toMatchObject({
      type: 'queued-job',
      job: expect.stringMatching(/^film-[0-9a-f]{16}-[0-9a-f]{8}$/),
      state: 'active',
      slug: 'phim-01',
      worker: expect.stringMatching(new RegExp(`/${worker.pid}$`)),
      step: 'encode',
      started: 1,
      handedBack: 0,
      failed: 0,
      stalled: 0,
      priority: 7,
    });
    expect(Date.parse(active.since)).toBeGreaterThanOrEqual(before - 1_000);
    expect(active.done).toBeLessThanOrEqual(1);
    expect(waiting).toMatchObject({ state: 'waiting', slug: 'phim-02', started: 0 });
    const forPeople = await here.run(['queue', 'ls']);
    expect(forPeople.stdout).toMatch(/^STATE +FILM +DONE +WHERE +FOR +TRIES +JOB +WHY\n/);
    expect(forPeople.stdout).toMatch(/active +phim-01 +\d+% +\S+\/\d+ +\d+/);
    expect(forPeople.stderr).toMatch(/2 jobs · workers: \S+/);
    // By the beginning of an id, too.
    const [shown] = await json(here, 'show', active.job.slice(0, 12));
    expect(shown).toMatchObject({ film: { slug: 'phim-01', source: { uri: expect.any(String) } } });
    expect(shown.diary[0]).toMatchObject({ what: 'started', worker: active.worker });
    const text = (await here.run(['queue', 'show', 'phim-01'])).stdout;
    for (const name of ['where', 'since', 'done', 'tries', 'source', 'preset', 'to', 'from']) {
      expect(text).toMatch(new RegExp(`^${name} +\\S`, 'm'));
    }
    expect(JSON.stringify(shown) + text).not.toMatch(/redis:\/\//);
  });

  test('pause lets nothing begin until resume; drain takes out what waits', async () => {
    const here = machine(shared());
    expect(await here.run(['queue', 'pause'])).toMatchObject({
      exitCode: 0,
      stdout: 'paused: what is being made goes on, nothing is begun\n',
    });
    const worker = await here.worker();
    await here.run(['add', film, second]);
    expect((await here.run(['queue', 'ls'])).stderr).toContain('paused');
    expect(await json(here, 'drain')).toEqual([{ type: 'drained', jobs: 2 }]);
    expect(await jobs(here)).toEqual([]);
    await here.run(['add', film]);
    expect(worker.said()).not.toContain('phim-01');
    expect(await json(here, 'resume')).toEqual([{ type: 'resumed' }]);
    await until(() => /phim-01\/master\.m3u8/.test(worker.said()));
    await until(async () => (await jobs(here))[0]?.state === 'completed');
    expect(await json(here, 'clean')).toEqual([{ type: 'cleaned', jobs: 1 }]);
    expect(await jobs(here)).toEqual([]);
    expect(await json(here, 'pause')).toEqual([{ type: 'paused' }]);
  });

  test('cancel takes a waiting job out, and retry begins what is over anew', async () => {
    const here = machine(shared());
    await here.run(['add', film, second]);
    expect(await json(here, 'cancel', 'phim-01')).toMatchObject([
      { type: 'cancelled', slug: 'phim-01', outcome: 'removed' },
    ]);
    expect((await jobs(here)).map(({ slug }) => slug)).toEqual(['phim-02']);
    expect(await here.run(['queue', 'retry', 'phim-02'])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('is waiting, not over'),
    });
    await here.worker();
    await until(async () => (await jobs(here))[0]?.state === 'completed');
    expect(await json(here, 'cancel', 'phim-02')).toMatchObject([{ outcome: 'over' }]);
    expect(await json(here, 'retry')).toEqual([{ type: 'retried', jobs: 0 }]); // nothing has failed
    expect(await json(here, 'retry', 'phim-02')).toEqual([{ type: 'retried', jobs: 1 }]);
    await until(async () => (await jobs(here))[0]?.state === 'completed');
  });

  test('what cannot be meant is refused by name', async () => {
    const here = machine(shared());
    const cases = [
      [['show'], /queue show needs a job/],
      [['cancel'], /queue cancel needs a job/],
      [['drain', 'phim-01'], /queue drain takes no names/],
      [['show', 'phim-99'], /no job in the queue is called phim-99/],
      [['delete'], /delete/],
    ] as const;
    for (const [args, message] of cases) {
      expect(await here.run(['queue', ...args])).toMatchObject({
        exitCode: 2,
        stdout: '',
        stderr: expect.stringMatching(message),
      });
    }
    const { MOVIE_INGEST_QUEUE: _, ...without } = here.env;
    for (const args of [['queue', 'ls'], ['worker']]) {
      expect(await machine({ ...without, MOVIE_INGEST_QUEUE: '' }).run(args)).toMatchObject({
        exitCode: 2,
        stderr: expect.stringContaining('no queue is named'),
      });
    }
  });
});
