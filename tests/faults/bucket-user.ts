import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeAll, expect } from 'vitest';
import { heldLocks } from '../../src/journal/lock.ts';
import type { ListedObject, Store } from '../../src/model/store.ts';
import { S3Store } from '../../src/store/s3.ts';
import { makeBucket, type TestBucket } from '../contract/store-bucket.ts';
import { type FaultProxy, startFaultProxy } from '../helpers/fault-proxy.ts';
import { makeClip } from '../helpers/make-clip.ts';
import { TINY } from '../helpers/new-user.ts';
import { type CliResult, runCli, startCli } from '../helpers/run-cli.ts';
import { s3Env } from '../helpers/s3-env.ts';
import { makeTempDir } from '../helpers/temp-dir.ts';
import type { S3Access } from '../servers/versitygw.ts';

/** Encoders are tried once for all. Locks are kept by slug: one film at a time. */
const stateDir = makeTempDir('state');

/** Somebody with a bucket of a real S3 server behind a faulty network, and a folder or a MongoDB. */
export type BucketUser = Readonly<{
  proxy: FaultProxy;
  bucket: TestBucket;
  env: Readonly<Record<string, string>>;
  add(film: string, ...flags: readonly string[]): Promise<CliResult>;
  start(film: string, ...flags: readonly string[]): ReturnType<typeof startCli>;
  /** Straight at the server, without the proxy. */
  objects(): Promise<readonly ListedObject[]>;
  read(key: string): Promise<string>;
  stop(): Promise<void>;
}>;

export async function bucketUser(
  s3: S3Access,
  more: Readonly<Record<string, string>> = {},
): Promise<BucketUser> {
  const proxy = await startFaultProxy(s3.endpoint);
  const bucket = await makeBucket(s3);
  const store: Store = new S3Store(bucket.settings, { concurrency: 4 });
  const home = makeTempDir('home');
  const env = {
    HOME: home,
    MOVIE_INGEST_LIBRARY: join(home, 'library'),
    MOVIE_INGEST_WORK_DIR: join(home, 'work'),
    MOVIE_INGEST_STATE_DIR: stateDir,
    MOVIE_INGEST_PRESET: TINY,
    ...s3Env({ ...bucket.settings, endpoint: proxy.endpoint }),
    ...more,
  };
  return {
    proxy,
    bucket,
    env,
    add: (film, ...flags) => runCli(['add', film, ...flags], { env }),
    start: (film, ...flags) => startCli(['add', film, ...flags], { env }),
    objects: async () => {
      const found: ListedObject[] = [];
      for await (const object of store.list('', {})) found.push(object);
      return found;
    },
    read: async (key) => (await store.get(key, {}))?.toString('utf8') ?? '',
    stop: async () => {
      await store.close();
      await proxy.stop();
    },
  };
}

/** What a viewer and the API see of a film, without what is another in each encode: bytes and times. */
export type Seen = Readonly<{
  keys: readonly string[];
  lengths: readonly string[];
  document: object;
}>;

export async function seenOf(user: BucketUser, findDocument: () => Promise<object>): Promise<Seen> {
  const keys = (await user.objects()).map(({ key }) => key);
  const playlists = keys.filter((key) => key.endsWith('index.m3u8'));
  const texts = await Promise.all(playlists.map((key) => user.read(key)));
  const lengths = texts.flatMap((text) => text.match(/#EXTINF:[\d.]+|#EXT-X-ENDLIST/g) ?? []);
  return { keys: keys.toSorted(), lengths, document: withoutChance(await findDocument()) };
}

type EndedRun = Readonly<{ exitCode?: number | undefined; stdout: string; stderr: string }>;

/** What a suite about one film on its way to a bucket is made of. */
export type DisturbedFilm = Readonly<{
  /** Made before the first test, and so is what an undisturbed run makes of it. */
  film: () => string;
  undisturbed: () => Seen;
  /** With a bucket of its own; stopped after the test. */
  newUser(env?: Readonly<Record<string, string>>): Promise<BucketUser>;
  /** The run ends well, and nobody could tell it from one that met nothing. */
  expectUndisturbed(user: BucketUser, run: EndedRun): Promise<void>;
}>;

/** Sets such a suite up: to be called in its `describe`. */
export function disturbedFilm(s3: S3Access | undefined): DisturbedFilm {
  let film = '';
  let undisturbed: Seen | undefined;
  const users: BucketUser[] = [];
  const newUser: DisturbedFilm['newUser'] = async (env) => {
    if (s3 === undefined) throw new Error('no S3 server');
    const user = await bucketUser(s3, env);
    users.push(user);
    return user;
  };
  const see = (user: BucketUser) => seenOf(user, () => folderDocument(user, 'film'));
  beforeAll(async () => {
    const dir = makeTempDir('films');
    film = await makeClip({ dir, name: 'film.mp4', width: 160, height: 90, seconds: 14 });
    const user = await newUser();
    const { exitCode, stderr } = await user.add(film);
    expect(exitCode, stderr).toBe(0);
    undisturbed = await see(user);
    expect(undisturbed.keys.filter((key) => key.endsWith('.ts'))).toHaveLength(6);
  });
  afterEach(async () => {
    for (const user of users.splice(0)) await user.stop();
  });
  return {
    film: () => film,
    undisturbed: () => {
      if (undisturbed === undefined) throw new Error('asked before the first test');
      return undisturbed;
    },
    newUser,
    expectUndisturbed: async (user, run) => {
      expect(run.exitCode, run.stdout + run.stderr).toBe(0);
      expect(await see(user)).toEqual(undisturbed);
      await expectTidy(user);
    },
  };
}

/** Of names and their types; of values only those that no encoder changes. */
function withoutChance(document: object): object {
  const { slug, title, hls_url, thumbnail_url, status, metadata, revision } = document as Record<
    string,
    unknown
  >;
  const { duration, resolutions, codec } = metadata as Record<string, unknown>;
  const fields = Object.keys(document).toSorted();
  return {
    slug,
    title,
    hls_url,
    thumbnail_url,
    status,
    revision,
    duration,
    resolutions,
    codec,
    fields,
  };
}

/**
 * P0, at the end: nothing lies about that a run has left. A run that is killed while it tries the bucket
 * leaves the object that it tried it with, for one that comes an hour later.
 */
export async function expectTidy(user: BucketUser, { kills = 0 } = {}): Promise<void> {
  expect(await user.bucket.openUploads()).toBe(0);
  expect([...(await heldLocks(join(stateDir, 'locks')))]).toEqual([]);
  const keys = (await user.objects()).map(({ key }) => key);
  const probes = keys.filter((key) => key.includes('probe'));
  expect(probes.length, probes.join()).toBeLessThanOrEqual(kills);
}

/** P0, after a failure: told on stderr in one message, and nothing that a viewer or the API could see. */
export async function expectNothingPublished(user: BucketUser): Promise<void> {
  const keys = (await user.objects()).map(({ key }) => key);
  expect(keys.filter((key) => /master\.m3u8$|manifest\.json$/.test(key))).toEqual([]);
}

export async function folderDocument(
  { env }: Pick<BucketUser, 'env'>,
  slug: string,
): Promise<object> {
  const file = join(env['MOVIE_INGEST_LIBRARY'] ?? '', 'catalog', `${slug}.json`);
  return JSON.parse(await readFile(file, 'utf8')) as object;
}
