import { cpSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { type Document, Long, MongoClient } from 'mongodb';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { makeFullFilm } from '../e2e/make-full-film.ts';
import { type Edge, startEdge } from '../helpers/edge.ts';
import { makeClip } from '../helpers/make-clip.ts';
import { newUser, SMALL } from '../helpers/new-user.ts';
import { runCli, startCli } from '../helpers/run-cli.ts';
import { skipLoudly } from '../helpers/skip-loudly.ts';
import { makeTempDir, removeTempDir } from '../helpers/temp-dir.ts';
import { until } from '../helpers/until.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const SECRET = Buffer.alloc(32, 7).toString('base64');
const KEY = { MOVIE_INGEST_LINK_KEY_ID: 'k1', MOVIE_INGEST_LINK_SECRET: SECRET };
const HOUR = 3_600;

/** Debian's and Apple's `javac` may be a stub that asks for a JDK. */
const missing: string[] = [];
for (const [program, question] of [
  ['javac', '-version'],
  ['mvn', '--version'],
] as const) {
  if ((await execa(program, [question], { reject: false })).failed) missing.push(program);
}
if (missing.length > 0) skipLoudly(`examples/spring-boot: no ${missing.join(', no ')}`);
const mongod = inject('mongod');

type Json = Readonly<Record<string, unknown>>;

/** Films in a private bucket (workerd) and their documents in MongoDB, all by the real command. */
describe.skipIf(missing.length > 0 || mongod === undefined)('examples/spring-boot', () => {
  const db = `spring_${process.pid}`;
  const dir = makeTempDir('spring-boot');
  const running: { kill: () => unknown }[] = [];
  let mongo: MongoClient;
  let edge: Edge;
  let preview = '';
  let open = '';
  let signing = '';

  const movies = () => mongo.db(db).collection('movies');
  const get = async (base: string, path = '', headers: Record<string, string> = {}) => {
    const response = await fetch(`${base}/api/movies${path}`, { headers });
    return { status: response.status, headers: response.headers, text: await response.text() };
  };
  const movie = async (base: string, path: string) => JSON.parse((await get(base, path)).text);

  beforeAll(async () => {
    mongo = await MongoClient.connect(mongod?.uri ?? '');
    edge = await startEdge({ edge: { SIGNING_KEYS: JSON.stringify({ k1: SECRET }) } });
    const mongoEnv = { MONGODB_URI: mongod?.uri ?? '', MONGODB_DB: db };
    const { env } = newUser({ MOVIE_INGEST_PRESET: SMALL, ...edge.env, ...mongoEnv });
    const [jar] = await Promise.all([buildJar(), addFilms(env)]);
    await addRarities();
    [preview, open, signing] = await Promise.all([
      startPreview(env),
      startService(jar, mongoEnv),
      startService(jar, { ...mongoEnv, ...KEY }),
    ]);
  }, 600_000);

  afterAll(async () => {
    for (const it of running) it.kill();
    await mongo?.db(db).dropDatabase();
    await mongo?.close();
    await edge?.close();
    removeTempDir(dir);
  });

  /** What Maven has is used; only what is not there is fetched. */
  async function buildJar(): Promise<string> {
    const project = join(dir, 'project');
    const from = join(ROOT, 'examples/spring-boot');
    cpSync(from, project, { recursive: true, filter: (path) => path !== join(from, 'target') });
    const build = (...flags: string[]) =>
      execa('mvn', ['-q', '-B', '-ntp', ...flags, 'package'], { cwd: project, all: true });
    await build('-o').catch(() => build());
    return join(project, 'target/movies.jar');
  }

  async function addFilms(env: Readonly<Record<string, string>>): Promise<void> {
    const size = { dir, width: 320, height: 180 };
    const plain = await makeClip({ ...size, name: 'phim-01.mp4', seconds: 2 });
    const full = await makeFullFilm({ ...size, name: 'phim-02' });
    writeFileSync(join(dir, 'phim-02.movie.json'), JSON.stringify(SIDECAR));
    for (const args of [[plain], [full, '--surround']]) {
      const added = await runCli(['add', ...args], { env });
      expect(added, added.stderr).toMatchObject({ exitCode: 0 });
    }
  }

  /** What our command writes of films that are not made here in a hurry, and what is not ours. */
  async function addRarities(): Promise<void> {
    const full = await movies().findOne({ slug: 'phim-02' }, { promoteLongs: false });
    const { _id, ...rest } = full as Document;
    const { fingerprint: _, ...source } = rest['source'];
    const created_at = new Date('2020-02-03T04:05:06Z');
    await movies().insertOne({
      ...rest,
      slug: 'phim-03',
      created_at,
      metadata: {
        ...rest['metadata'],
        codec: 'hevc',
        size_bytes: Long.fromString('9007199254740991'),
      },
      renditions: rest['renditions'].map((one: Document) => ({
        ...one,
        copied: true,
        quality: { vmaf: 93.25, vmaf_p5: 88 },
      })),
      audio_tracks: rest['audio_tracks'].map((one: Document) => ({
        ...one,
        copied: true,
        loudness: { integrated_lufs: -16, range_lu: 7.5, true_peak_dbtp: -1.25 },
      })),
      source: {
        ...source,
        duplicate_of: 'phim-02',
        damage: [{ kind: 'gap', start_seconds: 1, end_seconds: 2.5 }],
      },
    });
    const removed = { ...rest, slug: 'phim-04', status: 'deleted', source };
    const byHand = { title: 'By hand', hls_url: 'https://a.test/videos/a/master.m3u8' };
    const created = { created_at: new Date('2019-01-01T00:00:00.120Z') };
    await movies().insertMany([removed, { ...byHand, slug: 'phim-05', ...created }]);
    const foreign = { internal_notes: ['x'], _class: 'com.example.Old', 'metadata.by_editors': 1 };
    await movies().updateOne({ slug: 'phim-01' }, { $set: foreign });
  }

  async function startPreview(env: Readonly<Record<string, string>>): Promise<string> {
    const server = startCli(['preview', '--no-open', '--port', '0'], { env });
    running.push(server);
    let printed = '';
    server.stdout?.on('data', (chunk) => {
      printed += chunk;
    });
    await until(() => printed.includes('\n'));
    return printed.trim().replace(/\/$/, '');
  }

  async function startService(jar: string, env: Record<string, string>): Promise<string> {
    // For a quick start rather than for a long life.
    const java = ['-XX:TieredStopAtLevel=1', '-Xmx256m', '-jar', jar];
    const args = [...java, '--server.port=0', '--server.address=127.0.0.1'];
    const server = execa('java', args, { cwd: dir, env, reject: false, all: true });
    running.push(server);
    let log = '';
    const port = await new Promise<string>((found, failed) => {
      server.all?.on('data', (chunk) => {
        log += chunk;
        const [, number] = /Tomcat started on port (\d+)/.exec(log) ?? [];
        if (number !== undefined) found(number);
      });
      void server.then(() => failed(new Error(log)));
    });
    return `http://127.0.0.1:${port}`;
  }

  test('answers as preview does with all that our command writes, whatever a film has', async () => {
    for (const slug of ['phim-02', 'phim-03', 'phim-05']) {
      const answer = await movie(open, `/${slug}`);
      expect(answer).toEqual(await movie(preview, `/${slug}`));
      expect(await movie(open, `/${answer['_id']}`)).toEqual(answer);
    }
    const everything = ['chapters_url', 'storyboard', 'audio_tracks', ...Object.keys(SIDECAR)];
    expect(Object.keys(await movie(open, '/phim-02'))).toEqual(expect.arrayContaining(everything));
  });

  test('passes over fields that are not ours', async () => {
    const { internal_notes, ...known } = await movie(preview, '/phim-01');
    const { by_editors, ...metadata } = known.metadata;
    expect({ internal_notes, by_editors }).toEqual({ internal_notes: ['x'], by_editors: 1 });
    expect(await movie(open, '/phim-01')).toEqual({ ...known, metadata });
  });

  test('lists the films that are ready, newest first, as preview does', async () => {
    const slugs = async (base: string) =>
      (JSON.parse((await get(base)).text) as Json[]).map(({ slug }) => slug);
    expect(await slugs(open)).toEqual(['phim-02', 'phim-01', 'phim-03', 'phim-05']);
    expect(await slugs(preview)).toEqual(await slugs(open));
    expect((await get(open)).headers.get('content-type')).toBe('application/json');
  });

  test('says when a film was made in ISO form, at UTC', async () => {
    expect(await movie(open, '/phim-01')).toMatchObject({
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z$/),
    });
    expect(await movie(open, '/phim-03')).toMatchObject({ created_at: '2020-02-03T04:05:06Z' });
  });

  test.each(['/nothing', '/000000000000000000000000', '/phim-04', '/%7B%24ne%3A1%7D'])(
    '%s, which is no film or was removed, is 404 in the words of preview',
    async (path) => {
      const { status, headers, text } = await get(open, path);
      expect(status).toBe(404);
      expect(headers.get('content-type')).toBe('application/problem+json');
      expect(JSON.parse(text)).toMatchObject({ status: 404, detail: 'no such film' });
      expect(JSON.parse(text)).toEqual(JSON.parse((await get(preview, path)).text));
    },
  );

  test('tells who has the answer already that it is the same', async () => {
    const etag = (await get(open, '/phim-01')).headers.get('etag') ?? '';
    expect((await get(open, '/phim-01', { 'If-None-Match': etag })).status).toBe(304);
  });

  test('with a key, each address of the film is a link that plays for two hours; posters are not', async () => {
    const unsigned = await movie(open, '/phim-02');
    const { text } = await get(signing, '/phim-02');
    expect(JSON.parse(text.replaceAll(/\/t\/[^/]+(?=\/videos\/)/g, ''))).toEqual(unsigned);
    const answer = JSON.parse(text);
    const addresses = [
      answer.hls_url,
      answer.chapters_url,
      answer.storyboard.vtt_url,
      ...answer.subtitles.flatMap((it: Json) => [it['url'], it['playlist_url']]),
      ...[...answer.renditions, ...answer.audio_tracks].map((it: Json) => it['url']),
    ];
    expect(addresses.length).toBeGreaterThan(10);
    for (const address of addresses) {
      const [, startUntil = ''] =
        /\/t\/k1\.(\d+)\.2\.[\w-]{43}\/videos\/phim-02\//.exec(address) ?? [];
      expect(Number(startUntil) - Date.now() / 1_000).toBeGreaterThan(2 * HOUR - 300);
      expect(Number(startUntil) - Date.now() / 1_000).toBeLessThanOrEqual(2 * HOUR);
      expect({ address, status: (await fetch(address)).status }).toEqual({ address, status: 200 });
    }
    expect((await fetch(unsigned.hls_url)).status).toBe(403);
    expect((await fetch(answer.thumbnail_url)).status).toBe(200);
  });
});

/** Every editorial field there is. */
const SIDECAR = {
  title: 'Đất Rừng Phương Nam',
  original_title: 'Song of the South',
  sort_title: 'Dat Rung',
  description: 'Hai <b>dòng</b>.\nDòng hai.',
  tagline: 'Một',
  year: 2023,
  genres: ['Phiêu lưu'],
  countries: ['VN'],
  directors: ['Nguyễn Quang Dũng'],
  studios: ['HK Film'],
  cast: [{ name: 'Hạo Khang', role: 'An', order: 1 }, { name: 'Tuấn Trần' }],
  ids: { tmdb: 1057001, imdb: 'tt0000001' },
  tags: ['thử'],
  language: 'vi',
};
