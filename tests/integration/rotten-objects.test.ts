import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { makeBucket } from '../contract/store-bucket.ts';
import { eventsOfType } from '../helpers/events-of.ts';
import { type FaultProxy, startFaultProxy } from '../helpers/fault-proxy.ts';
import { makeClip } from '../helpers/make-clip.ts';
import { newUser } from '../helpers/new-user.ts';
import { type CliResult, runMain } from '../helpers/run-cli.ts';
import { s3Env } from '../helpers/s3-env.ts';
import { makeTempDir } from '../helpers/temp-dir.ts';

const s3 = inject('s3');

/** Objects whose bytes are no longer those that their ETag tells of, in a bucket that says nothing. */
describe.skipIf(s3 === undefined)('promise 3: objects that have rotted in the bucket', () => {
  let proxy: FaultProxy;
  let film: string;
  let env: Readonly<Record<string, string>>;

  const run = (...args: string[]) => runMain([...args, '--json'], { env });
  const rots = (what: RegExp) =>
    proxy.fail(({ method, url }) =>
      method === 'GET' && what.test(url.split('?')[0] ?? '') ? 'rotten' : undefined,
    );
  const found = (result: CliResult) =>
    eventsOfType(result, 'difference')
      .filter(({ mark }) => mark !== '=')
      .map(({ slug, kind, key, fix }) => ({ slug, kind, key, fix }));

  beforeAll(async () => {
    if (s3 === undefined) return;
    const { settings } = await makeBucket(s3);
    proxy = await startFaultProxy(s3.endpoint);
    env = newUser({ ...s3Env(settings), S3_ENDPOINT: proxy.endpoint }).env;
    const dir = makeTempDir('films');
    film = await makeClip({ dir, name: 'film.mp4', width: 160, height: 90, seconds: 1 });
    const other = await makeClip({ dir, name: 'other.mp4', width: 160, height: 90, seconds: 2 });
    const { exitCode, stdout } = await run('add', film, other);
    expect(exitCode, stdout).toBe(0);
  });
  afterAll(() => proxy?.stop());

  test.each([
    ['a segment', /film\/r-[^/]+\/90p\/seg_00000\.ts$/],
    ['the master', /film\/master\.m3u8$/],
    ['the poster', /posters\/film\.jpg$/],
  ])(
    'verify --deep names %s, with what mends it, and looks at the next film',
    async (_what, rotten) => {
      rots(rotten);
      const result = await run('verify', '--all', '--deep');
      expect(result.exitCode, result.stdout).toBe(10);
      expect(found(result)).toEqual([
        {
          slug: 'film',
          kind: 'object damaged',
          key: expect.stringMatching(rotten),
          fix: 'movie-ingest add --force FILM --slug film',
        },
      ]);
    },
  );

  test('with its manifest and its master gone there is no repair from here, which is said', async () => {
    rots(/film\/(?:master\.m3u8|r-[^/]+\/manifest\.json)$/);
    const result = await run('sync', '--repair');
    expect(result.exitCode, result.stdout).toBe(10);
    expect(found(result).map(({ kind, fix }) => [kind, fix])).toEqual([
      ['master differs', 'movie-ingest add --force FILM --slug film'],
      ['manifest unreadable', 'movie-ingest add --force FILM --slug film'],
    ]);
  });

  test('add says so and changes nothing; add --force makes the film anew', async () => {
    rots(/film\/(?:master\.m3u8|r-[0-9a-f]+\/manifest\.json)$/);
    const before = proxy.puts().length;
    const refused = await run('add', film);
    expect(refused.exitCode, refused.stdout).toBe(6);
    expect(eventsOfType(refused, 'error')[0]?.fix).toContain('add --force');
    expect(proxy.puts()).toHaveLength(before);
    let isReplaced = false;
    proxy.fail(({ method, url, put }) => {
      isReplaced ||= put > 0 && /film\/master\.m3u8/.test(url);
      const isOld = /film\/(?:master\.m3u8|r-[0-9a-f]+\/manifest\.json)$/;
      return method === 'GET' && !isReplaced && isOld.test(url.split('?')[0] ?? '')
        ? 'rotten'
        : undefined;
    });
    const forced = await run('add', '--force', film);
    expect(forced.exitCode, forced.stdout).toBe(0);
    expect((await run('verify', '--all', '--deep')).exitCode).toBe(0);
  });
});
